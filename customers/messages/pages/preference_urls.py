"""What links in mails lead to; nobody signs in."""

from django.urls import path

from customers.messages.pages import public

app_name = "preferences"
urlpatterns = [
    path("confirm/<str:token>/", public.confirm, name="confirm"),
    path("<str:token>/", public.show, name="show"),
    path("<str:token>/unsubscribe/", public.unsubscribe, name="unsubscribe"),
    path("<str:token>/undo/", public.undo, name="undo"),
]
