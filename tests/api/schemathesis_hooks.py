"""A check of our own for schemathesis: what fits the document is refused for a rule, never for its shape."""

from typing import get_args

import schemathesis
from pydantic_core.core_schema import ErrorType
from schemathesis import GenerationMode

SHAPES = set(get_args(ErrorType)) - {"missing", "value_error", "custom_error"}


@schemathesis.check
def refused_for_a_rule(_context, response, case):
    if case.meta.generation.mode != GenerationMode.POSITIVE or response.status_code != 422:
        return
    of_shape = [
        error
        for error in response.json()["errors"]
        if error["code"] in SHAPES or error["detail"] == "Field required"
    ]
    assert not of_shape, f"The document allows what is refused: {of_shape}"
