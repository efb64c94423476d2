from django.urls import path

from orders.deliveries.pages import drivers, report

urlpatterns = [
    path("", report.deliveries, name="deliveries"),
    path("filters/", report.choose, name="delivery-filters"),
    path("export.<str:format>", report.export, name="delivery-export"),
    path("drivers/", drivers.driver_list, name="drivers"),
    path("drivers/new/", drivers.add, name="driver-new"),
    path("drivers/<int:pk>/", drivers.rename, name="driver-edit"),
    path("drivers/<int:pk>/archive/", drivers.archive, name="driver-archive"),
    path("drivers/<int:pk>/restore/", drivers.restore, name="driver-restore"),
]
