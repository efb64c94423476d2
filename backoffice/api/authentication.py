from ninja.security import HttpBearer
from structlog.contextvars import bind_contextvars

from backoffice.api.keys import KeyEnded, find_key
from backoffice.api.limits import seconds_to_wait
from backoffice.api.problems import Problem
from backoffice.api.scopes import Scope


class KeyAuth(HttpBearer):
    """Lets a request through whose key has the scope, and names the place it works in.

    `request.organisation` is the key's: every queryset starts there. `request.location` is the one that
    the key is bound to, None means all.
    """

    def __init__(self, scope: Scope):
        super().__init__()
        self.scope = scope

    def authenticate(self, request, token: str):
        try:
            key = find_key(token)
        except KeyEnded:
            raise self._refused("key_ended") from None
        if key is None:
            raise self._refused("key_invalid")
        bind_contextvars(organisation_id=key.organisation_id, key_id=key.pk)
        if seconds := seconds_to_wait(key.pk):
            raise Problem(429, headers={"Retry-After": str(seconds)})
        if self.scope not in key.scopes:
            raise Problem(403, scope=self.scope.value)
        request.organisation, request.location = key.organisation, key.location
        return key

    def _refused(self, code: str) -> Problem:
        return Problem(401, code, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


def needs(scope: Scope, **more) -> dict:
    """The arguments of an endpoint that only keys with this scope may use; `more` goes into its document."""
    return {"auth": KeyAuth(scope), "openapi_extra": {"x-scope": scope.value, **more}}
