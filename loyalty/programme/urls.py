from django.urls import path

from loyalty.programme import views

urlpatterns = [
    path("", views.ProgrammeView.as_view(), name="programme"),
    path("preview/", views.PreviewView.as_view(), name="programme-preview"),
]
