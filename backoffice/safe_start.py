"""What must never go wrong in public: such settings stop the process with a sentence."""

from ipaddress import ip_address

from django.core.exceptions import ImproperlyConfigured

INSECURE_KEY = "development-only-key-that-never-leaves-this-machine-0123456789"
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "testserver"}
_FEWEST_DIFFERENT = 10  # random characters have more; one letter held down has one


def refuse_unsafe_start(*, debug: bool, secret_key: str, hosts: list[str], https: bool) -> None:
    """Raises ImproperlyConfigured."""
    if debug:
        if not set(hosts) <= _LOOPBACK:
            raise ImproperlyConfigured("DEBUG is on and ALLOWED_HOSTS is public: set DEBUG=false.")
        return
    if secret_key == INSECURE_KEY or len(secret_key) < 50:
        raise ImproperlyConfigured("Set SECRET_KEY to at least 50 random characters.")
    if len(set(secret_key)) < _FEWEST_DIFFERENT:
        raise ImproperlyConfigured("Set SECRET_KEY to random characters: this one repeats a few.")
    if not hosts:
        raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names this installation answers to.")
    if "*" in hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS=* answers to any name: list the names it should answer to.")
    public = [host for host in hosts if not _is_private(host)]
    if public and not https:
        raise ImproperlyConfigured(
            f"HTTPS is off and {public[0]} is public: passwords would travel in the open. Set HTTPS=true."
        )


def _is_private(host: str) -> bool:
    """Whether only this machine or its own network reaches that name."""
    if host in _LOOPBACK:
        return True
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    return address.is_private and not address.is_unspecified
