from django.utils.http import url_has_allowed_host_and_scheme


def next_page(request, default: str = "/") -> str:
    """Return the posted or asked `next` while it stays on this host, else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else default
