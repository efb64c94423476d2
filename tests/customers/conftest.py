"""What tests of the list share."""

import pytest

URL = "/customers/"


def names(response) -> list[str]:
    return [row.name for row in response.context["rows"]]


@pytest.fixture
def open_list(sign_in, manager):
    client = sign_in(manager)

    def open_list(query="", **headers):
        response = client.get(f"{URL}?{query}", headers=headers)
        assert response.status_code == 200
        return response

    return open_list
