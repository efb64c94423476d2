from django.urls import path

from backoffice.api import views

app_name = "keys"
urlpatterns = [
    path("", views.KeyListView.as_view(), name="list"),
    path("new/", views.KeyCreateView.as_view(), name="new"),
    path("<int:pk>/rotate/", views.RotateView.as_view(), name="rotate"),
    path("<int:pk>/revoke/", views.RevokeView.as_view(), name="revoke"),
]
