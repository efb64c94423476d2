from django.urls import path

from customers.consent import views

urlpatterns = [
    path("<int:pk>/consents/<str:purpose>/", views.switch, name="consent"),
    path("<int:pk>/consents/<str:purpose>/undo/", views.undo, name="consent-undo"),
]
