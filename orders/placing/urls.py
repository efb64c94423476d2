from django.urls import path

from orders.placing import views

urlpatterns = [path("", views.OrderView.as_view(), name="order-new")]
