"""Degree and risk as HTML, made once per value and language."""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.core.pages import cells
from customers.choices import Degree, Risk


@lru_cache(maxsize=50)
def degree_badge(degree: int | None, language: str) -> SafeString:
    """Bars and word; empty without visits."""
    return render_to_string("components/degree.html", {"degree": Degree(degree) if degree else None})


@lru_cache(maxsize=50)
def degree_word(degree: int, language: str) -> SafeString:
    """The word alone, for a line of names."""
    return format_html('<span class="degree-word" data-degree="{}">{}</span>', degree, Degree(degree).label)


@lru_cache(maxsize=50)
def risk_flag(code: str, language: str) -> SafeString:
    """Icon and word; words alone of who came once."""
    risk = Risk(code)
    if not risk.icon:
        return cells.text(str(risk.label))
    return cells.flag(str(risk.label), tone=risk.tone, icon_name=risk.icon)
