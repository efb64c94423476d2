from django.urls import path

from customers.bulk import views

urlpatterns = [
    path("bulk/<int:pk>/", views.show, name="bulk-action"),
    path("bulk/<str:kind>/", views.BulkView.as_view(), name="bulk"),
    path("bulk/<int:pk>/undo/", views.undo, name="bulk-undo"),
]
