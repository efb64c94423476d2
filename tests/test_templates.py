"""Templates are laid out to be read; djlint arranges them, this checks what it leaves to people."""

import re

import pytest
from django.conf import settings

LONGEST_LINE = 110
ROOT = settings.BASE_DIR / "templates"
PAGES = sorted(ROOT.rglob("*.html"))
PARTS = [path for path in PAGES if path.parent.name == "components" or path.name.startswith("_")]

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


@each_page
def test_lines_fit_on_a_screen(page):
    assert [line for line in page.read_text().splitlines() if len(line) > LONGEST_LINE] == []


@each_page
def test_line_breaks_of_the_layout_stay_out_of_texts(page):
    assert re.findall(r"{% blocktranslate (?!trimmed)[^%]*%}", page.read_text()) == []


@each_page
def test_what_is_typed_into_a_field_or_preformatted_gains_no_white_space(page):
    assert re.findall(r"<(?:textarea|pre)\b(?:{{.*?}}|{%.*?%}|[^>])*>\s", page.read_text()) == []
    assert re.findall(r"\s</(?:textarea|pre)>", page.read_text()) == []


def test_parts_begin_with_their_inputs():
    without = [part for part in PARTS if "Inputs:" not in part.read_text().partition("{% endcomment %}")[0]]

    assert [str(part.relative_to(ROOT)) for part in without] == []
