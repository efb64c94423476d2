"""An order as it was sent to the API, stored later: it was held back while its source was off."""

import json
from decimal import Decimal
from types import SimpleNamespace

from orders.recording.single import RecordedOrder, record_order


class SentOrderRefused(Exception):
    """It is no order after all; `place` is where in its body, the message why."""

    def __init__(self, place: str, reason: str):
        super().__init__(reason)
        self.place = place


def record_sent(*, organisation, location, body: bytes) -> RecordedOrder:
    """Read it as the API does, for a key bound to `location` or to none, and store it.

    Raises SentOrderRefused, and whatever `record_order` raises.
    """
    from pydantic import ValidationError as BodyError  # only here: they cost a fifth of a start

    from backoffice.api.problems import Problem, wrong_fields
    from orders.recording.api import OrderIn, OrderReader

    request = SimpleNamespace(organisation=organisation, location=location)
    try:
        sent = OrderIn.model_validate(json.loads(body, parse_float=Decimal))
        event = OrderReader(request).read(sent).event
    except BodyError as error:
        wrong = wrong_fields(error)[0]
        raise SentOrderRefused(wrong["pointer"], wrong["detail"]) from None
    except Problem as problem:
        wrong = problem.errors[0]
        raise SentOrderRefused(wrong["pointer"], wrong["detail"]) from None
    return record_order(organisation=organisation, event=event)
