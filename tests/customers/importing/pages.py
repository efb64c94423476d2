"""What the tests of the pages of an import read from an answer."""

import re

from customers.models import ImportRun

HTMX = {"HX-Request": "true"}
HEADERS = ["first_name", "last_name", "email", "phone"]
CONFLICT = "X,Y,old@example.org,0171 3920013"  # whom it could mean: the fixture `rivals`


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def state_of(run) -> str:
    return ImportRun.objects.get(pk=run.pk).state


def lines(response) -> list[int]:
    """The rows of a page of the check."""
    return [row.line for row in response.context["check"].rows]


def figures(response) -> dict[str, str]:
    """The tiles of the check by label."""
    page = text_of(response)
    labels = re.findall(r'<span class="tile-label">(.*?)</span> <span class="tile-value">', page)
    values = re.findall(r'<span class="tile-value">(.*?)</span>', page)
    return dict(zip([re.sub("<.*?>", "", label).strip() for label in labels], values, strict=True))


def result(response) -> dict[str, str]:
    """The figures of an import that has ended, or of its undo, by label."""
    return dict(re.findall(r"<dt>([^<]*)</dt> <dd> ([^<]*) </dd>", text_of(response)))


def tabs(response) -> dict[str, str]:
    """The figures of the tabs by name."""
    return dict(re.findall(r'\?tab=(\w+)" [^>]*> [^<]+ <span class="num">(.*?)</span>', text_of(response)))
