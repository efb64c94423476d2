from django.urls import path

from orders.sources import pages

urlpatterns = [
    path("", pages.FolderListView.as_view(), name="sources"),
    path("new/", pages.FolderCreateView.as_view(), name="source-new"),
    path("<int:pk>/", pages.FolderUpdateView.as_view(), name="source-edit"),
    path("<int:pk>/remove/", pages.remove, name="source-remove"),
]
