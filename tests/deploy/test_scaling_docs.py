"""docs/scaling.md says of every table whether it carries the organisation."""

import re

import pytest
from django.apps import apps
from django.conf import settings

from backoffice.staff.models import Organisation

DOCS = (settings.BASE_DIR / "docs" / "scaling.md").read_text()
ROW = re.compile(r"^\| (itself|through|global): (\w+) \| (.+) \|$", re.MULTILINE)
MODELS = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}


def written(group: str) -> dict[str, str]:
    """The models of a group, with the field that leads to the organisation."""
    found = {}
    for kind, app, names in ROW.findall(DOCS):
        for name, field in re.findall(r"(\w+)(?: \((\w+)\))?", names):
            if kind == group:
                found[f"{app}.{name}"] = field
    return found


def carries_organisation(model) -> bool:
    fields = model._meta.concrete_fields
    return any(field.related_model is Organisation and not field.null for field in fields)


def test_every_table_stands_in_one_group():
    groups = [written(group) for group in ("itself", "through", "global")]

    assert sorted(name for group in groups for name in group) == sorted(MODELS)
    assert set(groups[0]) == {name for name, model in MODELS.items() if carries_organisation(model)}


@pytest.mark.parametrize(("name", "field"), written("through").items())
def test_what_leads_to_an_organisation_does(name, field):
    lead = MODELS[name]._meta.get_field(field)

    assert not lead.null
    assert lead.related_model._meta.label in written("itself") | written("through")
