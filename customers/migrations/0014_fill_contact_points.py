from django.db import migrations

# A second number that others have as well was never anybody's alone: it is shared from now on.
_POINTS = """
INSERT INTO customers_contactpoint
    (organisation_id, customer_id, kind, key, value, place, is_shared, origin, added_at)
SELECT c.organisation_id, c.id, '{kind}', c.{key}, c.{value}, {place}, {is_shared}, c.source, c.joined_at
FROM customers_customer c
WHERE c.{key} <> '' AND {condition}
"""
_OTHERS_HAVE_IT = """
EXISTS (
    SELECT 1 FROM customers_customer o
    WHERE o.organisation_id = c.organisation_id AND o.phone = c.phone2 AND o.id <> c.id
) OR EXISTS (
    SELECT 1 FROM customers_customer o
    WHERE o.organisation_id = c.organisation_id AND o.phone2 = c.phone2 AND o.phone2 <> '' AND o.id <> c.id
)
"""
FIRST_PHONES = _POINTS.format(
    kind="phone", key="phone", value="phone", place=0, is_shared="FALSE", condition="TRUE"
)
SECOND_PHONES = _POINTS.format(
    kind="phone",
    key="phone2",
    value="phone2",
    place=1,
    is_shared=f"({_OTHERS_HAVE_IT})",
    condition="c.phone2 <> c.phone",
)
EMAILS = _POINTS.format(
    kind="email", key="email_key", value="email", place=0, is_shared="FALSE", condition="TRUE"
)
# the same number twice is one contact point
ONE_NUMBER_TWICE = "UPDATE customers_customer SET phone2 = '' WHERE phone2 <> '' AND phone2 = phone"


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0013_contact_points"),
    ]

    operations = [
        migrations.RunSQL(
            [ONE_NUMBER_TWICE, FIRST_PHONES, SECOND_PHONES, EMAILS], "DELETE FROM customers_contactpoint"
        ),
    ]
