"""Cells of tables of products as HTML."""

from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backoffice.core.pages import cells


def share(value: str, share: str, bar: str) -> SafeString:
    """A value over its share of all, as a bar (per cent) against the largest."""
    return SafeString(
        f'<div class="meter"><span class="medium">{escape(value)}</span>'
        '<svg class="bar-track" width="100%" height="6" aria-hidden="true">'
        f'<rect width="{bar}%" height="6" rx="3" /></svg>'
        f'<span class="cell-sub">{escape(share)}</span></div>'
    )


def figure(text: str, remark: str = "") -> SafeString:
    """A figure, with a remark below it; empty is unknown."""
    if not text:
        return cells.nothing(_("no information"))
    below = f' <span class="cell-sub">{escape(remark)}</span>' if remark else ""
    return SafeString(f"{escape(text)}{below}")
