from django.urls import path

from orders.sources.pages.hooks import take_message

urlpatterns = [path("<str:hook_key>/", take_message, name="hook")]
