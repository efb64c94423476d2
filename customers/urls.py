"""One include per feature; each has its addresses in its own `urls`."""

from django.urls import include, path

app_name = "customers"
urlpatterns = [
    path("", include("customers.listing.urls")),
    path("", include("customers.exporting.urls")),
    path("import/", include("customers.importing.urls")),
    path("", include("customers.duplicates.urls")),
    path("", include("customers.records.urls")),
    path("", include("customers.bulk.urls")),
    path("", include("customers.contacts.urls")),
    path("", include("customers.profile.urls")),
    path("", include("customers.consent.urls")),
]
