"""Our own addresses, and beside them what they are measured against."""

from django.urls import path

from backoffice.urls import handler400, handler500, urlpatterns
from tests.bench import floors, peers

urlpatterns = [
    *urlpatterns,
    path("bench/floor/", floors.floor),
    path("bench/processor/", floors.processor_seconds),
    path("bench/insert/", floors.insert_only),
    path("bench/stock/", peers.stock_site.urls),
    path("bench/annotated/", peers.annotated_site.urls),
    path("bench/summed/", peers.summed_site.urls),
]

__all__ = ["handler400", "handler500", "urlpatterns"]
