from django.urls import path

from customers.messages.pages import campaign, compose, inbox, templates, write

app_name = "messages"
urlpatterns = [
    path("", inbox.show, name="list"),
    path("new/", compose.new, name="new"),
    path("left-out/", compose.left_out, name="left-out"),
    path("templates/", templates.show, name="templates"),
    path("templates/new/", templates.new, name="template-new"),
    path("templates/<int:pk>/", templates.edit, name="template"),
    path("templates/<int:pk>/remove/", templates.remove, name="template-remove"),
    path("customers/<int:pk>/", inbox.thread, name="thread"),
    path("customers/<int:pk>/write/", write.write, name="write"),
    path("customers/<int:pk>/dealt-with/", inbox.deal, name="deal"),
    path("customers/<int:pk>/ask/", write.ask, name="ask"),
    path("<int:pk>/", campaign.show, name="campaign"),
    path("<int:pk>/edit/", compose.edit, name="edit"),
    path("<int:pk>/send/", compose.send, name="send"),
    path("<int:pk>/pause/", campaign.pause, name="pause"),
    path("<int:pk>/resume/", campaign.resume, name="resume"),
    path("<int:pk>/stop/", campaign.stop, name="stop"),
    path("<int:pk>/discard/", campaign.discard, name="discard"),
]
