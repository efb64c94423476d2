from django.urls import path

from orders.board import views

urlpatterns = [
    path("", views.show_board, name="board"),
    path("<int:pk>/step/", views.take, name="order-step"),
    path("<int:pk>/out/", views.send_out, name="order-out"),
    path("<int:pk>/cancel/", views.cancel, name="order-cancel"),
]
