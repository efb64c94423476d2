"""Who a message to many is for: the customers of a list's address, and who of them is left out."""

from datetime import datetime
from urllib.parse import parse_qs

from django.db import connection
from django.db.models import Count, F, QuerySet
from django.utils.datastructures import MultiValueDict

from customers.choices import LeftOut, RecipientState
from customers.listing import ListState
from customers.messages.eligibility import ASKED, Rule, left_out
from customers.models import Customer, Message, MessageRecipient


def state_of(organisation, query: str, language: str = "de") -> ListState:
    """The list that an address names; whether its parameters are good is in its `errors`."""
    return ListState(MultiValueDict(parse_qs(query)), organisation=organisation, language=language)


def customers_of(organisation, query: str) -> QuerySet[Customer]:
    """The customers that the list shows under this query string, whatever page of them; no order.

    Nobody where a filter cannot be read (any more): without it the message would reach others.
    """
    state = state_of(organisation, query)
    return Customer.objects.none() if state.errors else state.sorted_customers().order_by()


class Reach:
    """How many get a message, and how many do not by reason. One query."""

    def __init__(self, customers: QuerySet[Customer], rule: Rule):
        counted = customers.annotate(reason=left_out(rule)).values_list("reason").annotate(Count("pk"))
        found = dict(counted.order_by())
        self.reached = found.pop("", 0)
        self.left_out = {reason: found[reason.value] for reason in ASKED[rule] if found.get(reason.value)}

    @property
    def left_out_count(self) -> int:
        return sum(self.left_out.values())

    @property
    def total(self) -> int:
        return self.reached + self.left_out_count

    @property
    def share(self) -> int:
        """Of a hundred."""
        return self.reached * 100 // self.total if self.total else 0

    def as_json(self) -> dict[str, int]:
        return {reason.value: count for reason, count in self.left_out.items()}


def left_out_for(customers: QuerySet[Customer], rule: Rule, reason: LeftOut) -> QuerySet[Customer]:
    return customers.annotate(reason=left_out(rule)).filter(reason=reason.value)


def freeze(message: Message, customers: QuerySet[Customer], *, at: datetime) -> int:
    """Write a row of the outbox for each of the customers, in one statement; returns how many."""
    found, params = customers.order_by().values(chosen=F("pk")).query.sql_with_params()
    table = connection.ops.quote_name(MessageRecipient._meta.db_table)
    sql = f"""
        INSERT INTO {table} (message_id, customer_id, state, reason, said, attempts, due_at, address,
                             language, filled)
        SELECT %s, found.chosen, %s, '', '', 0, %s, '', '', '{{}}'
        FROM ({found}) AS found ORDER BY found.chosen
    """  # noqa: S608
    due_at = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(sql, [message.pk, RecipientState.WAITING.value, due_at, *params])
        return cursor.rowcount
