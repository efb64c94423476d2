"""Tags on customers: the rows, and the text that caches them on the customer."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.audit.services import audit
from backoffice.core.database.bulk import update_rows
from backoffice.core.text.text import clean, has_control_characters
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.models import Customer, CustomerTag, Tag
from customers.models.tag import MAX_LENGTH, MAX_TAGS, tag_key


def clean_tags(names: Iterable[str]) -> list[str]:
    """Trimmed names, each once whatever its case, in the order given. Raises ValidationError."""
    by_key: dict[str, str] = {}
    for name in names:
        name = clean(name)
        if not name:
            continue
        if len(name) > MAX_LENGTH:
            raise ValidationError(_("A tag has at most %(count)d characters."), params={"count": MAX_LENGTH})
        if has_control_characters(name):
            raise ValidationError(_("This text has characters that cannot be stored."))
        if "," in name:
            raise ValidationError(_("A tag has no comma."))
        by_key.setdefault(tag_key(name), name)
    if len(by_key) > MAX_TAGS:
        raise _too_many()
    return list(by_key.values())


@transaction.atomic
def change_tags(
    customer: Customer, *, add: Iterable[str] = (), remove: Iterable[str] = (), actor
) -> tuple[list[str], list[str]]:
    """Put tags on a customer and take others off; new words become tags. All others stay.

    Returns the names that really came and went. Raises ValidationError, also when a customer whom
    others tagged meanwhile would have too many; nothing is written then.
    """
    added, removed = put_tags(customer, add=add, remove=remove, actor=actor)
    if added or removed:
        tell(customer.organisation, Topic.CUSTOMER_UPDATED, [customer.pk])
    return added, removed


def put_tags(
    customer: Customer, *, add: Iterable[str] = (), remove: Iterable[str] = (), actor
) -> tuple[list[str], list[str]]:
    """As `change_tags`, as part of a change that others hear of anyway."""
    names, keys = clean_tags(add), {tag_key(clean(name)) for name in remove}
    # before the words: two who bring the same new word would otherwise wait for each other crosswise
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    worn = CustomerTag.objects.filter(customer=customer).values("tag")
    current = {tag.name_key: tag for tag in Tag.objects.filter(pk__in=worn)}
    gone = [tag for key, tag in current.items() if key in keys]
    missing = [name for name in names if tag_key(name) not in current]
    if not gone and not missing:
        return [], []
    if len(current) - len(gone) + len(missing) > MAX_TAGS:
        raise _too_many()
    new = _get_or_create(customer.organisation_id, missing)
    CustomerTag.objects.filter(customer=customer, tag__in=gone).delete()
    CustomerTag.objects.bulk_create(CustomerTag(customer=customer, tag=tag) for tag in new)
    _refresh_text([customer.pk])
    customer.refresh_from_db(fields=["tags_text", "updated_at"])
    audit(action="customer.tagged", subject=customer, actor=actor, added=len(new), removed=len(gone))
    return [tag.name for tag in new], [tag.name for tag in gone]


@transaction.atomic
def tag_many(organisation, tags_by_customer: dict[int, Iterable[str]]) -> None:
    """Add tags to many customers, for imports and demos; existing tags stay. Writes no activity."""
    cleaned = {pk: clean_tags(names) for pk, names in tags_by_customer.items()}
    tags = _get_or_create(organisation.pk, (name for names in cleaned.values() for name in names))
    by_key = {tag.name_key: tag for tag in tags}
    ids = sorted(cleaned)
    CustomerTag.objects.bulk_create(
        (CustomerTag(customer_id=pk, tag=by_key[tag_key(name)]) for pk in ids for name in cleaned[pk]),
        ignore_conflicts=True,
        batch_size=500,
    )
    for start in range(0, len(ids), 500):
        _refresh_text(ids[start : start + 500])


@transaction.atomic
def untag_many(organisation, tags_by_customer: dict[int, Iterable[str]]) -> None:
    """The inverse of `tag_many`: take tags off many customers. Writes no activity."""
    keys = {pk: {tag_key(name) for name in names} for pk, names in tags_by_customer.items()}
    links = CustomerTag.objects.filter(tag__organisation=organisation, customer_id__in=keys)
    gone = [
        link_id
        for link_id, pk, key in links.values_list("pk", "customer_id", "tag__name_key")
        if key in keys[pk]
    ]
    CustomerTag.objects.filter(pk__in=gone).delete()
    if gone:
        _refresh_text(sorted(keys))


def _too_many() -> ValidationError:
    return ValidationError(_("A customer has at most %(count)d tags."), params={"count": MAX_TAGS})


def _refresh_text(customer_ids: list[int]) -> None:
    names, now = defaultdict(list), timezone.now()
    links = CustomerTag.objects.filter(customer_id__in=customer_ids).values_list("customer_id", "tag__name")
    for pk, name in links:
        names[pk].append(name)
    rows = [(pk, _text(names[pk]), now) for pk in sorted(customer_ids)]
    update_rows(Customer, ("id", "tags_text", "updated_at"), rows)


def _get_or_create(organisation_id: int, names: Iterable[str]) -> list[Tag]:
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(tag_key(name), name)  # the first spelling stays
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
    return ", ".join(sorted(names, key=tag_key))
