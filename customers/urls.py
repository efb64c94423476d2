from django.urls import path

from customers.consent import views as consent
from customers.exporting import views as export
from customers.importing.pages import check as import_check
from customers.importing.pages import columns as import_columns
from customers.importing.pages import file as import_file
from customers.importing.pages import run as import_run
from customers.listing import views as list
from customers.profile import views as profile
from customers.records import views as edit

app_name = "customers"
urlpatterns = [
    path("", list.CustomerListView.as_view(), name="list"),
    path("columns/", list.choose_columns, name="columns"),
    path("filters/", list.show_filters, name="filters"),
    path("export/", export.show_options, name="export-options"),
    path("figures/", list.toggle_figures, name="figures"),
    path("export.<str:format>", export.export_list, name="export"),
    path("import/", import_file.choose, name="import"),
    path("import/example.<str:format>", import_file.example, name="import-example"),
    path("import/runs/", import_run.index, name="imports"),
    path("import/<int:pk>/", import_run.show, name="import-run"),
    path("import/<int:pk>/check/", import_check.show, name="import-check"),
    path("import/<int:pk>/rows/<int:line>/", import_check.correct, name="import-row"),
    path("import/<int:pk>/refused.csv", import_check.refused, name="import-refused"),
    path("import/<int:pk>/start/", import_run.start, name="import-start"),
    path("import/<int:pk>/continue/", import_run.resume, name="import-continue"),
    path("import/<int:pk>/again/", import_run.read_again, name="import-again"),
    path("import/<int:pk>/cancel/", import_run.cancel, name="import-cancel"),
    path("import/<int:pk>/undo/", import_run.undo, name="import-undo"),
    path("import/<int:pk>/columns/", import_columns.map_columns, name="import-columns"),
    path("import/<int:pk>/discard/", import_columns.discard, name="import-discard"),
    path("import/<int:pk>/reading/", import_columns.read_otherwise, name="import-read"),
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
