"""Small components of every page: icons, initials, and which page is the current one."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from backoffice.core.pages import toasts
from backoffice.core.text import formats
from backoffice.core.text.phones import international

register = template.Library()
AVATAR_HUES = 6
STYLE_SHEETS = (
    "tokens",
    "base",
    "layout",
    "controls",
    "forms",
    "table",
    "feedback",
    "data",
    "pages",
    "sales",
    "keep",
    "messages",
    "print",
)
SCRIPTS = (
    "htmx-setup",
    "loading",
    "polling",
    "menus",
    "dialogs",
    "toasts",
    "downloads",
    "shortcuts",
    "rows",
    "search",
    "back-to-list",
    "theme",
    "unsaved",
    "reveal",
    "print",
    "scan",
)


@register.simple_tag
@cache
def style_sheets() -> SafeString:
    """The links of every page's style sheets, in the order of the cascade."""
    addresses = [(static(f"css/{name}.css"),) for name in STYLE_SHEETS]
    return format_html_join("\n    ", '<link rel="stylesheet" href="{}">', addresses)


@register.simple_tag
@cache
def scripts() -> SafeString:
    """The scripts of signed-in pages. One behaviour per file; every page works without them."""
    htmx = format_html('<script src="{}" defer></script>\n', static("django_htmx/htmx-2.min.js"))
    addresses = [(static(f"js/{name}.js"),) for name in SCRIPTS]
    return htmx + format_html_join("\n", '<script type="module" src="{}"></script>', addresses)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """One drawing of static/img/sprite.svg, decorative; `extra` adds classes such as `icon-sm`.

    The words beside it carry the meaning: a button with an icon alone needs an `aria-label`.
    """
    return _icon(name, extra)


@cache
def _icon(name: str, extra: str) -> SafeString:
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" {extra}" if extra else "",
        static("img/sprite.svg"),
        name,
    )


@register.filter
def initials(name: str) -> str:
    """First letters of the first and last word, for avatars."""
    words = [word for word in str(name).split() if word[0].isalpha()]
    picked = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in picked).upper()


@register.filter
def hue(number) -> int:
    """A colour from 1 to 6 that stays the same for one id."""
    return int(number or 0) % AVATAR_HUES + 1


@register.simple_tag(takes_context=True)
def toast_list(context) -> list[dict]:
    """The messages of this request as toasts; reading them marks them as shown."""
    return [toasts.read(message) for message in context.get("messages") or []]


@register.simple_tag
def today() -> str:
    """The day in the format of the page's language and the time zone in use."""
    return formats.local_moment(timezone.now()).partition(",")[0]


@register.filter
def country(code: str) -> str:
    """The name of a country in the language of the page."""
    return formats.country_name(code)


@register.filter
def phone(e164: str) -> str:
    """A stored number in international form."""
    return international(e164)


@register.filter
def number(value: int) -> str:
    """A whole number in the format of the page's language."""
    return formats.local_number(value)


@register.filter
def moment(value) -> str:
    """Day and time in the format of the page's language and the time zone in use."""
    return formats.local_moment(value)
