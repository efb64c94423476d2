from django.db import models
from django.db.models import Q

from backoffice.core.sealing import Seal
from customers.choices import MailboxFault

_seal = Seal("customers.mailbox")


class Mailbox(models.Model):
    """How an organisation's mails are signed, and the IMAP mailbox in which answers and bounces arrive.

    What is empty is the installation's. The mailbox is read while it `is_on`; `last_uid` is the last mail
    that was looked at, of those that `uid_validity` numbers. Nothing in it is changed, marked or deleted.
    `fault` says why it could not be read the last time, `busy_until` is the lease of the worker that reads.
    """

    organisation = models.OneToOneField("staff.Organisation", models.CASCADE, related_name="+")
    sender_name = models.CharField(max_length=80, blank=True)
    sender_address = models.EmailField(max_length=254, blank=True)
    reply_to = models.EmailField(max_length=254, blank=True)
    is_on = models.BooleanField(default=False)
    host = models.CharField(max_length=200, blank=True)
    port = models.PositiveIntegerField(default=993)
    user = models.CharField(max_length=200, blank=True)
    sealed_password = models.TextField(blank=True)
    folder = models.CharField(max_length=100, default="INBOX")
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=12, choices=MailboxFault, blank=True)
    busy_until = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [("manage_mailbox", "Can set up the sender and the mailbox of messages")]
        constraints = [
            models.CheckConstraint(
                name="mailbox_on_has_host",
                condition=Q(is_on=False) | (~Q(host="") & ~Q(user="") & ~Q(sealed_password="")),
            ),
        ]

    @property
    def password(self) -> str:
        """Raises `Unreadable`."""
        return _seal.open(self.sealed_password) if self.sealed_password else ""

    @password.setter
    def password(self, text: str) -> None:
        self.sealed_password = _seal.close(text) if text else ""
