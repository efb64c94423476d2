from django.urls import path

from customers.importing.pages import check, columns, file, run

urlpatterns = [
    path("", file.choose, name="import"),
    path("example.<str:format>", file.example, name="import-example"),
    path("runs/", run.index, name="imports"),
    path("<int:pk>/", run.show, name="import-run"),
    path("<int:pk>/check/", check.show, name="import-check"),
    path("<int:pk>/rows/<int:line>/", check.correct, name="import-row"),
    path("<int:pk>/leave-out/", check.leave_out, name="import-leave-out"),
    path("<int:pk>/refused.csv", check.refused, name="import-refused"),
    path("<int:pk>/start/", run.start, name="import-start"),
    path("<int:pk>/continue/", run.resume, name="import-continue"),
    path("<int:pk>/again/", run.read_again, name="import-again"),
    path("<int:pk>/cancel/", run.cancel, name="import-cancel"),
    path("<int:pk>/undo/", run.undo, name="import-undo"),
    path("<int:pk>/columns/", columns.map_columns, name="import-columns"),
    path("<int:pk>/discard/", columns.discard, name="import-discard"),
    path("<int:pk>/reading/", columns.read_otherwise, name="import-read"),
]
