"""A customer as other programs are told of one: by the API, and by webhooks (OUTBOX_DATA)."""

from customers.locks import survivors_of
from customers.models import ConsentEntry, Customer


def customer_shown(customer: Customer) -> dict:
    names = (
        *("id", "first_name", "last_name", "email", "phone", "phone2", "company", "language", "country"),
        *("postcode", "city", "address1", "address2", "source", "joined_at", "updated_at"),
    )
    return {name: getattr(customer, name) for name in names} | {
        "tags": customer.tag_names,
        "status": "active" if customer.is_active else "inactive",
        "consents": {
            "marketing_communications": customer.marketing_consent,
            "system_notifications": customer.system_consent,
            "contact_permission": customer.contact_consent,
        },
    }


def customer_data(organisation, pk: int, facts: dict) -> dict | None:
    """None for one who is gone; who was merged is told with the id of the survivor."""
    customer = Customer.objects.of(organisation).filter(pk=pk).first()
    if customer is not None:
        return customer_shown(customer)
    survivor = survivors_of(organisation, [pk]).get(pk)
    return survivor and {"id": pk, "gone": True, "merged_into": survivor}


def consent_data(organisation, pk: int, facts: dict) -> dict | None:
    """One line of the ledger, with the customer as it stands now."""
    entries = ConsentEntry.objects.filter(customer__organisation=organisation).select_related("customer")
    entry = entries.filter(pk=pk).first()
    if entry is None:
        return None
    return {
        "id": entry.pk,
        "customer_id": entry.customer_id,
        "purpose": entry.purpose,
        "state": entry.action,
        "method": entry.method,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "customer": customer_shown(entry.customer),
    }


def points_data(organisation, pk: int, facts: dict) -> dict | None:
    """`balance` after the change, `change` as it is signed in the ledger."""
    if not Customer.objects.of(organisation).filter(pk=pk).exists():
        return None
    return {"customer_id": pk, "balance": facts["balance"], "change": facts["change"]}
