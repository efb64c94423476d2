"""A conversation as a panel: on the profile's tab and in the inbox."""

from backoffice.core.text.formats import Formats
from customers.choices import LeftOut
from customers.extensions import Panel
from customers.messages.eligibility import Rule
from customers.messages.forms import WriteForm
from customers.messages.showing import reason_words, shown
from customers.messages.threads import conversation
from customers.messages.writing import reason_against
from customers.models import Customer, Thread


def conversation_panel(customer: Customer, formats: Formats, form: WriteForm | None = None) -> Panel:
    """What was written so far, and the form for more. `form` is one that was refused."""
    reason = reason_against(customer, Rule.PERSONAL)
    needs_asking = reason == LeftOut.NO_CONTACT
    entries = conversation(customer)
    initial = {"subject": _reply_subject(entries)}
    panel = {
        "entries": shown(entries, formats),
        "form": form or WriteForm(initial=initial, needs_asking=needs_asking),
        "is_closed": reason is not None and not needs_asking,
        "needs_asking": needs_asking,
        "reason": reason_words(reason) if reason else "",
        "is_waiting": Thread.objects.filter(customer=customer, is_waiting=True).exists(),
    }
    return Panel("customers/messages/_conversation.html", panel)


def _reply_subject(entries) -> str:
    """`Re: …` behind something the customer wrote."""
    if not entries or entries[-1].is_ours or not entries[-1].subject:
        return ""
    subject = entries[-1].subject
    return subject if subject.casefold().startswith("re:") else f"Re: {subject}"[:200]
