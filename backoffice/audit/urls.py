from django.urls import path

from backoffice.audit import views

app_name = "audit"
urlpatterns = [
    path("exports/", views.export_list, name="exports"),
]
