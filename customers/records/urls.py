from django.urls import path

from customers.records import actions, views

urlpatterns = [
    path("new/", views.CustomerCreateView.as_view(), name="new"),
    path("duplicates/check/", views.check_duplicates, name="check-duplicates"),
    path("<int:pk>/edit/", views.CustomerEditView.as_view(), name="edit"),
    path("<int:pk>/picture/", actions.picture, name="picture"),
    path("<int:pk>/deactivate/", actions.deactivate, name="deactivate"),
    path("<int:pk>/reactivate/", actions.reactivate, name="reactivate"),
    path("<int:pk>/tags/", actions.change_tags, name="tags"),
]
