"""What a page costs before anything is read or built: one plain template of ready strings."""

import json
import time
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.template import Context, Template
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from backoffice.staff.models import Location
from orders.models import Order, OrderLine, Product

_TABLE = (
    "<!doctype html><title>Floor</title><table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)
ROWS = [
    [
        *(f"Anna Sommer {number}", f"+49 151 2{number:07d}", f"anna.sommer{number}@example.org"),
        *("24.12.2025, 19:30", f"{number}", f"{number},50 €", "18,20 €", "120", "Stammgast"),
    ]
    for number in range(50)
]


def floor(request):
    """50 rows of 9 strings behind the same sign-in: no component, no menu, no frame."""
    return HttpResponse(_template().render(Context({"rows": ROWS})))


@cache
def _template() -> Template:
    """Compiled once, as the template loader does with pages in production."""
    return Template(_TABLE)


def processor_seconds(request):
    """What this server process has used so far, all of its threads together."""
    return HttpResponse(str(time.process_time()))


@csrf_exempt
@login_not_required
def insert_only(request):
    """An order and its line as the body says, for nobody: no key, no check, no customer, no figures."""
    sent, now = json.loads(request.body), timezone.now()
    place = _place()
    with transaction.atomic():
        order = Order.objects.create(
            **place[0],
            external_id=sent["external_id"],
            source=sent["source"],
            service_type=sent["service_type"],
            status="completed",
            placed_at=sent["placed_at"],
            placed_on=now.date(),
            total_cents=950,
            recorded_at=now,
        )
        OrderLine.objects.create(
            order=order, position=1, product_id=place[1], name="Gericht", quantity=1, unit_price_cents=950
        )
    return JsonResponse({"id": order.pk}, status=201)


@cache
def _place() -> tuple[dict[str, int], int]:
    """Where all of these orders are, and what they are of."""
    location = Location.objects.first()
    place = {"organisation_id": location.organisation_id, "location_id": location.pk}
    return place, Product.objects.values_list("pk", flat=True).first()
