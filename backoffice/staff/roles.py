"""Which role may do what (PRODUCT, Roles), as a table of Django permissions in groups."""

from django.contrib.auth.models import Group, Permission

from backoffice.staff.models import Role

_STAFF = {
    "customers.view_customer",
    "customers.add_customer",
    "customers.tag_customer",
    "customers.withdraw_consent",
    "orders.view_order",
    "orders.change_order",
    "orders.add_order",
    "orders.view_product",
    "orders.sell_out_product",
    "loyalty.view_programme",
    "loyalty.view_pointsentry",
    "loyalty.view_card",
    "loyalty.view_coupon",
    "loyalty.redeem_points",
    "loyalty.link_card",
    "orders.view_reservation",
    "orders.add_reservation",
    "orders.change_reservation",
}
_MANAGER = _STAFF | {
    "customers.change_customer",
    "customers.deactivate_customer",
    "customers.bulk_tag_customer",
    "customers.export_customer",
    "customers.import_customer",
    "orders.import_order",
    "orders.export_order",
    "orders.add_product",
    "orders.change_product",
    "orders.change_driver",
    "orders.void_order",
    "orders.move_order",
    "customers.merge_customer",
    "customers.send_message",
    "jobs.view_job",
    "jobs.cancel_job",
    "loyalty.correct_points",
    "loyalty.manage_cards",
    "loyalty.manage_coupons",
}
_ADMIN = _MANAGER | {
    "customers.grant_consent",
    "customers.correct_email",
    "customers.manage_mailbox",
    "staff.manage_team",
    "staff.manage_locations",
    "staff.manage_modules",
    "orders.manage_source",
    "audit.view_exportrun",
    "api.manage_apikey",
    "outbox.manage_subscriber",
    "loyalty.change_programme",
}
PERMISSIONS_BY_ROLE = {Role.STAFF: _STAFF, Role.MANAGER: _MANAGER, Role.ADMIN: _ADMIN}


def ensure_roles(using: str = "default") -> None:
    """Create the three groups and give them every permission that no group holds yet.

    Later calls add only what is new, so an installation may arrange its roles differently.
    Permissions of apps that are not migrated yet are skipped; the next call finds them.
    """
    new = _permissions_without_group(using)
    for role, names in PERMISSIONS_BY_ROLE.items():
        group, _created = Group.objects.using(using).get_or_create(name=role.value)
        group.permissions.add(*(new[name] for name in names if name in new))
    # Imported late: auth backends load only after all apps are ready.
    from backoffice.staff.auth import forget_permissions

    forget_permissions()


def fill_roles_after_migrate(*, using, **kwargs) -> None:
    """React to `post_migrate`, which Django sends once per app."""
    tables = _tables(using)
    if {"auth_permission", "auth_group_permissions", "django_content_type"} <= tables:
        ensure_roles(using)


def _permissions_without_group(using: str) -> dict[str, Permission]:
    rows = Permission.objects.using(using).filter(group=None).select_related("content_type")
    return {f"{row.content_type.app_label}.{row.codename}": row for row in rows}


def _tables(using: str) -> set[str]:
    from django.db import connections

    return set(connections[using].introspection.table_names())
