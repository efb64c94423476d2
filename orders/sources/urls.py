from django.urls import path

from orders.sources.pages import actions, events, list

urlpatterns = [
    path("", list.SourceListView.as_view(), name="sources"),
    path("new/", list.SourceKindsView.as_view(), name="source-kinds"),
    path("new/<slug:kind>/", list.SourceCreateView.as_view(), name="source-new"),
    path("<int:pk>/", list.SourceUpdateView.as_view(), name="source-edit"),
    path("<int:pk>/remove/", actions.remove, name="source-remove"),
    path("<int:pk>/switch/", actions.switch, name="source-switch"),
    path("<int:pk>/address/", actions.renew, name="source-renew"),
    path("<int:pk>/mute/", actions.mute, name="source-mute"),
    path("<int:pk>/check/", actions.check, name="source-check"),
    path("<int:pk>/missed/", actions.pull, name="source-pull"),
    path("<int:pk>/again/", actions.work_again, name="source-replay"),
    path("<int:pk>/again/<slug:code>/", actions.work_on_trouble, name="source-replay-trouble"),
    path("<int:pk>/events/", events.EventListView.as_view(), name="source-events"),
    path("<int:pk>/events/<int:event>/", events.EventView.as_view(), name="source-event"),
    path("<int:pk>/events/<int:event>/again/", events.work_on_event, name="source-event-replay"),
]
