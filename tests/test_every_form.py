"""Every form of every page with hostile values in each of its fields: an answer in words, never a 500."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.urls import reverse

from tests.access_table import ROWS

PAGES = [row for row in ROWS if row.page and row.method == "GET"]
TYPED = {"text", "search", "email", "tel", "url", "password", "number", "date", "hidden"}
LONGEST = 10_000
SHORT_FORM = 2  # fields
FRAME = ["staff:locations", "account_reset_password_done"]  # pages with a form of the frame alone


def hostile_values(length: int) -> dict[str, str]:
    """By name; `length` is what the field says it takes."""
    return {
        "a NUL": "a\x00b",
        "half a pair": "a\ud800b",
        "far too long": "x" * LONGEST,
        "letters that grow": "\ufdfa" * length,
        "sharp s": "ß" * length,
        "signs nobody sees": "\u202e\u200b",
        "a large number": "9" * 400,
    }


@dataclass
class Field:
    name: str
    value: str
    is_typed: bool
    length: int


class Forms(HTMLParser):
    """The forms of a page that change something: address → fields as a browser would send them."""

    def __init__(self, page: str, address: str):
        super().__init__()
        self.found: dict[str, list[Field]] = {}
        self._address, self._fields, self._select = address, None, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            is_change = given.get("method", "").lower() == "post"
            address = given.get("action") or self._address
            self._fields = self.found.setdefault(address, []) if is_change else None
        if self._fields is None or "disabled" in given:
            return
        name, kind = given.get("name"), given.get("type", "text")
        length = min(int(given.get("maxlength") or 200), LONGEST)
        if tag == "input" and name and (kind in TYPED or "checked" in given):
            self._fields.append(Field(name, given.get("value") or "", kind in TYPED, length))
        elif tag == "textarea" and name:
            self._fields.append(Field(name, "", True, length))
        elif tag == "select" and name:
            self._select = Field(name, "", True, 80)
            self._fields.append(self._select)
        elif tag == "option" and self._select and "selected" in given:
            self._select.value = given.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self._fields = None
        elif tag == "select":
            self._select = None


def posts(fields: list[Field]) -> Iterator[tuple[str, dict]]:
    """(what is wrong, what is sent): each typed field with each value, the others as they are. In a long
    form neighbours share the values: each gets every third one.
    """
    good: dict[str, list[str]] = {}
    for field in fields:
        good.setdefault(field.name, []).append(field.value)
    typed = {one.name: one for one in fields if one.is_typed and one.name != "csrfmiddlewaretoken"}
    step = 1 if len(typed) <= SHORT_FORM else 3
    for place, (name, field) in enumerate(typed.items()):
        for what, value in [*hostile_values(field.length).items()][place % step :: step]:
            yield f"{name}: {what}", good | {name: [value.encode("utf-8", "surrogatepass")]}


def forms_of(client, address: str) -> dict[str, list[Field]]:
    return Forms(client.get(address).content.decode(), address).found


@pytest.fixture
def of_the_frame(client):
    """Addresses of the forms that stand on every page; they are tried on one of them."""

    def of_the_frame(row) -> set[str]:
        return set() if row.name in FRAME else set(forms_of(client, reverse(FRAME[row.public])))

    return of_the_frame


@pytest.mark.slow
@pytest.mark.parametrize("row", PAGES, ids=str)
def test_a_form_answers_whatever_it_is_sent(
    client, sign_in, admin, organisation, location, row, of_the_frame
):
    client = client if row.public else sign_in(admin)
    address = reverse(row.name, kwargs=row.make(organisation) if row.make else {})
    frame, answers = of_the_frame(row), {}
    for target, fields in forms_of(client, address).items():
        for what, sent in posts(fields if target not in frame else []):
            with transaction.atomic():  # so that the next one finds the page as it was
                answers[f"{target} {what}"] = client.post(target, sent).status_code
                transaction.set_rollback(True)
    assert {what: status for what, status in answers.items() if status >= 500} == {}
