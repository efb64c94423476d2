from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q

from customers.choices import ConsentAction, Purpose


def reachable() -> ExpressionWrapper:
    """Whether advertising may and can reach a customer: marketing granted, contact permission not
    withdrawn, and an e-mail or phone there. Who was never asked for contact permission has not withdrawn it.
    """
    from customers.models.consent import ConsentEntry

    withdrawals = ConsentEntry.objects.filter(
        customer=OuterRef("pk"), purpose=Purpose.CONTACT, action=ConsentAction.WITHDRAWN
    )
    has_address = ~Q(email="") | ~Q(phone="") | ~Q(phone2="")
    may_contact = Q(contact_consent=True) | ~Exists(withdrawals)
    condition = Q(marketing_consent=True) & has_address & may_contact
    return ExpressionWrapper(condition, models.BooleanField())


class CustomerQuerySet(models.QuerySet):
    def of(self, organisation):
        """Every read of customers starts here (TRUST I12)."""
        return self.filter(organisation=organisation)

    def active(self):
        return self.filter(is_active=True)

    def reachable(self, wanted: bool = True):
        """Those whom advertising may and can reach, or all others."""
        return self.filter(reachable() if wanted else ~reachable())
