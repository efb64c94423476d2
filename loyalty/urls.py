from django.urls import include, path

app_name = "loyalty"

urlpatterns = [
    path("cards/", include("loyalty.cards.urls")),
    path("coupons/", include("loyalty.coupons.urls")),
    path("points/", include("loyalty.points.urls")),
    path("programme/", include("loyalty.programme.urls")),
]
