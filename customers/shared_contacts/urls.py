from django.urls import path

from customers.shared_contacts import views

app_name = "shared-contacts"
urlpatterns = [
    path("", views.show, name="list"),
    path("add/", views.add, name="add"),
    path("remove/", views.remove, name="remove"),
    path("apply/", views.apply, name="apply"),
]
