"""What the hosts of a test work on, made by a process of its own in the database that DATABASE_URL names.

`python -m tests.deploy.world FOLDER` prints as JSON: `session` of an administrator and `keys` of tills.
"""

import json
import sys
from pathlib import Path

CUSTOMERS = 2_500  # more than one fetch of an export
TILLS = 6
PASSWORD = "a long enough passphrase"


def make(folder: Path) -> dict:
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from backoffice.api.keys import make_key
    from backoffice.api.scopes import Scope
    from backoffice.staff.models import Role
    from tests.factories import make_location, make_organisation, make_user

    organisation = make_organisation(slug="lindenhof")
    make_location(organisation)
    admin = make_user(organisation, Role.ADMIN, email="ada@example.org", password=PASSWORD)
    rows = (f"Anna;Guest{number};+49171{number:07}\n" for number in range(1, CUSTOMERS + 1))
    (folder / "guests.csv").write_text("first_name;last_name;phone\n" + "".join(rows))
    call_command("import_customers", folder / "guests.csv", stdout=sys.stderr)
    of = {"organisation": organisation, "scopes": Scope.values, "actor": admin}
    keys = [make_key(name=f"Till {number}", **of)[1] for number in range(TILLS)]
    client = Client()
    client.force_login(admin)
    return {"session": client.cookies[settings.SESSION_COOKIE_NAME].value, "keys": keys}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(make(Path(sys.argv[1]))))  # noqa: T201
