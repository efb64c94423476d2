from django.urls import path

from customers.contacts import views

urlpatterns = [
    path("<int:pk>/contacts/add/", views.add, name="contact-add"),
    path("<int:pk>/contacts/<int:point_id>/", views.change, name="contact"),
]
