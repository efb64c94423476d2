from django.urls import path

from customers.duplicates.pages import actions, choosing, comparing, lists

urlpatterns = [
    path("duplicates/", lists.show, name="duplicates"),
    path("duplicates/choose/", choosing.choose, name="duplicates-choose"),
    path("duplicates/merge/", comparing.MergeView.as_view(), name="merge"),
    path("duplicates/merges/<int:pk>/undo/", actions.undo, name="merge-undo"),
    path("duplicates/different/", actions.different, name="duplicates-different"),
    path("duplicates/suspect/", actions.suspect, name="duplicates-suspect"),
]
