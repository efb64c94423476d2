from django.urls import path

from customers.listing import views

urlpatterns = [
    path("", views.CustomerListView.as_view(), name="list"),
    path("columns/", views.choose_columns, name="columns"),
    path("filters/", views.show_filters, name="filters"),
    path("figures/", views.toggle_figures, name="figures"),
]
