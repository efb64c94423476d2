from django.urls import path

from backoffice.dashboard import views

urlpatterns = [
    path("", views.home, name="home"),
    path("first-steps/", views.show_first_steps, name="first-steps"),
    path("first-steps/hide/", views.hide_first_steps, name="first-steps-hide"),
]
