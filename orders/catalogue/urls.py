from django.urls import path

from orders.catalogue import menu_views, report_views

urlpatterns = [
    path("", menu_views.product_list, name="products"),
    path("new/", menu_views.add, name="product-new"),
    path("<int:pk>/edit/", menu_views.edit, name="product-edit"),
    path("<int:pk>/sold-out/", menu_views.sell_out, name="product-sold-out"),
    path("<int:pk>/available/", menu_views.make_available, name="product-available"),
    path("<int:pk>/archive/", menu_views.archive, name="product-archive"),
    path("<int:pk>/restore/", menu_views.restore, name="product-restore"),
    path("report/", report_views.product_report, name="product-report"),
    path("report/filters/", report_views.choose_days, name="product-report-filters"),
    path("report/export.<str:format>", report_views.export_sales, name="product-report-export"),
]
