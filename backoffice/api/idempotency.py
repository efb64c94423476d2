"""A request that is sent again gets its first answer: by the token in its header Idempotency-Key."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from backoffice.api.models import KeptAnswer
from backoffice.api.problems import Problem, wrong
from backoffice.core.database.bulk import insert_missing_rows, reserve_ids

KEPT = timedelta(days=7)
_TOKEN = re.compile(r"[\x21-\x7e]{1,80}\Z")
_COLUMNS = ("id", "organisation_id", "token", "digest", "created_at")


def once(request, do: Callable[[], dict]) -> tuple[dict, bool]:
    """What `do` answers and whether it was done now: with a token at most once for `KEPT`, in one transaction
    with the note of it. `do` returns no personal data.

    Whoever sends the same meanwhile waits. Raises Problem when the token came with something else before;
    what `do` raises is kept by nobody, so that it can be tried again.
    """
    token = request.headers.get("Idempotency-Key", "")
    if not token:
        return do(), True
    if not _TOKEN.match(token):
        raise Problem(400, "bad_request", detail="An Idempotency-Key has 1 to 80 visible ASCII characters.")
    with transaction.atomic():
        kept, is_new = _keep(request, token)
        if not is_new:
            return kept.answer, False
        answer = do()
        KeptAnswer.objects.filter(pk=kept.pk).update(answer=answer)
    return answer, True


def require_identity(request, external_id: str) -> None:
    """Refuse what could not be sent again safely. Raises Problem.

    Some servers drop headers that are not ASCII: a token of such letters counts as none here.
    """
    if not (external_id or request.headers.get("Idempotency-Key")):
        reason = (
            "Send a number of your own, or an Idempotency-Key: without, it could not be sent again safely."
        )
        raise Problem(422, errors=[wrong("external_id", reason, "identity")])


def forget_old_answers() -> None:
    KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def _keep(request, token: str) -> tuple[KeptAnswer, bool]:
    """The note of this token, and whether it is ours to fill."""
    kept = KeptAnswer.objects.filter(organisation=request.organisation, token=token)
    digest = _digest(request)
    if not kept.exists():
        [pk] = reserve_ids(KeptAnswer, 1)
        row = (pk, request.organisation.pk, token, digest, timezone.now())
        if insert_missing_rows(KeptAnswer, _COLUMNS, [row]):  # waits for whoever inserts the same
            return KeptAnswer(*row[:4]), True
    found = kept.get()
    if found.digest != digest:
        raise Problem(409, detail="This Idempotency-Key came with another request before.")
    return found, False


def _digest(request) -> str:
    said = b"\0".join((request.method.encode(), request.path.encode(), request.body))
    return hashlib.sha256(said).hexdigest()
