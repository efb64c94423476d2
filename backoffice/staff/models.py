"""Who works here: organisations, their locations, and the people who sign in."""

from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.formats import country_names
from backoffice.core.text.money import validate_currency
from backoffice.core.text.text import validate_visible


class Language(models.TextChoices):
    GERMAN = "de", _("German")
    SPANISH = "es", _("Spanish")
    ENGLISH = "en", _("English")


class Theme(models.TextChoices):
    SYSTEM = "", _("Automatic")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Role(models.TextChoices):
    """The three roles; each is a Django group of the same name that holds the permissions."""

    STAFF = "staff", _("Staff")
    MANAGER = "manager", _("Manager")
    ADMIN = "admin", _("Administrator")


def validate_timezone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("This is not a known time zone, for example Europe/Berlin."))


def validate_country(value: str) -> None:
    if value not in country_names("en"):
        raise ValidationError(_("Write the country as two letters, for example DE."), code="country")


class Organisation(models.Model):
    """A restaurant or chain: the wall between customers. Nothing crosses it.

    `country` (ISO 3166-1 alpha-2) is the region in which phone numbers without a prefix are read.
    `collects_customers` is the customer module (PRODUCT C1): off, orders are kept without a customer.
    `is_new` is true until its first steps are done, or put aside. `has_subscribers` while somebody hears of
    what happens in it (`backoffice.outbox`). `shared_contacts` are its own patterns of phones and
    e-mails that are a platform's or nobody's (`core/text/relays`). `occasional_from` … `champion_from` say
    from how many visits a year on a loyalty degree is; `typical_days` is its median from first to second
    visit.
    """

    name = models.CharField(_("name"), max_length=80, validators=[validate_visible])
    slug = models.SlugField(max_length=80, unique=True)
    country = models.CharField(_("country"), max_length=2, default="DE", validators=[validate_country])
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[validate_currency])
    timezone = models.CharField(
        _("time zone"), max_length=40, default="Europe/Berlin", validators=[validate_timezone]
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.GERMAN)
    collects_customers = models.BooleanField(_("customer module"), default=True)
    is_new = models.BooleanField(default=False)
    has_subscribers = models.BooleanField(default=False)
    shared_contacts = models.JSONField(default=list, blank=True)
    occasional_from = models.PositiveSmallIntegerField(default=2, db_default=2)
    regular_from = models.PositiveSmallIntegerField(default=4, db_default=4)
    champion_from = models.PositiveSmallIntegerField(default=10, db_default=10)
    typical_days = models.PositiveSmallIntegerField(default=30, db_default=30)
    created_at = models.DateTimeField(default=now)

    class Meta:
        permissions = [("manage_modules", "Can switch modules on and off")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    occasional_from__gt=1,
                    regular_from__gt=F("occasional_from"),
                    champion_from__gt=F("regular_from"),
                ),
                name="organisation_degrees_rise",
            ),
            models.CheckConstraint(condition=Q(typical_days__gt=0), name="organisation_typical_days"),
        ]

    def __str__(self):
        return self.name

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Location(models.Model):
    """One house of an organisation. Days and months of its figures are in its time zone.

    `receipt_head` is what its receipts say below its name: address, tax number.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="locations")
    name = models.CharField(_("name"), max_length=80, validators=[validate_visible])
    country = models.CharField(_("country"), max_length=2, default="DE", validators=[validate_country])
    timezone = models.CharField(
        _("time zone"), max_length=40, default="Europe/Berlin", validators=[validate_timezone]
    )
    receipt_head = models.TextField(
        _("top of receipts"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("Address and tax number, as they stand on your receipts."),
    )
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["id"]
        permissions = [("manage_locations", "Can add and change locations")]
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="location_name_unique"),
        ]

    def __str__(self):
        return self.name

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class OpeningHours(models.Model):
    """Hours in which a location takes customers on a weekday (0 is Monday), on the clock of the house.

    `closes` at or before `opens` is after midnight. A location without any hours never asks.
    """

    location = models.ForeignKey(Location, models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["location", "weekday", "opens"], name="opening_hours_once"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="opening_hours_weekday"),
        ]


class ClosedDays(models.Model):
    """Days, both ends included, on which a location is closed whatever its hours: holidays, a party."""

    location = models.ForeignKey(Location, models.CASCADE, related_name="closed_days")
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=80, blank=True, validators=[validate_visible])

    class Meta:
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="closed_days_in_order"
            ),
        ]


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.strip().casefold(), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=email.strip().casefold())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address (stored case-folded).

    `membership` is the one in use: it names the organisation every page starts from.
    Each step of `sessions_ended` ends all sessions of before, for good.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=80, validators=[validate_visible])
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.GERMAN)
    theme = models.CharField(_("appearance"), max_length=5, choices=Theme, default=Theme.SYSTEM, blank=True)
    uses_shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    sessions_ended = models.PositiveIntegerField(default=0)
    date_joined = models.DateTimeField(default=now)
    membership = models.ForeignKey(
        "staff.Membership", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self):
        return self.name or self.email

    def _get_session_auth_hash(self, secret=None):
        plain = super()._get_session_auth_hash(secret)
        return f"{plain}.{self.sessions_ended}" if self.sessions_ended else plain


class Membership(models.Model):
    """A person's place in one organisation: the role (a group) and how they like their pages.

    `location` is the one chosen in the sidebar, none means all. `list_columns` are the columns
    of the customer list in their order, empty means the default. `invited_at` is the last invitation;
    while it `is_pending` nobody has said yes to it, and it gives no right to anything.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    group = models.ForeignKey(Group, models.PROTECT, related_name="+", verbose_name=_("role"))
    is_active = models.BooleanField(_("active"), default=True)
    is_pending = models.BooleanField(default=False)
    location = models.ForeignKey(Location, models.SET_NULL, null=True, blank=True, related_name="+")
    list_columns = models.JSONField(default=list, blank=True)
    hides_figures = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    invited_at = models.DateTimeField(default=now)

    class Meta:
        permissions = [("manage_team", "Can invite people and change their roles")]
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_once"),
            models.CheckConstraint(
                condition=~models.Q(is_active=True, is_pending=True), name="membership_pending_or_active"
            ),
        ]

    @property
    def role(self) -> str:
        return self.group.name

    @property
    def is_invited(self) -> bool:
        """Whether the person may come in and has never done so."""
        return self.is_pending or (self.is_active and self.user.last_login is None)

    @property
    def shown_name(self) -> str:
        """Who was invited by address stays that address until they say yes: their name is theirs to tell."""
        return self.user.email if self.is_pending else self.user.name


class SignInCounter(models.Model):
    """Wrong passwords of one account, client address or known browser, whose key is a keyed hash."""

    key = models.CharField(max_length=80, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(db_index=True)
    waits_until = models.DateTimeField()
