from django.apps import AppConfig, apps
from django.db import connections, models
from django.db.models.signals import post_migrate


class NewFieldConfig(AppConfig):
    """Gives customers a day called `anniversary`: a line of the model, a migration and a row of the table.

    It comes before `customers` in the list of apps, so that what is made of the table is made with it.
    """

    name = "tests.customers.new_field"
    label = "new_field"

    def ready(self):
        from customers import fields
        from customers.models import Customer

        Customer.add_to_class("anniversary", models.DateField("anniversary", null=True, blank=True))
        row = fields.Field("anniversary", "Anniversary", fields.Kind.DAY, fields.Group.PERSON)
        fields.FIELDS = (*fields.FIELDS, row)
        post_migrate.connect(_add_column, sender=apps.get_app_config("customers"))


def _add_column(using: str, **_signal) -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "customers_customer")
        if "anniversary" not in {column.name for column in columns}:
            cursor.execute("ALTER TABLE customers_customer ADD COLUMN anniversary date NULL")
