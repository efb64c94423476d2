from django.urls import path

from orders.reservations.pages import actions, coming, day, form, tables

urlpatterns = [
    path("", day.reservations, name="reservations"),
    path("today/", coming.coming, name="coming"),
    path("new/", form.ReservationCreateView.as_view(), name="reservation-new"),
    path("customers/", actions.customers, name="reservation-customers"),
    path("tables/", tables.TableListView.as_view(), name="tables"),
    path("tables/new/", tables.TableCreateView.as_view(), name="table-new"),
    path("tables/<int:pk>/", tables.TableUpdateView.as_view(), name="table-edit"),
    path("<int:pk>/", form.ReservationEditView.as_view(), name="reservation-edit"),
    path("<int:pk>/state/", actions.change_state, name="reservation-state"),
]
