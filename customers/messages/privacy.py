"""A customer's messages as a whole: listed for access, deleted for erasure, moved by a merge.

All that messages know of a customer hangs on MessageRecipient, ReceivedMessage and Thread; nothing else of
this package names one.
"""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef

from customers.messages.threads import conversation
from customers.models import Customer, Message, MessageRecipient, ReceivedMessage, Thread


def list_messages(customer: Customer) -> Iterator[dict]:
    """Every message to and of a customer, oldest first, as values that JSON can hold."""
    for entry in conversation(customer, at_most=1_000_000):
        yield {
            "at": entry.at.isoformat(),
            "direction": "out" if entry.is_ours else "in",
            "subject": entry.subject,
            "body": entry.body,
            "address": entry.address,
            "state": entry.state,
            "reason": entry.reason,
        }


@transaction.atomic
def delete_messages(customer_ids: Iterable[int]) -> int:
    """Delete what was written to and by these customers, for good; returns how many messages.

    A message to one goes with its text. A message to many stays for the others, without these recipients;
    what it says holds no values of theirs. The caller has locked the customers, and logs it.
    """
    ids = list(customer_ids)
    received = ReceivedMessage.objects.filter(customer__in=ids).delete()[0]
    rows = MessageRecipient.objects.filter(customer__in=ids)
    singles = list(rows.filter(message__is_single=True).values_list("message", flat=True))
    count = rows.count() + received
    Thread.objects.filter(customer__in=ids).delete()
    rows.delete()
    Message.objects.filter(pk__in=singles).delete()
    return count


@transaction.atomic
def move_messages(from_ids: Iterable[int], to_id: int) -> None:
    """Give one customer the messages of others (a merge); the caller has locked them all.

    Of a message to many that both had got one row stays: the survivor's. Links in mails that were sent lead
    to the survivor by the alias of the address (`tokens.holder_of`).
    """
    ids = [pk for pk in from_ids if pk != to_id]
    rows = MessageRecipient.objects.filter(customer__in=ids)
    # ascending: of two that go, the row of the first stays
    for pk in sorted(ids):
        same = MessageRecipient.objects.filter(customer=to_id, message=OuterRef("message"))
        mine = rows.filter(customer=pk)
        mine.filter(Exists(same)).delete()
        mine.update(customer=to_id)
    ReceivedMessage.objects.filter(customer__in=ids).update(customer=to_id)
    threads = Thread.objects.filter(customer__in=[*ids, to_id]).order_by("-last_at")
    newest, *others = [*threads, None]
    if newest is None:
        return
    waits = any(one.is_waiting for one in threads)
    Thread.objects.filter(pk__in=[one.pk for one in others if one]).delete()
    Thread.objects.filter(pk=newest.pk).update(customer=to_id, is_waiting=waits)
