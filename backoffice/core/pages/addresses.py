from django.utils.http import url_has_allowed_host_and_scheme


def whole_number(text: str | None, default: int | None = 0) -> int | None:
    """A number from an address or a form, as long as a key of the database; `default` for anything else."""
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else default


def next_page(request, default: str = "/") -> str:
    """Return the posted or asked `next` while it stays on this host, else `default`. A path alone: `redirect`
    takes other words for names of pages.
    """
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else default
