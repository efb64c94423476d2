"""The API as a whole: what the features answer, under one roof."""

from django.conf import settings
from django.http import Http404
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from backoffice.api.bodies import LONG_BYTES, MAX_BYTES, StrictParser
from backoffice.api.problems import CONTENT_TYPE, Problem, answer, problem_of

DESCRIPTION = """Orders and customers of one restaurant or chain, for its tills and shops.
Amounts are whole cents of the organisation's currency, moments are RFC 3339 with an offset."""

api = NinjaAPI(
    title="Stammgast",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    openapi_url=None,  # backoffice.api.docs serves both
    docs_url=None,
    parser=StrictParser(),
)
for prefix, path in settings.API_ROUTERS:
    api.add_router(prefix, path)
for error in (Problem, ValidationError, HttpError, Http404):
    api.add_exception_handler(error, lambda request, error: answer(problem_of(error)))


def _served():
    """Their keys let them in, not a session: without `login_required` they would lead to sign-in."""
    patterns, app, namespace = api.urls
    for pattern in patterns:
        pattern.callback.login_required = False
        pattern.callback.max_body_bytes = _most_bytes(pattern.name)
    return patterns, app, namespace


def _most_bytes(name: str) -> int:
    if name in settings.API_FILES:
        return settings.TABLE_MAX_BYTES
    return LONG_BYTES if name in settings.API_LONG_BODIES else MAX_BYTES


urls = _served()


def document() -> dict:
    """The OpenAPI document, with problems in the media type that they are sent in."""
    schema = api.get_openapi_schema()
    for methods in schema["paths"].values():
        for operation in methods.values():
            _name_shape(operation, schema["components"]["schemas"])
            for status, response in operation["responses"].items():
                if int(status) >= 400 and "content" in response:
                    response["content"] = {CONTENT_TYPE: response["content"].pop("application/json")}
    return schema


def _name_shape(operation: dict, shapes: dict) -> None:
    """A body that an endpoint reads and describes by itself becomes a shape like all others."""
    body = operation.get("requestBody", {"content": {}})
    for media_type, kind in body["content"].items():
        if "$ref" not in kind["schema"]:
            shapes[name := kind["schema"]["title"]] = kind["schema"]
            named = {media_type: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
            operation["requestBody"] = body | {"content": named}
