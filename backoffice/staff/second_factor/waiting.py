"""What somebody has not confirmed or noted yet waits in their session: sealed, and for half an hour."""

import json

from backoffice.core.sealing import Unreadable
from backoffice.staff.second_factor.sealing import seal

_KEY = "second_factor"
_SECONDS = 1800


def keep(request, **what) -> None:
    """Keep JSON values, in place of what was kept before."""
    request.session[_KEY] = seal.close(json.dumps(what))


def kept(request, name: str):
    """The value, or None when there is none or it is too old."""
    try:
        return json.loads(seal.open(request.session.get(_KEY, ""), _SECONDS)).get(name)
    except Unreadable:
        return None


def forget(request) -> None:
    request.session.pop(_KEY, None)
