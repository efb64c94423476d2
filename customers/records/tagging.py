"""Tags on customers: the rows, and the text that caches them on the customer."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.audit.services import audit
from backoffice.core.database.bulk import update_rows
from backoffice.core.text.text import clean, fold_case
from customers.models import Customer, CustomerTag, Tag

MAX_TAGS = 20
MAX_LENGTH = 40


def clean_tags(names: Iterable[str]) -> list[str]:
    """Trimmed names, each once whatever its case, in the order given. Raises ValidationError."""
    by_key: dict[str, str] = {}
    for name in names:
        name = clean(name)
        if not name:
            continue
        if len(name) > MAX_LENGTH:
            raise ValidationError(_("A tag has at most %(count)d characters."), params={"count": MAX_LENGTH})
        if "," in name:
            raise ValidationError(_("A tag has no comma."))
        by_key.setdefault(fold_case(name), name)
    if len(by_key) > MAX_TAGS:
        raise ValidationError(_("A customer has at most %(count)d tags."), params={"count": MAX_TAGS})
    return list(by_key.values())


@transaction.atomic
def set_tags(customer: Customer, names: Iterable[str], *, actor) -> bool:
    """Give a customer exactly these tags; new words become tags. Says whether anything changed."""
    wanted = _get_or_create(customer.organisation_id, clean_tags(names))
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    current = set(CustomerTag.objects.filter(customer=customer).values_list("tag_id", flat=True))
    wanted_ids = {tag.pk for tag in wanted}
    if wanted_ids == current:
        return False
    CustomerTag.objects.filter(customer=customer, tag_id__in=current - wanted_ids).delete()
    CustomerTag.objects.bulk_create(
        CustomerTag(customer=customer, tag_id=pk) for pk in sorted(wanted_ids - current)
    )
    customer.tags_text = _text(tag.name for tag in wanted)
    Customer.objects.filter(pk=customer.pk).update(tags_text=customer.tags_text)
    audit(
        action="customer.tagged",
        subject=customer,
        actor=actor,
        added=len(wanted_ids - current),
        removed=len(current - wanted_ids),
    )
    return True


@transaction.atomic
def tag_many(organisation, tags_by_customer: dict[int, Iterable[str]]) -> None:
    """Add tags to many customers, for imports and demos; existing tags stay. Writes no activity."""
    cleaned = {pk: clean_tags(names) for pk, names in tags_by_customer.items()}
    tags = _get_or_create(organisation.pk, (name for names in cleaned.values() for name in names))
    by_key = {tag.name_key: tag for tag in tags}
    ids = sorted(cleaned)
    CustomerTag.objects.bulk_create(
        (CustomerTag(customer_id=pk, tag=by_key[fold_case(name)]) for pk in ids for name in cleaned[pk]),
        ignore_conflicts=True,
        batch_size=500,
    )
    for start in range(0, len(ids), 500):
        _refresh_text(ids[start : start + 500])


@transaction.atomic
def untag_many(organisation, tags_by_customer: dict[int, Iterable[str]]) -> None:
    """The inverse of `tag_many`: take tags off many customers. Writes no activity."""
    keys = {pk: {fold_case(name) for name in names} for pk, names in tags_by_customer.items()}
    links = CustomerTag.objects.filter(tag__organisation=organisation, customer_id__in=keys)
    gone = [
        link_id
        for link_id, pk, key in links.values_list("pk", "customer_id", "tag__name_key")
        if key in keys[pk]
    ]
    CustomerTag.objects.filter(pk__in=gone).delete()
    if gone:
        _refresh_text(sorted(keys))


def _refresh_text(customer_ids: list[int]) -> None:
    names = defaultdict(list)
    links = CustomerTag.objects.filter(customer_id__in=customer_ids).values_list("customer_id", "tag__name")
    for pk, name in links:
        names[pk].append(name)
    update_rows(Customer, ("id", "tags_text"), [(pk, _text(names[pk])) for pk in sorted(customer_ids)])


def _get_or_create(organisation_id: int, names: Iterable[str]) -> list[Tag]:
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(fold_case(name), name)  # the first spelling stays
    known = {
        tag.name_key: tag for tag in Tag.objects.filter(organisation_id=organisation_id, name_key__in=by_key)
    }
    missing = [
        Tag(organisation_id=organisation_id, name=name, name_key=key)
        for key, name in sorted(by_key.items())
        if key not in known
    ]
    if missing:
        Tag.objects.bulk_create(missing, ignore_conflicts=True)
        known = {
            tag.name_key: tag
            for tag in Tag.objects.filter(organisation_id=organisation_id, name_key__in=by_key)
        }
    return list(known.values())


def _text(names: Iterable[str]) -> str:
    return ", ".join(sorted(names, key=fold_case))
