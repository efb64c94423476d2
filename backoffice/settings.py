"""One settings file, read from the environment. `.env.example` lists every variable.

Without any variable it runs for development: SQLite beside the code, DEBUG on, loopback hosts only.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from backoffice import env
from backoffice.databases import REPLICA, databases, direct
from backoffice.safe_start import INSECURE_KEY, refuse_unsafe_start

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

# ---- What must never go wrong in public ---------------------------------------------------------

DEBUG = env.flag("DEBUG", True)
HTTPS = env.flag("HTTPS", not DEBUG)
SECRET_KEY = env.text("SECRET_KEY", INSECURE_KEY)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")  # earlier ones, which still read what they signed
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
refuse_unsafe_start(debug=DEBUG, secret_key=SECRET_KEY, hosts=ALLOWED_HOSTS, https=HTTPS)

# Where links in mails lead; never to the Host of a request, which anybody can forge.
BASE_URL = env.text(
    "BASE_URL",
    "http://127.0.0.1:8000" if DEBUG else f"http{'s' if HTTPS else ''}://{ALLOWED_HOSTS[0].lstrip('.')}",
).rstrip("/")

# ---- Applications ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # its widget templates, because FormRenderer looks through all templates
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "import_export",
    "backoffice.core",
    "backoffice.audit",
    "backoffice.staff",
    "backoffice.api",
    "backoffice.outbox",
    "backoffice.jobs",
    "customers",
    "orders",
    "loyalty",
    "backoffice.demo",
]

# For superusers, who look at rows and take them out there; everybody else works on the pages.
ADMIN_SITE = env.flag("ADMIN_SITE", False)
if ADMIN_SITE:
    INSTALLED_APPS.append("backoffice.core.admin_config.SuperuserAdminConfig")

MIDDLEWARE = [
    "backoffice.audit.middleware.RequestIdMiddleware",
    "backoffice.api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # whose session it is stands before CSRF, which reads the body: a stranger's goes unread to sign-in
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "backoffice.core.pages.bodies.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "backoffice.core.pages.late_reads.OwnChangesMiddleware",
    "backoffice.staff.middleware.StaffMiddleware",
    "backoffice.staff.second_factor.requirement.SecondFactorMiddleware",
    "backoffice.core.pages.middleware.PrivatePagesMiddleware",
]

ROOT_URLCONF = "backoffice.urls"
WSGI_APPLICATION = "backoffice.wsgi.application"
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "backoffice.core.pages.forms.FormRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backoffice.staff.context.frame",
                "backoffice.navigation.navigation",
            ],
            "builtins": ["backoffice.core.pages.templatetags.components"],
        },
    },
]

# ---- Database -------------------------------------------------------------------------------------

VAR_DIR.mkdir(parents=True, exist_ok=True)
DATABASE_POOLED = env.flag("DATABASE_POOLED")  # behind a transaction pooler such as pgbouncer
DATABASES = databases(VAR_DIR, pooled=DATABASE_POOLED)
DATABASE_DIRECT = direct(env.text("DATABASE_DIRECT_URL"))  # the server behind the pooler, for backups
if REPLICA in DATABASES:
    DATABASE_ROUTERS = ["backoffice.core.database.replica.ReplicaRouter"]
# Whose rows a page that says so may read a moment late; all others come from the primary.
REPLICA_APPS = ["customers", "orders", "loyalty"]
REPLICA_MAX_LAG_SECONDS = env.number("REPLICA_MAX_LAG_SECONDS", 15)

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # It holds limits of requests; with Django's 300 entries a few hundred addresses would empty it.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# ---- Sign-in --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["backoffice.staff.auth.MembershipBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "backoffice.staff.signing_in.passwords.PatternValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
RECENT_SIGN_IN_SECONDS = 600  # for pages that hand out rights

ACCOUNT_ADAPTER = "backoffice.staff.auth.InviteOnlyAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = {
    "login": "backoffice.staff.forms.SignInForm",
    "reset_password": "backoffice.staff.forms.ResetPasswordForm",
    "reset_password_from_key": "backoffice.staff.forms.NewPasswordForm",
}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # who just typed a password twice need not type it again
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": None,  # backoffice.staff.signing_in counts wrong passwords
    "reset_password": "20/h/ip,5/h/key",
    "reset_password_from_key": "20/h/ip",
    "change_password": "10/h/user",
}
MFA_ADAPTER = "backoffice.staff.second_factor.sealing.SealingAdapter"
MFA_TOTP_ISSUER = "Stammgast"  # what the app shows; the default is the Host of the request
MFA_TOTP_TOLERANCE = 1  # half minutes that a phone's clock may be off
# Who cannot go on without a second factor.
REQUIRE_SECOND_FACTOR = env.choice("REQUIRE_SECOND_FACTOR", ("nobody", "admins", "everybody"))
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 0)

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# ---- Transport and browser ------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# ---- Language, time, files ------------------------------------------------------------------------

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "backoffice" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(VAR_DIR / "media")))
INBOX_DIR = Path(env.text("INBOX_DIR", str(VAR_DIR / "inbox")))  # folders that tills and shops write to
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
# Several hosts share what people bring in a bucket; MEDIA_ROOT is then a place to work in.
S3_BUCKET = env.text("S3_BUCKET")
_BUCKET = {
    "bucket_name": S3_BUCKET,
    "location": env.text("S3_PREFIX", "stammgast"),
    "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
    "region_name": env.text("S3_REGION") or None,
    "addressing_style": env.choice("S3_ADDRESSING", ("auto", "path", "virtual")),
}
STORAGES = {
    "default": (
        {"BACKEND": "backoffice.core.files.bucket.BucketStorage", "OPTIONS": _BUCKET}
        if S3_BUCKET
        else {"BACKEND": "backoffice.core.files.storage.WholeFileStorage"}
    ),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG

FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "backoffice.core.files.uploads.TidyUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
PICTURE_MAX_BYTES = env.number("PICTURE_MAX_BYTES", 2 * 1024 * 1024)
PICTURE_MAX_PIXELS = env.number("PICTURE_MAX_PIXELS", 40_000_000)
# of those that cannot be decoded in part: PNG, WebP and progressive JPEG
PICTURE_MAX_WHOLE_PIXELS = env.number("PICTURE_MAX_WHOLE_PIXELS", 13_000_000)
# What a table that somebody brings may be; a million customers pass.
TABLE_MAX_BYTES = env.number("TABLE_MAX_BYTES", 512 * 1024 * 1024)
TABLE_MAX_UNPACKED_BYTES = env.number("TABLE_MAX_UNPACKED_BYTES", 6 * 1024 * 1024 * 1024)
TABLE_MAX_SHARED_STRINGS_BYTES = env.number("TABLE_MAX_SHARED_STRINGS_BYTES", 256 * 1024 * 1024)
TABLE_MAX_RATIO = env.number("TABLE_MAX_RATIO", 200)  # unpacked to packed, for parts beyond 32 MiB
TABLE_MAX_ZIP_ENTRIES = env.number("TABLE_MAX_ZIP_ENTRIES", 2_000)
TABLE_MAX_COLUMNS = env.number("TABLE_MAX_COLUMNS", 200)
TABLE_MAX_CELL_CHARACTERS = env.number("TABLE_MAX_CELL_CHARACTERS", 10_000)
TABLE_MAX_CARDS = env.number("TABLE_MAX_CARDS", 1_000_000)
TABLE_MAX_SECONDS = env.number("TABLE_MAX_SECONDS", 900)  # of reading, once through
EXPORTS_PER_USER_AND_DAY = env.number("EXPORTS_PER_USER_AND_DAY", 100)
SOURCE_EVENT_DAYS = env.number("SOURCE_EVENT_DAYS", 90)  # messages of shops and tills are kept as they came
SOURCE_UNSIGNED_KEPT = 100  # of those that are not signed, of each source and day
OUTBOX_DAYS = env.number("OUTBOX_DAYS", 30)  # so long messages wait for who hears of them, and are shown
# Whether Stammgast may send to addresses of private networks, and without TLS.
OUTGOING_PRIVATE = env.flag("OUTGOING_PRIVATE", False)
# Phones and e-mails that belong to a platform or to nobody: shared from the start (core/text/relays.py)
SHARED_CONTACTS = env.words(
    "SHARED_CONTACTS",
    "*@marketplace.amazon.*,*@members.ebay.*,*@guest.airbnb.com,*@guest.booking.com,"
    "*@*.lieferando.de,*@lieferando.de,*@*.takeaway.com,*@takeaway.com,*@*.justeattakeaway.com,"
    "*@*.uber.com,*@uber.com,*@*.wolt.com,*@wolt.com,*@*.deliveroo.*,*@deliveroo.*,*@*.glovoapp.com,"
    "+*0000000,+*1111111,+*9999999",
)
API_REQUESTS_PER_MINUTE = env.number("API_REQUESTS_PER_MINUTE", 600)  # of each key

# ---- Background work and mail ---------------------------------------------------------------------

# Short tasks such as mail wait in the queue of long jobs; with "rq" workers hear of them through Redis.
TASKS_BACKEND = env.choice("TASKS_BACKEND", ("database", "rq"))
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
TASK_BACKENDS = {
    "database": "backoffice.jobs.backend.QueueBackend",
    "rq": "backoffice.jobs.rq_backend.RqBackend",
}
TASKS = {"default": {"BACKEND": TASK_BACKENDS[TASKS_BACKEND], "QUEUES": []}}

# Long work: kind of job → the function that does it, called with a RunningJob.
JOB_HANDLERS = {
    "customers.run_bulk": "customers.bulk.jobs.run_bulk",
    "customers.undo_bulk": "customers.bulk.jobs.undo_bulk",
    "customers.read_import": "customers.importing.jobs.read_file",
    "customers.check_import": "customers.importing.jobs.check_import",
    "customers.run_import": "customers.importing.jobs.run_import",
    "customers.undo_import": "customers.importing.jobs.undo_import",
    "orders.read_import": "orders.importing.jobs.read_file",
    "orders.check_import": "orders.importing.jobs.check_import",
    "orders.run_import": "orders.importing.jobs.run_import",
    "orders.undo_import": "orders.importing.jobs.undo_import",
    "orders.read_product_import": "orders.catalogue.importing.jobs.read_file",
    "orders.check_product_import": "orders.catalogue.importing.jobs.check_import",
    "orders.run_product_import": "orders.catalogue.importing.jobs.run_import",
    "orders.pull_source": "orders.sources.pulling.pull_missed",
    "orders.undo_product_import": "orders.catalogue.importing.jobs.undo_import",
}
JOB_LEASE_SECONDS = env.number("JOB_LEASE_SECONDS", 30)  # without progress for so long, a worker is gone
JOB_SILENT_SECONDS = env.number("JOB_SILENT_SECONDS", 600)  # a job that hangs ends its worker after that
JOB_SLICE_SECONDS = env.number("JOB_SLICE_SECONDS", 20)  # then other work that waits has its turn
JOB_MAX_STALLED_ATTEMPTS = 3
# functions without arguments that one worker calls, and after how many seconds again
PERIODIC_TASKS = {
    "backoffice.jobs.caretaking.clear_finished_tasks": 3600,
    "backoffice.api.idempotency.forget_old_answers": 3600,
    "backoffice.staff.signing_in.limits.forget_old_tries": 3600,
    "backoffice.staff.own_sessions.tracking.forget_ended_sessions": 3600,
    "backoffice.imports.runs.clear_strays": 3600,
    "customers.importing.runs.clear_old_imports": 3600,
    "orders.importing.runs.clear_old_imports": 3600,
    "orders.catalogue.importing.jobs.clear_old_imports": 3600,
    "backoffice.core.database.tidying.shrink_journal": 3600,
    "orders.sources.folders.take_files": 60,
    "orders.sources.working.sweep": 60,
    "orders.sources.keeping.trim_bodies": 3600,
    "orders.sources.silence.look_for_silence": 300,
    "backoffice.outbox.sending.sweep": 60,
    "customers.messages.sending.sweep": 60,
    "customers.messages.filing.sweep": 60,
    "backoffice.outbox.keeping.forget_old": 3600,
    "loyalty.points.expiry.expire_points": 3600,
    "orders.visits.keeping.refresh_due": 60,
    "orders.visits.keeping.measure_typical_days": 3600,
}
READINESS_CHECKS = {  # more answers of /readyz
    "tasks": "backoffice.jobs.health.queue_answers",
    "worker": "backoffice.jobs.health.worker_is_running",
}
# answers of /readyz that are no reason to send nobody here: others do the work meanwhile, a little later
READINESS_NOTES = {"redis": "backoffice.jobs.rq_backend.somebody_listens"} if TASKS_BACKEND == "rq" else {}

# Pages never wait for the mail server: messages are stored as tasks and sent by the worker.
EMAIL_BACKEND = "backoffice.core.mail.QueuedEmailBackend"
DELIVERY_EMAIL_BACKEND = env.text(
    "DELIVERY_EMAIL_BACKEND",
    "django.core.mail.backends.console.EmailBackend"
    if DEBUG
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Stammgast <stammgast@localhost>")

# ---- The seams upper apps plug into; explicit lists, read top to bottom ---------------------------

# kind of file in the log → the function that says what it was narrowed to: (addresses, organisation) → words
EXPORT_FILTER_WORDS = {
    "customers": "customers.listing.log_words.filter_words",
    "customer_orders": "customers.listing.log_words.customer_words",
}

CUSTOMER_EXTENSIONS = [
    "orders.customer_extension.OrdersOfCustomer",
    "loyalty.customer_extension.PointsOfCustomer",
    "customers.messages.extension.MessagesOfCustomer",
]
ORDER_EXTENSIONS = ["loyalty.order_extension.PointsForOrders"]

# below /api/v1 → the router of the feature
API_ROUTERS = [
    ("/orders", "orders.recording.api.router"),
    ("/orders", "orders.importing.api.router"),
    ("/orders", "orders.updating.api.router"),
    ("/reservations", "orders.reservations.api.router"),
    ("/customers", "customers.records.api.router"),
    ("/customers", "customers.consent.api.router"),
    ("/customers", "loyalty.points.api.router"),
    ("/loyalty", "loyalty.redemption.api.router"),
]
# topic of a webhook → the function that reads what is sent: (organisation, id, facts) → JSON, None when gone
OUTBOX_DATA = {
    "customer.created": "customers.records.told.customer_data",
    "customer.updated": "customers.records.told.customer_data",
    "consent.changed": "customers.records.told.consent_data",
    "points.changed": "customers.records.told.points_data",
    "order.completed": "orders.updating.told.order_data",
}

API_LONG_BODIES = ["order-batch"]  # names of addresses that read a long list item by item
API_FILES = ["order-files"]  # and of those whose body is a file, up to TABLE_MAX_BYTES

# ---- Logs -----------------------------------------------------------------------------------------

LOGGING_CONFIG = "backoffice.core.logs.configure"
LOGGING = {"level": env.text("LOG_LEVEL", "INFO")}
