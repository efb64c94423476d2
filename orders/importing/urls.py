from django.urls import path

from orders.importing.pages import check, columns, file
from orders.importing.pages.base import pages

urlpatterns = [
    path("", file.choose, name="import"),
    path("example.<str:format>", file.example, name="import-example"),
    path("<int:pk>/columns/", columns.map_columns, name="import-columns"),
    path("<int:pk>/reading/", columns.read_otherwise, name="import-read"),
    path("<int:pk>/check/", check.show, name="import-check"),
    path("<int:pk>/refused.csv", check.refused, name="import-refused"),
    path("<int:pk>/start/", check.start, name="import-start"),
    *pages.urls(),
]
