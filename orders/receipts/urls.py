from django.urls import path

from orders.receipts import pages, views

urlpatterns = [
    path("orders/<int:pk>/", pages.show, name="receipt"),
    path("orders/<int:pk>/print/", pages.print_page, name="receipt-print"),
    path("orders/<int:pk>/receipt.pdf", pages.pdf, name="receipt-pdf"),
    path("orders/<int:pk>/void/", pages.void, name="receipt-void"),
    path("orders/<int:pk>/refund/", pages.refund, name="receipt-refund"),
    path("orders/<int:pk>/customer/", pages.move, name="receipt-move"),
    path("orders/<int:pk>/note/", pages.note, name="receipt-note"),
    path("orders/<int:pk>/send/", pages.send, name="receipt-send"),
    path("customers/<int:pk>/split/", views.split, name="customer-split"),
    path("orders/splits/<int:pk>/undo/", views.take_split_back, name="split-undo"),
    path("customers/<int:pk>/orders.<str:format>", views.export_customer_orders, name="customer-export"),
]
