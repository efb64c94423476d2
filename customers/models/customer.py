from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.text import phones
from backoffice.core.text.text import fold, fold_case, other_spellings, search_words
from customers.choices import Module, Source
from customers.models.querysets import CustomerQuerySet

MAX_SORT_NAME = 330


def picture_path(customer, filename):
    """A generated name: what a customer's file was called says nothing and opens nothing."""
    from secrets import token_hex

    return f"pictures/{customer.organisation_id}/{token_hex(16)}.webp"


class Customer(models.Model):
    """A customer of one organisation.

    `phone`, `phone2` are E.164 or empty, `language` is ISO 639-1, `country` ISO 3166-1. A `birthday` of
    which only day and month are known is in the year `formats.NO_YEAR`. `phone`, `phone2` and `email` cache
    the first contact points, `other_contacts` has the keys of all others; the package `contacts` keeps both
    sides equal. `email_key` is the case-folded e-mail. `sort_name` ("last first"), `search_text`,
    `birthday_month` (0: unknown) are derived by `derive()`; every write path calls it.
    `source` and `location` say where the customer was first recorded and are set once.
    `module_bits` holds `choices.Module`. The consent fields cache the newest ledger line and are
    written by `consent.ledger` alone; `tags_text` caches the tag names, written by
    `records.tagging`. `joined_at` is when the customer was first stored, or the older date an import states.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    location = models.ForeignKey("staff.Location", models.PROTECT, related_name="+")
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("primary phone"), max_length=16, blank=True)
    phone2 = models.CharField(_("secondary phone"), max_length=16, blank=True)
    company = models.CharField(_("company"), max_length=120, blank=True)
    tax_id = models.CharField(_("tax ID"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    state = models.CharField(_("state"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    address1 = models.CharField(_("address 1"), max_length=120, blank=True)
    address2 = models.CharField(_("address 2"), max_length=120, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    notes = models.TextField(_("notes"), max_length=4000, blank=True)
    picture = models.ImageField(_("picture"), upload_to=picture_path, max_length=120, blank=True)

    source = models.CharField(_("source"), max_length=20, choices=Source, default=Source.MANUAL)
    module_bits = models.SmallIntegerField(default=0)
    tags_text = models.CharField(max_length=1000, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    marketing_consent = models.BooleanField(default=False)
    system_consent = models.BooleanField(default=False)
    contact_consent = models.BooleanField(default=False)

    email_key = models.CharField(max_length=254, blank=True)
    other_contacts = models.TextField(blank=True, default="", db_default="")
    sort_name = models.CharField(max_length=MAX_SORT_NAME, blank=True)
    search_text = models.TextField(blank=True)
    birthday_month = models.SmallIntegerField(default=0)

    joined_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        permissions = [
            ("deactivate_customer", "Can deactivate and reactivate customers"),
            ("export_customer", "Can export customers"),
            ("import_customer", "Can import customers"),
            ("merge_customer", "Can merge customers"),
            ("tag_customer", "Can tag a customer"),
            ("bulk_tag_customer", "Can tag many customers at once"),
            ("withdraw_consent", "Can record a withdrawal"),
            ("grant_consent", "Can grant consent"),
            ("correct_email", "Can correct an e-mail address"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__startswith="+"), name="customer_phone_is_e164"
            ),
            models.CheckConstraint(
                condition=Q(phone2="") | Q(phone2__startswith="+"), name="customer_phone2_is_e164"
            ),
            models.CheckConstraint(
                condition=Q(email="", email_key="") | (~Q(email="") & ~Q(email_key="")),
                name="customer_email_has_key",
            ),
            models.CheckConstraint(
                condition=Q(module_bits__gte=0, module_bits__lt=64), name="customer_modules_known"
            ),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="customer_source_known"),
        ]
        indexes = [
            # each serves one sort of the list, walked in both directions
            models.Index("organisation", "joined_at", "id", name="customer_by_joined"),
            models.Index("organisation", "sort_name", "id", name="customer_by_name"),
            models.Index("organisation", "email_key", "id", name="customer_by_email"),
            models.Index("organisation", "phone", "id", name="customer_by_phone"),
            models.Index("organisation", "country", "id", name="customer_by_country"),
            models.Index("organisation", "source", "id", name="customer_by_source"),
            models.Index("organisation", "module_bits", "id", name="customer_by_modules"),
            models.Index("organisation", "tags_text", "id", name="customer_by_tags"),
            models.Index("organisation", "marketing_consent", "id", name="customer_by_marketing"),
            models.Index("organisation", "system_consent", "id", name="customer_by_system"),
            # serves programs that keep a copy: what changed since
            models.Index("organisation", "updated_at", "id", name="customer_by_updated"),
            # the inactive list is short: found by itself, then sorted
            models.Index(
                "organisation", "joined_at", "id", name="customer_inactive", condition=Q(is_active=False)
            ),
            # filters by location and language
            models.Index("location", "joined_at", "id", name="customer_by_location"),
            models.Index("organisation", "language", "id", name="customer_by_language"),
            models.Index(
                "organisation", "birthday_month", name="customer_birthday", condition=Q(birthday_month__gt=0)
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email or phones.international(self.phone)

    @property
    def source_icon(self) -> str:
        return Source(self.source).icon

    @property
    def modules(self) -> list[Module]:
        return Module.in_bits(self.module_bits)

    @property
    def tag_names(self) -> list[str]:
        return self.tags_text.split(", ") if self.tags_text else []

    def derive(self) -> None:
        """Set the columns that follow from others. No query."""
        self.birthday_month = self.birthday.month if self.birthday else 0
        self.email_key = email_key(self.email)
        self.sort_name = sort_name(self.first_name, self.last_name)
        self.derive_search()

    def derive_search(self) -> None:
        self.search_text = search_text(
            *(self.first_name, self.last_name, self.company, self.email, self.phone, self.phone2),
            self.other_contacts,
        )


def email_key(email: str) -> str:
    """What makes two addresses one."""
    return fold_case(email, 254)


def sort_name(first_name: str, last_name: str) -> str:
    # a single sign may fold to many letters
    return fold(f"{last_name} {first_name}".strip())[:MAX_SORT_NAME]


def search_text(first_name, last_name, company, email, phone, phone2, others="") -> str:
    """What the search box finds a customer by: names in every spelling, company, e-mail, phone digits.

    `others` are keys of further contact points. Every word has a space before it, so that two letters and
    it make a trigram.
    """
    names = f"{first_name} {last_name} {company}"
    digits = f"{phones.search_digits(phone)} {phones.search_digits(phone2)}"
    words = (*search_words(names), *fold(email).split(), *digits.split(), *other_spellings(names))
    if others:
        words += tuple(word for key in others.split() for word in _words_of_contact(key))
    return "".join(f" {word}" for word in words)


def _words_of_contact(key: str) -> list[str]:
    return phones.search_digits(key).split() if phones.is_e164(key) else fold(key).split()
