"""The API as a whole: what the features answer, under one roof."""

from django.conf import settings
from django.http import Http404
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from backoffice.api.bodies import MAX_BYTES, StrictParser
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
        pattern.callback.max_body_bytes = MAX_BYTES
    return patterns, app, namespace


urls = _served()


def document() -> dict:
    """The OpenAPI document, with problems in the media type that they are sent in."""
    schema = api.get_openapi_schema()
    for methods in schema["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400 and "content" in response:
                    response["content"] = {CONTENT_TYPE: response["content"].pop("application/json")}
    return schema
