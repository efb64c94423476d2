"""One include per feature; each has its addresses in its own `urls`."""

from django.urls import include, path

app_name = "orders"
urlpatterns = [
    path("", include("orders.receipts.urls")),
    path("orders/", include("orders.report.urls")),
    path("orders/new/", include("orders.placing.urls")),
    path("orders/open/", include("orders.board.urls")),
    path("orders/import/", include("orders.importing.urls")),
    path("deliveries/", include("orders.deliveries.urls")),
    path("products/", include("orders.catalogue.urls")),
    path("reservations/", include("orders.reservations.urls")),
    path("settings/sources/", include("orders.sources.urls")),
    path("hooks/", include("orders.sources.pages.hook_urls")),
]
