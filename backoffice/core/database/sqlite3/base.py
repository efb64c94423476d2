"""SQLite as Django has it, but those of one process who want to write wait for each other in a queue.

Left to SQLite they ask again and again after growing pauses: who is unlucky waits for half a second while
others overtake. Writers of other processes still meet there, and its `timeout` holds for all.
"""

from threading import Condition

from django.db import OperationalError
from django.db.backends.sqlite3 import base


class Turns:
    """Who may write: one after the other, in the order in which they came."""

    def __init__(self):
        self._moved, self._waiting = Condition(), []

    def take(self, who: object, seconds: float) -> bool:
        """Wait until it is `who`'s turn; False when that took too long."""
        with self._moved:
            self._waiting.append(who)
            if self._moved.wait_for(lambda: self._waiting[0] is who, seconds):
                return True
            self._waiting.remove(who)
            return False

    def end(self, who: object) -> None:
        """Let the next one write, if it was `who`'s turn."""
        with self._moved:
            if self._waiting and self._waiting[0] is who:
                del self._waiting[0]
                self._moved.notify_all()


_turns: dict[str, Turns] = {}  # of each database file


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self):
        turn = self._turn
        if not turn.take(self, self.settings_dict["OPTIONS"].get("timeout", 5)):
            raise OperationalError("database is locked")
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            turn.end(self)
            raise

    def _commit(self):
        super()._commit()
        self._turn.end(self)

    def _rollback(self):
        try:
            super()._rollback()
        finally:
            self._turn.end(self)

    def _close(self):
        try:
            super()._close()
        finally:
            self._turn.end(self)

    @property
    def _turn(self) -> Turns:
        return _turns.setdefault(str(self.settings_dict["NAME"]), Turns())
