from django.db import models

from backoffice.core.text.text import fold_case

MAX_TAGS = 20  # of a customer
MAX_LENGTH = 40


def tag_key(name: str) -> str:
    """What makes two words one tag."""
    return fold_case(name, 60)


class Tag(models.Model):
    """A word that an organisation puts on customers. Unique whatever its case."""

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    name = models.CharField(max_length=MAX_LENGTH)
    name_key = models.CharField(max_length=60)

    class Meta:
        ordering = ["name_key"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name_key"], name="tag_name_unique"),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name_key = tag_key(self.name)
        super().save(*args, **kwargs)

    @classmethod
    def names_of(cls, organisation) -> list[str]:
        """All words of an organisation, in order. One query."""
        return list(cls.objects.filter(organisation=organisation).values_list("name", flat=True))


class CustomerTag(models.Model):
    """A tag on a customer; written by `records.tagging` alone."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            # also the index that serves the tag filter
            models.UniqueConstraint(fields=["tag", "customer"], name="customer_tag_once"),
        ]
