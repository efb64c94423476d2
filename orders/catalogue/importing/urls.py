from orders.catalogue.importing.pages.base import pages

urlpatterns = pages.urls()
