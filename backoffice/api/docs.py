"""What the API understands: for programs as OpenAPI, for people as a page without script."""

import json
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backoffice.api.bodies import LONG_BYTES, MAX_BYTES, MAX_DEPTH
from backoffice.api.endpoints import document
from backoffice.api.problems import CODES

_EXAMPLES = Path(__file__).parent / "examples"
EXAMPLES = {"order.sh": "curl: an order, and its end", "orders.py": "Python: a batch, and who changed since"}


@login_not_required
@require_safe
def openapi(request):
    return HttpResponse(json.dumps(document(), ensure_ascii=False), "application/json")


@login_not_required
@require_safe
def show(request):
    """The same document, read aloud."""
    whole = document()
    schemas = whole["components"]["schemas"]
    context = {
        "operations": [
            _operation(path, method, operation)
            for path, methods in whole["paths"].items()
            for method, operation in methods.items()
        ],
        "shapes": [
            {"name": name, "about": schema.get("description", ""), "fields": _fields(schema)}
            for name, schema in sorted(schemas.items())
        ],
        "codes": CODES.items(),
        "examples": [(heading, (_EXAMPLES / name).read_text("utf-8")) for name, heading in EXAMPLES.items()],
        "max_mib": MAX_BYTES // 1024**2,
        "long_mib": LONG_BYTES // 1024**2,
        "max_depth": MAX_DEPTH,
    }
    return render(request, "api/docs.html", context)


def _operation(path: str, method: str, operation: dict) -> dict:
    return {
        "method": method.upper(),
        "path": path,
        "id": operation["operationId"],
        "summary": operation["summary"],
        "about": operation.get("description", ""),
        "scope": operation.get("x-scope", ""),
        "parameters": [
            {
                "name": one["name"],
                "place": one["in"],
                "kind": _kind(one["schema"]),
                "is_required": one["required"],
                "about": one.get("description", ""),
            }
            for one in operation.get("parameters", ())
        ],
        "body": _content(operation.get("requestBody", {})),
        "answers": [
            {"status": status, "body": _content(answer)} for status, answer in operation["responses"].items()
        ],
    }


def _content(said: dict) -> str:
    """The shape of a body, in whatever media type."""
    return next((_kind(kind["schema"]) for kind in said.get("content", {}).values()), "")


def _fields(schema: dict) -> list[dict]:
    return [
        {
            "name": name,
            "kind": _kind(field),
            "is_required": name in schema.get("required", ()),
            "about": field.get("description", ""),
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _kind(schema: dict) -> str:
    """In words: `integer 0–100`, `list of OrderLine`, `“web” or “store”`."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"“{one}”" for one in schema["enum"])
    if "const" in schema:
        return f"“{schema['const']}”"
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}{_range(schema, 'minItems', 'maxItems')}"
    if schema.get("type") == "string":
        form = f" ({schema['format']})" if "format" in schema else ""
        return f"text{form}{_range(schema, 'minLength', 'maxLength')}"
    return f"{schema.get('type', 'anything')}{_range(schema, 'minimum', 'maximum')}"


def _range(schema: dict, lowest: str, highest: str) -> str:
    if highest in schema:
        return f", {schema.get(lowest, 0)} to {schema[highest]}"
    return f", from {schema[lowest]}" if lowest in schema else ""
