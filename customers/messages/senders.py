"""Who mails of an organisation are from."""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings

from customers.models import Mailbox


@dataclass(frozen=True)
class Sender:
    """Who a mail is from. `domain` is that of its Message-ID."""

    name: str
    address: str
    reply_to: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2] or "localhost"


def sender_of(organisation) -> Sender:
    """As the organisation has set it up, else the installation's address under the organisation's name."""
    box = Mailbox.objects.filter(organisation=organisation).first() or Mailbox()
    address = box.sender_address or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return Sender(box.sender_name or organisation.name, address, box.reply_to)
