from django.urls import include, path

from orders.catalogue.pages import menu, report

urlpatterns = [
    path("", menu.product_list, name="products"),
    path("export.<str:format>", menu.export_products, name="product-export"),
    path("import/", include("orders.catalogue.importing.urls")),
    path("new/", menu.add, name="product-new"),
    path("<int:pk>/edit/", menu.edit, name="product-edit"),
    path("<int:pk>/sold-out/", menu.sell_out, name="product-sold-out"),
    path("<int:pk>/available/", menu.make_available, name="product-available"),
    path("<int:pk>/archive/", menu.archive, name="product-archive"),
    path("<int:pk>/restore/", menu.restore, name="product-restore"),
    path("report/", report.product_report, name="product-report"),
    path("report/filters/", report.choose_days, name="product-report-filters"),
    path("report/export.<str:format>", report.export_sales, name="product-report-export"),
]
