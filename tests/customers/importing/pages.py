"""What the tests of the pages of an import read from an answer."""

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
    return {tile.label: tile.value for tile in response.context["check"].figures.tiles}
