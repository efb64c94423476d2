from django.urls import path

from backoffice.outbox.pages import actions, list, log

app_name = "webhooks"
urlpatterns = [
    path("", list.SubscriberListView.as_view(), name="list"),
    path("new/", list.SubscriberCreateView.as_view(), name="new"),
    path("<int:pk>/", log.LogView.as_view(), name="log"),
    path("<int:pk>/edit/", list.SubscriberUpdateView.as_view(), name="edit"),
    path("<int:pk>/secret/", actions.RenewSecretView.as_view(), name="secret"),
    path("<int:pk>/remove/", actions.remove, name="remove"),
    path("<int:pk>/pause/", actions.pause, name="pause"),
    path("<int:pk>/resume/", actions.resume, name="resume"),
    path("<int:pk>/test/", actions.test, name="test"),
    path("<int:pk>/<int:delivery>/", log.DeliveryView.as_view(), name="delivery"),
    path("<int:pk>/<int:delivery>/again/", actions.again, name="again"),
]
