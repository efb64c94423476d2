"""Roles are filled once and then belong to the installation."""

import pytest
from django.contrib.auth.models import Group, Permission

from backoffice.staff.roles import PERMISSIONS_BY_ROLE, ensure_roles

pytestmark = pytest.mark.django_db


def names_of(group):
    return {f"{row.content_type.app_label}.{row.codename}" for row in group.permissions.all()}


@pytest.mark.parametrize("role", ["staff", "manager", "admin"])
def test_migrating_gives_each_role_its_rights(role):
    assert names_of(Group.objects.get(name=role)) == PERMISSIONS_BY_ROLE[role]


def test_what_an_installation_took_away_stays_away():
    group = Group.objects.get(name="staff")
    group.permissions.remove(Permission.objects.get(codename="add_customer"))

    ensure_roles()

    assert "customers.add_customer" not in names_of(group)


def test_a_right_that_is_new_is_handed_out():
    Permission.objects.get(codename="manage_team").group_set.clear()

    ensure_roles()

    assert "staff.manage_team" in names_of(Group.objects.get(name="admin"))
