"""How often a key may ask: so many requests in each minute, counted in its row.

A process claims them by the block, so that a request seldom writes. What it claimed and did not use is lost
at the end of the minute.
"""

import threading
import time

from django.conf import settings
from django.db.models import Case, F, Q, When
from django.utils import timezone

from backoffice.api.models import ApiKey

BLOCK = 20
_left: dict[int, tuple[int, int]] = {}  # key → the minute and what is left of the block
_lock = threading.Lock()


def seconds_to_wait(key_id: int) -> int:
    """Count a request of the key: 0 when it may go on, else after how many seconds it may ask again.

    One query for the first request of a block, none for the others. The first one of a minute also notes
    when the key was used last.
    """
    now = time.time()
    minute = int(now // 60)
    if _take(key_id, minute):
        return 0
    if _claim(key_id, minute):
        with _lock:
            left = _left.get(key_id)
            more = left[1] if left and left[0] == minute else 0  # another thread may have claimed, too
            _left[key_id] = (minute, more + BLOCK - 1)
        return 0
    return 60 - int(now % 60)


def forget_claims() -> None:
    """For tests, whose keys are rolled back."""
    _left.clear()


def _take(key_id: int, minute: int) -> bool:
    with _lock:
        of_minute, left = _left.get(key_id, (0, 0))
        if of_minute != minute or not left:
            return False
        _left[key_id] = (minute, left - 1)
        return True


def _claim(key_id: int, minute: int) -> bool:
    most = max(settings.API_REQUESTS_PER_MINUTE // BLOCK, 1) * BLOCK
    return bool(
        ApiKey.objects.filter(pk=key_id)
        .filter(~Q(minute=minute) | Q(claimed__lt=most))
        .update(
            claimed=Case(When(minute=minute, then=F("claimed") + BLOCK), default=BLOCK),
            last_used_at=Case(When(minute=minute, then=F("last_used_at")), default=timezone.now()),
            minute=minute,
        )
    )
