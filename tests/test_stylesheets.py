"""Style sheets and markup know each other's classes, and a sheet is laid out to be read."""

import ast
import re
from collections.abc import Iterator

from django.conf import settings

LONGEST_LINE = 110
SHEETS = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
SCRIPTS = sorted((settings.BASE_DIR / "static" / "js").glob("*.js"))
MODULES = [
    path
    for app in ("backoffice", "customers", "orders", "loyalty")
    for path in sorted((settings.BASE_DIR / app).rglob("*.py"))
    if "migrations" not in path.parts
]

NAME = re.compile(r"-?[A-Za-z_][\w-]*")
TAG = re.compile(r"{%.*?%}|{{.*?}}")
CLASS_ATTRIBUTE = re.compile(r'\bclass="((?:{%.*?%}|{{.*?}}|[^"{])*)"', re.DOTALL)
ICON_CLASS = re.compile(r'{% icon \S+ "([^"]*)" %}')
CLASS_BLOCK = re.compile(r"{% block \w+_class %}(.*?){% endblock %}")
HTMX_SETS = {"htmx-request"}


def rules(sheet) -> str:
    """The sheet without comments and strings."""
    return re.sub(r'/\*.*?\*/|"[^"\n]*"', "", sheet.read_text(), flags=re.DOTALL)


def styled() -> set[str]:
    return {name for sheet in SHEETS for name in re.findall(rf"\.({NAME.pattern})", rules(sheet))}


def in_templates() -> Iterator[str]:
    """Names in class attributes, those behind an {% if %} too, in blocks for classes, and behind `icon`."""
    for template in TEMPLATES:
        text = template.read_text()
        for value in CLASS_ATTRIBUTE.findall(text) + CLASS_BLOCK.findall(text) + ICON_CLASS.findall(text):
            yield from TAG.sub(" ", value).split()


def strings(module) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def in_markup_of_modules() -> Iterator[str]:
    for module in MODULES:
        for text in strings(module):
            for value in CLASS_ATTRIBUTE.findall(text.replace("{}", " ")):
                yield from value.split()


def in_lists_of_modules(known: set[str]) -> Iterator[str]:
    """Strings of Python that hold nothing but classes, such as `css="p-3 nowrap"`."""
    for module in MODULES:
        for text in strings(module):
            if known.issuperset(text.split()):
                yield from text.split()


def in_scripts() -> set[str]:
    text = "\n".join(script.read_text() for script in SCRIPTS)
    return {name for quoted in re.findall(r'"[^"\n]*"|`[^`]*`', text) for name in NAME.findall(quoted)}


def test_every_class_of_the_sheets_is_used():
    known = styled()
    used = {*in_templates(), *in_markup_of_modules(), *in_lists_of_modules(known), *in_scripts(), *HTMX_SETS}

    assert sorted(known - used) == []


def test_every_class_of_the_markup_is_known():
    known = styled() | in_scripts()

    assert sorted({*in_templates(), *in_markup_of_modules()} - known) == []


def test_every_custom_property_is_used():
    text = "".join(map(rules, SHEETS))

    assert set(re.findall(r"^ +(--[\w-]+):", text, re.MULTILINE)) == set(re.findall(r"var\((--[\w-]+)", text))


def test_a_line_of_a_sheet_holds_one_declaration():
    lines = [line.strip() for sheet in SHEETS for line in rules(sheet).splitlines()]

    assert [line for line in lines if re.search(r"[;{}]\s*\S", line)] == []


def test_lines_of_a_sheet_fit_on_a_screen():
    lines = [line for sheet in SHEETS for line in sheet.read_text().splitlines()]

    assert [line for line in lines if len(line) > LONGEST_LINE] == []
