"""Every foreign key to Customer has its place in the tables that say what a merge does with its rows."""

from customers.extensions import customer_extensions
from customers.merging.relations import OWN_RELATIONS, name_of, relations
from customers.models import Customer


def relations_of_the_models() -> set[str]:
    found = Customer._meta.get_fields(include_hidden=True)
    return {
        f"{one.related_model._meta.label}.{one.field.name}"
        for one in found
        if one.auto_created and not one.concrete
    }


def test_a_merge_knows_every_relation_of_a_customer():
    assert sorted(map(name_of, relations())) == sorted(relations_of_the_models())


def test_each_app_names_its_own():
    for extension in customer_extensions():
        app = type(extension).__module__.partition(".")[0]
        assert {one.model._meta.app_label for one in extension.relations} <= {app}
    assert {one.model._meta.app_label for one in OWN_RELATIONS} == {"customers"}
