"""Why a whole file is refused, and how long reading it may take."""

import time
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class TableRefused(ValidationError):
    """This file is no table that we read. The message says what it is and what to do.

    `code` names the reason for programs: `empty`, `header`, `headers` (two are equal), `columns`
    (too many), `encoding`, `delimiter`, `sheet`, `name` (does not agree), `type` (another kind of
    file), `encrypted`, `macros`, `dtd`, `damaged`, `limit`, `time`.
    """

    def __init__(self, message, *, code: str, **params):
        super().__init__(message, code=code, params=params)

    def __str__(self) -> str:
        return " ".join(self.messages)


def within_time(steps: Iterator) -> Iterator:
    """Pass on what `steps` yields, None left out, and refuse the file when that takes too long.

    Only the time inside `steps` counts, not what the caller does with a row. A source that skips
    much yields None now and then, so that the clock is looked at.
    """
    left = settings.TABLE_MAX_SECONDS
    while True:
        began = time.monotonic()
        try:
            step = next(steps)
        except StopIteration:
            return
        left -= time.monotonic() - began
        if left < 0:
            message = _(
                "Reading this file took longer than %(seconds)d seconds. Split it into smaller files, "
                "or save it as CSV."
            )
            raise TableRefused(message, code="time", seconds=settings.TABLE_MAX_SECONDS)
        if step is not None:
            yield step
