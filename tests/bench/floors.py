"""What a page costs before anything is read or built: one plain template of ready strings."""

import time
from functools import cache

from django.http import HttpResponse
from django.template import Context, Template

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
