from django.urls import path

from customers.messages.pages import mailbox

app_name = "mailbox"
urlpatterns = [
    path("", mailbox.MailboxView.as_view(), name="settings"),
    path("test/", mailbox.test, name="test"),
]
