"""A batch of orders: each read, stored and answered on its own, in pieces of bounded size."""

import json
from collections import deque
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from ninja.responses import NinjaJSONEncoder
from pydantic import ValidationError as BodyError

from backoffice.api.problems import Problem, body_of, wrong_fields
from orders.models import Order
from orders.recording.api.answers import conflict, receipt, refusal
from orders.recording.api.reading import OrderReader
from orders.recording.api.shapes import BatchResult, OrderIn
from orders.recording.bulk import OrderRecorder
from orders.recording.writing import Answer, Outcome


class Batch:
    """Records orders for a request. Of each only its result is kept, as text."""

    def __init__(self, request):
        self._request = request
        self._reader, self._recorder = OrderReader(request), OrderRecorder(request.organisation)
        self.refused = 0
        self._results: list[str] = []
        self._waiting: deque[tuple[int, list[dict]]] = deque()  # place and hints of what is not stored yet

    @property
    def count(self) -> int:
        return len(self._results)

    def record(self, items: Iterable) -> str:
        """Store what can be, and return the body of the answer."""
        for index, item in enumerate(items):
            self._results.append("")
            try:
                self._take(index, item)
            except BodyError as error:
                self._refuse(index, Problem(422, errors=wrong_fields(error)))
            except ValidationError as error:
                self._refuse(index, refusal(error))
            except Problem as problem:
                self._refuse(index, problem)
        self._settle(self._recorder.flush())
        return f'{{"results":[{",".join(self._results)}]}}'

    def _take(self, index: int, item) -> None:
        read = self._reader.read(OrderIn.model_validate(item))
        stored = self._recorder.add(read.event)
        self._waiting.append((index, read.hints))
        self._settle(stored)

    def _settle(self, outcomes: list[Outcome]) -> None:
        """Answer those that were stored now, the first that wait."""
        orders = Order.objects.in_bulk({outcome.order_id for outcome in outcomes})
        for outcome in outcomes:
            index, hints = self._waiting.popleft()
            if outcome.answer is Answer.CONFLICT:
                self._refuse(index, conflict())
                continue
            status = 201 if outcome.answer is Answer.RECORDED else 200
            order = receipt(self._request, orders[outcome.order_id], hints)
            self._say(index, status=status, order=order)

    def _refuse(self, index: int, problem: Problem) -> None:
        self.refused += 1
        self._say(index, status=problem.status, problem=body_of(problem))

    def _say(self, index: int, **result) -> None:
        shape = BatchResult(index=index, **result)
        self._results[index] = json.dumps(shape.model_dump(), cls=NinjaJSONEncoder, ensure_ascii=False)
