"""Ends a worker process whose job has been silent for too long.

A call into C may hold the interpreter, and with it every thread, for as long as it likes. The timer of
`faulthandler` runs outside of the interpreter: it writes where every thread is and ends the process. The
lease brings the job back, and after JOB_MAX_STALLED_ATTEMPTS times it is refused in words.
"""

import faulthandler

_seconds = 0.0


def guard(seconds: float) -> None:
    """From now on a job that shows no sign of life for so long ends this process; 0 switches it off."""
    global _seconds
    rest()
    _seconds = seconds


def sign_of_life() -> None:
    """A job has begun, or has reported."""
    if _seconds:
        faulthandler.dump_traceback_later(_seconds, exit=True)


def rest() -> None:
    """No job is in hand."""
    if _seconds:
        faulthandler.cancel_dump_traceback_later()
