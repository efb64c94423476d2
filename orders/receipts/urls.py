from django.urls import path

from orders.receipts import views

urlpatterns = [
    path("customers/<int:pk>/orders.<str:format>", views.export_customer_orders, name="customer-export"),
]
