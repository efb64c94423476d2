from django.urls import path

from customers.exporting import views

urlpatterns = [
    path("export/", views.show_options, name="export-options"),
    path("export.<str:format>", views.export_list, name="export"),
]
