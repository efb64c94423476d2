from django.urls import path

from orders.catalogue import report_views

urlpatterns = [
    path("report/", report_views.product_report, name="product-report"),
    path("report/filters/", report_views.choose_days, name="product-report-filters"),
    path("report/export.<str:format>", report_views.export_sales, name="product-report-export"),
]
