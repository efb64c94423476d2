"""A browser in two words, from what it says of itself. That may be a lie, and an iPad says it is a Mac."""

import re

from django.utils.translation import gettext as _

# In this order: Edge and Opera also claim to be Chrome, and Chrome claims to be Safari.
_BROWSERS = [
    (r"\bEdg(e|A|iOS)?/", "Edge"),
    (r"\bOPR/", "Opera"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\b(Firefox|FxiOS)/", "Firefox"),
    (r"(Chrome|CriOS|Chromium)/", "Chrome"),
    (r"\bSafari/", "Safari"),
]
_SYSTEMS = [
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bWindows\b", "Windows"),
    (r"\bMac OS X\b", "macOS"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\bLinux\b", "Linux"),
]


def browser_words(user_agent: str) -> str:
    """As `Firefox, Windows`."""
    known = [_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)]
    return ", ".join(filter(None, known)) or _("Unknown browser")


def _first(names: list[tuple[str, str]], user_agent: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, user_agent)), "")
