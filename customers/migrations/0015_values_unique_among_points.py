from django.db import migrations


class Migration(migrations.Migration):
    """Back to this point goes only where no two customers have the same first phone or e-mail."""

    dependencies = [
        ("customers", "0014_fill_contact_points"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="customer", name="customer_phone_unique"),
        migrations.RemoveConstraint(model_name="customer", name="customer_email_unique"),
        migrations.RemoveIndex(model_name="customer", name="customer_phone2"),
    ]
