"""Adding, editing and deactivating one customer by hand."""

from collections.abc import Callable, Iterable

from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.utils import timezone

from backoffice.audit.services import audit, audit_many
from backoffice.core.database.bulk import update_rows
from backoffice.core.files.removing import remove_file
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.candidates import look_at
from customers.choices import OpenReason, Purpose, Source
from customers.consent import grant_consent, leave_open
from customers.contacts import add_contact_points, follow_columns, keys_of, points_of_keys
from customers.figures import FigureChanges
from customers.locks import hold_customer_creation, lock_customers
from customers.models import ContactPoint, Customer, CustomerStats
from customers.records.tagging import put_tags


class DuplicateCustomer(Exception):
    """Phone or e-mail belongs to a customer already; `existing` is that customer, `field` says which."""

    def __init__(self, existing: Customer, field: str):
        super().__init__(field)
        self.existing, self.field = existing, field


class StaleEdit(Exception):
    """Somebody else saved the customer meanwhile; nothing was written."""


def find_duplicates(
    organisation, *, phones: Iterable[str] = (), email: str = "", exclude: int | None = None
) -> dict[int, Customer]:
    """Customers who already have one of these numbers (E.164) or this e-mail, shared and former ones too.

    `met` of each are their contact points with these values. Two queries.
    """
    keys = keys_of(phones=phones, emails=[email])
    if not keys:
        return {}
    same = points_of_keys(organisation, keys, "customer_id")
    wanted = {key for values in keys.values() for key in values}
    points = Prefetch("contact_points", ContactPoint.objects.filter(key__in=wanted), to_attr="met")
    found = Customer.objects.filter(pk__in=same).exclude(pk=exclude).prefetch_related(points)[:5]
    return {customer.pk: customer for customer in found}


@transaction.atomic
def register_customer(
    *,
    organisation,
    location,
    fields: dict,
    tags: Iterable[str] = (),
    has_agreed: bool = False,
    evidence: dict | None = None,
    actor,
    source: str = Source.MANUAL,
) -> Customer:
    """Store a new customer with empty statistics and return it.

    `fields` are cleaned values by model field name. `evidence` (method, occurred_at, origin) grants
    marketing; a customer who `has_agreed` without it is noted as requested. Raises `DuplicateCustomer`
    when phone or e-mail is taken, also when another request took it a moment ago; nothing is written then.
    """
    hold_customer_creation(organisation)  # an import that creates customers takes it first as well
    customer = Customer(organisation=organisation, location=location, source=source, **fields)
    _save(customer, lambda: add_contact_points(organisation, [customer]), force_insert=True)
    stats = CustomerStats.objects.create(customer=customer, organisation=organisation)
    put_tags(customer, add=tags, actor=actor)
    changes = FigureChanges(organisation)
    changes.customer_joined(customer)
    changes.customer_state(customer, stats, +1)
    changes.write()
    audit(action="customer.created", subject=customer, actor=actor, source=source)
    tell(organisation, Topic.CUSTOMER_CREATED, [customer.pk])
    if evidence:
        grant_consent(customer, Purpose.MARKETING, actor=actor, **evidence)
    elif has_agreed:
        leave_open(customer, Purpose.MARKETING, reason=OpenReason.AGREED_AT_TILL, actor=actor)
    if actor is not None:  # somebody looks at the profile next; all others the search comes to
        look_at(organisation, [customer.pk])
    return customer


@transaction.atomic
def edit_customer(
    customer: Customer,
    *,
    fields: dict,
    add_tags: Iterable[str] = (),
    remove_tags: Iterable[str] = (),
    actor,
    seen_at=None,
) -> list[str]:
    """Change the named fields and return the names of those that really changed.

    `seen_at` is the customer's `updated_at` when the editor opened it: a later one raises
    `StaleEdit`. Another e-mail than before is logged apart and ends a marketing consent given for the
    old one, which is then among the changes as `marketing_consent` (PRODUCT P14). Raises
    `DuplicateCustomer`, and ValidationError for tags.
    """
    locked = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if seen_at is not None and locked.updated_at != seen_at:
        raise StaleEdit
    changed = [name for name, value in fields.items() if getattr(locked, name) != value]
    had_email, old_picture = bool(locked.email), locked.picture.name
    for name in changed:
        setattr(locked, name, fields[name])
    if changed:
        locked.updated_at = timezone.now()
        _save(locked, lambda: follow_columns(locked.organisation, [locked], origin=Source.MANUAL))
        audit(action="customer.edited", subject=locked, actor=actor, fields=sorted(changed))
    if "picture" in changed and old_picture:
        remove_file(old_picture)
    if any(put_tags(locked, add=add_tags, remove=remove_tags, actor=actor)):
        changed.append("tags")
    if "email" in changed and had_email:
        audit(action="customer.email_corrected", subject=locked, actor=actor)
        if locked.marketing_consent:
            leave_open(locked, Purpose.MARKETING, reason=OpenReason.EMAIL_CORRECTED, actor=actor)
            changed.append("marketing_consent")
    if changed and actor is not None:
        look_at(locked.organisation, [locked.pk])
    if changed:
        tell(locked.organisation, Topic.CUSTOMER_UPDATED, [locked.pk])
    return changed


def set_active(customer: Customer, *, is_active: bool, actor) -> bool:
    """Deactivate or reactivate a customer. Says whether anything changed; nothing else is touched."""
    changed = set_many_active(customer.organisation, [customer], is_active=is_active, actor=actor)
    customer.is_active = is_active
    return bool(changed)


@transaction.atomic
def set_many_active(
    organisation, customers: Iterable[Customer], *, is_active: bool, actor, **details: int
) -> list[int]:
    """As `set_active`; returns the ids of those whom it changed. `details` are for the log."""
    now, changes = timezone.now(), FigureChanges(organisation)
    locked = lock_customers(organisation, [customer.pk for customer in customers])
    others = [customer for customer in locked if customer.is_active != is_active]
    stats = CustomerStats.objects.in_bulk([customer.pk for customer in others])
    for customer in others:
        changes.customer_state(customer, stats[customer.pk], -1)
        customer.is_active = is_active
        changes.customer_state(customer, stats[customer.pk], +1)
    ids = [customer.pk for customer in others]
    update_rows(Customer, ("id", "is_active", "updated_at"), [(pk, is_active, now) for pk in ids])
    changes.write()
    audit_many(
        action="customer.reactivated" if is_active else "customer.deactivated",
        subject_type="customer",
        subject_ids=ids,
        organisation=organisation,
        actor=actor,
        **details,
    )
    tell(organisation, Topic.CUSTOMER_UPDATED, ids)
    return ids


def _save(customer: Customer, write_points: Callable[[], None], **options) -> None:
    try:
        with transaction.atomic():
            customer.save(**options)
            write_points()
    except IntegrityError:
        # lost a race, or the form did not look: tell which customer has it
        for field, numbers, email in (("phone", [customer.phone], ""), ("email", [], customer.email)):
            found = find_duplicates(customer.organisation, phones=numbers, email=email, exclude=customer.pk)
            for existing in found.values():
                if any(is_taken(point) for point in existing.met):
                    raise DuplicateCustomer(existing, field) from None
        raise


def is_taken(point: ContactPoint) -> bool:
    """Whether nobody else may have this value as the first one."""
    return point.place == 0 and not point.is_shared
