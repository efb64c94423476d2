from django.urls import path

from orders.report import views

urlpatterns = [
    path("", views.ReportView.as_view(), name="report"),
    path("hours/", views.show_hours, name="report-hours"),
    path("filters/", views.show_filters, name="report-filters"),
    path("export.<str:format>", views.export_report, name="report-export"),
]
