"""Small pieces of table cells as HTML, made once per value and kept.

A list has hundreds of cells and few different flags; the template engine would build each anew.
Everything that comes from people goes through `format_html` or `escape`.
"""

from functools import lru_cache
from html import escape

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from backoffice.core.pages.templatetags.components import icon


def text(value: str) -> SafeString:
    """Escaped text; Django's own `escape` and `mark_safe` first ask whether the text is lazy."""
    return SafeString(escape(value))


@lru_cache(maxsize=20)
def nothing(word: str) -> SafeString:
    """A dash for the eye, `word` for who listens: an unknown value is never 0 and never blank."""
    return format_html('<span aria-hidden="true">–</span><span class="sr-only">{}</span>', word)


@lru_cache(maxsize=500)
def flag(word: str, *, tone: str, icon_name: str, small: bool = False) -> SafeString:
    """Icon and word; the colour only supports them."""
    css = "flag sm" if small else "flag"
    return format_html('<span class="{}" data-tone="{}">{}{}</span>', css, tone, icon(icon_name), word)


@lru_cache(maxsize=500)
def quiet_flag(word: str, icon_name: str) -> SafeString:
    return format_html(
        '<span class="flag muted">{}<span class="soft">{}</span></span>', icon(icon_name), word
    )


@lru_cache(maxsize=5_000)
def two_lines(first: str, second: str | SafeString) -> SafeString:
    """A figure over its remark; a remark that is HTML already stays as it is."""
    if not isinstance(second, SafeString):
        second = format_html('<span class="cell-sub">{}</span>', second)
    return format_html('<div class="two-line"><span>{}</span>{}</div>', first, second)


@lru_cache(maxsize=5_000)
def phone(e164: str, shown: str) -> SafeString:
    return format_html('<a class="soft num hit" href="tel:{}">{}</a>', e164, shown)


def moment(iso: str, shown: str) -> SafeString:
    return SafeString(f'<time datetime="{escape(iso)}">{escape(shown)}</time>')


@lru_cache(maxsize=2_000)
def tags(names: tuple[str, ...]) -> SafeString:
    return format_html_join(SafeString(" "), '<span class="tag">{}</span>', ((name,) for name in names))
