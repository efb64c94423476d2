from django.urls import path

from loyalty.coupons import views

urlpatterns = [
    path("", views.coupon_list, name="coupons"),
    path("export.<str:format>", views.export_coupons, name="coupons-export"),
    path("new/", views.edit, name="coupon-new"),
    path("<int:pk>/", views.show_coupon, name="coupon"),
    path("<int:pk>/edit/", views.edit, name="coupon-edit"),
    path("<int:pk>/codes/", views.make_codes, name="coupon-codes"),
    path("<int:pk>/pause/", views.pause, name="coupon-pause"),
    path("<int:pk>/resume/", views.resume, name="coupon-resume"),
    path("<int:pk>/archive/", views.archive, name="coupon-archive"),
    path("<int:pk>/restore/", views.restore, name="coupon-restore"),
    path("<int:pk>/<str:what>.<str:format>", views.export, name="coupon-export"),
]
