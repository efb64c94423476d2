from django.urls import path

from customers.rhythm.views import DegreesView

app_name = "degrees"
urlpatterns = [path("", DegreesView.as_view(), name="edit")]
