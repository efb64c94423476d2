from orders.importing.pages.base import pages

urlpatterns = pages.urls()
