"""`make_*` functions: each returns a stored object with believable defaults."""

from itertools import count

from django.contrib.auth.models import Group

from backoffice.staff.models import Location, Membership, Organisation, Role, User

_numbers = count(1)


def make_organisation(**fields) -> Organisation:
    number = next(_numbers)
    return Organisation.objects.create(
        **{"name": f"Lindenhof {number}", "slug": f"lindenhof-{number}"} | fields
    )


def make_location(organisation=None, **fields) -> Location:
    organisation = organisation or make_organisation()
    return Location.objects.create(
        organisation=organisation, **{"name": f"Altstadt {next(_numbers)}"} | fields
    )


def make_user(organisation=None, role=Role.STAFF, password=None, **fields) -> User:
    """A person with an active membership of that role, in English so that tests read plainly."""
    number = next(_numbers)
    defaults = {"email": f"person{number}@example.org", "name": f"Person {number}", "language": "en"}
    user = User.objects.create_user(password=password, **defaults | fields)
    user.membership = make_membership(user, organisation, role)
    user.save(update_fields=["membership"])
    return user


def make_membership(user, organisation=None, role=Role.STAFF, **fields) -> Membership:
    return Membership.objects.create(
        user=user,
        organisation=organisation or make_organisation(),
        group=Group.objects.get(name=role),
        **fields,
    )
