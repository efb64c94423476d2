"""Choosing by hand who is one person."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from customers.duplicates.pages.actions import numbers
from customers.duplicates.pages.words import RIGHT
from customers.listing import find_matches
from customers.models import Customer

SHOWN = 10
SHORTEST = 2
MOST = 20


@require_safe
@permission_required(RIGHT, raise_exception=True)
def choose(request):
    """`q` finds customers, `id` names those who are chosen already."""
    query = request.GET.get("q", "").strip()[:100]
    customers = Customer.objects.of(request.organisation).select_related("stats")
    ids = numbers(request.GET.getlist("id"))[:MOST]
    chosen = list(customers.filter(pk__in=ids).order_by("joined_at", "pk"))
    hits, are_many = [], False
    if len(query) >= SHORTEST:
        matches = find_matches(request.organisation, customers, query, is_active=None, has_filters=False)
        are_many = matches.ids is None
        found = customers.filter(pk__in=matches.ids or ()).exclude(pk__in=ids)
        hits = list(found.order_by("-stats__receipts_count", "sort_name", "pk")[: SHOWN + 1])
        are_many = are_many or len(hits) > SHOWN
    context = {"query": query, "chosen": chosen, "hits": hits[:SHOWN], "are_many": are_many}
    return render(request, "customers/duplicates/choose.html", context)
