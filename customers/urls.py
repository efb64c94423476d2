from django.urls import path

from customers.views import consent, edit, export, list, profile

app_name = "customers"
urlpatterns = [
    path("", list.CustomerListView.as_view(), name="list"),
    path("columns/", list.choose_columns, name="columns"),
    path("filters/", list.show_filters, name="filters"),
    path("export/", export.show_options, name="export-options"),
    path("figures/", list.toggle_figures, name="figures"),
    path("export.<str:format>", export.export_list, name="export"),
    path("new/", edit.CustomerCreateView.as_view(), name="new"),
    path("duplicates/check/", edit.check_duplicates, name="check-duplicates"),
    path("<int:pk>/", profile.profile, name="profile"),
    path("<int:pk>/edit/", edit.CustomerEditView.as_view(), name="edit"),
    path("<int:pk>/picture/", profile.picture, name="picture"),
    path("<int:pk>/deactivate/", profile.deactivate, name="deactivate"),
    path("<int:pk>/reactivate/", profile.reactivate, name="reactivate"),
    path("<int:pk>/tags/", profile.change_tags, name="tags"),
    path("<int:pk>/consents/<str:purpose>/", consent.switch, name="consent"),
    path("<int:pk>/consents/<str:purpose>/undo/", consent.undo, name="consent-undo"),
]
