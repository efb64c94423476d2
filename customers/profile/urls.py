from django.urls import path

from customers.profile import views

urlpatterns = [
    path("<int:pk>/", views.profile, name="profile"),
]
