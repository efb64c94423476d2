"""What import contracts cannot say of the house: rooms at the top, doorways, and what rules may not know."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("customers", "orders", "loyalty")
FEATURES = [
    folder
    for app in APPS
    for folder in sorted((ROOT / app).iterdir())
    if (folder / "__init__.py").exists() and folder.name not in ("models", "migrations", "management")
]
# In a feature these speak to a browser; all other modules are rules.
PAGES = {"urls", "views", "actions", "api", "forms", "page", "pages", "filters", "columns", "cells", "tiles"}
PAGES |= {"panels", "contact", "columns_form", "mail"}
OF_BROWSERS = re.compile(r"django\.(http|shortcuts|forms|template|urls|views)\b|django_filters")
MOST_NAMES, MOST_FILES = 10, 12


@cache
def imports(path: Path) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += ((node.module, name.name) for name in node.names)
        elif isinstance(node, ast.Import):
            found += ((name.name, "") for name in node.names)
    return found


def product() -> Iterator[Path]:
    for app in (*APPS, "backoffice"):
        yield from (ROOT / app).rglob("*.py")


def feature_id(folder: Path) -> str:
    return ".".join(folder.relative_to(ROOT).parts)


@pytest.mark.parametrize("feature", FEATURES, ids=feature_id)
def test_a_feature_is_entered_through_its_own_names(feature):
    package = feature_id(feature)
    inside = [
        f"{path.relative_to(ROOT)}: {module}"
        for path in product()
        if feature not in path.parents
        for module, name in imports(path)
        if module.startswith(f"{package}.")
    ]

    assert inside == []
    names = getattr(__import__(package, fromlist=["__all__"]), "__all__", [])
    assert len(names) <= MOST_NAMES


@pytest.mark.parametrize("feature", FEATURES, ids=feature_id)
def test_rules_know_no_browser(feature):
    rules = [path for path in feature.rglob("*.py") if not PAGES & {path.stem, *path.parts}]
    knowing = [
        f"{path.relative_to(ROOT)}: {module}"
        for path in rules
        for module, _name in imports(path)
        if OF_BROWSERS.match(module)
    ]

    assert knowing == []


@pytest.mark.parametrize("app", APPS)
def test_few_files_stand_at_the_top_of_an_app(app):
    assert len(list((ROOT / app).glob("*.py"))) <= MOST_FILES
