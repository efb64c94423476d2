from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import get_object_or_404

from orders.models import ConnectedSource

RIGHT = "orders.manage_source"


class SourcesPage(PermissionRequiredMixin):
    """Pages of those who connect what orders come from."""

    permission_required = RIGHT

    def get_queryset(self):
        sources = ConnectedSource.objects.filter(organisation=self.request.organisation)
        return sources.select_related("organisation", "location", "switched_by").order_by("pk")


def source_or_404(request, pk: int) -> ConnectedSource:
    sources = ConnectedSource.objects.filter(organisation=request.organisation)
    return get_object_or_404(sources.select_related("organisation", "location"), pk=pk)
