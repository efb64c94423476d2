"""One include per app, prefixes visible."""

from django.conf import settings
from django.urls import include, path

from backoffice.api import docs, endpoints
from backoffice.core.pages import bodies, views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("may-send", bodies.may_send, name="may-send"),
    path("too-large", bodies.show_too_large, name="too-large"),
    path("toasts/", views.show_toasts, name="toasts"),
    path("", include("backoffice.dashboard.urls")),
    path("", include("backoffice.staff.urls")),
    path("settings/keys/", include("backoffice.api.urls")),
    path("settings/webhooks/", include("backoffice.outbox.urls")),
    path("api/v1/openapi.json", docs.openapi, name="api-openapi"),
    path("api/v1/docs", docs.show, name="api-docs"),
    path("api/v1/", endpoints.urls),
    path("jobs/", include("backoffice.jobs.urls")),
    path("log/", include("backoffice.audit.urls")),
    path("settings/degrees/", include("customers.rhythm.urls")),
    path("settings/shared-contacts/", include("customers.shared_contacts.urls")),
    path("settings/mail/", include("customers.messages.pages.mailbox_urls")),
    path("customers/", include("customers.urls")),
    path("messages/", include("customers.messages.pages.urls")),
    path("preferences/", include("customers.messages.pages.preference_urls")),
    path("", include("orders.urls")),
    path("loyalty/", include("loyalty.urls")),
]

if settings.ADMIN_SITE:
    from django.contrib import admin

    urlpatterns.append(path("admin/", admin.site.urls))

handler400 = "backoffice.core.pages.views.bad_request"
handler500 = "backoffice.core.pages.views.server_error"
