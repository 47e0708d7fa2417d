"""The OpenAPI document: what holds for every operation, so that no route has to say it."""

from __future__ import annotations

from typing import Any

from apispec import BasePlugin
from flask_smorest import Api

from service.api import answers

LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "The language of what people read: zh (also without this header) or en.",
    "schema": {"type": "string", "example": "en"},
}

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        "1 to 255 visible ASCII characters of the caller's choice. The same request with the same key is carried out "
        "once and answered alike, however often it is sent; another request with it is refused with 422."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

OPERATIONS = ("get", "post", "put", "patch", "delete")


class Everywhere(BasePlugin):
    """Headers that every operation reads, and the shape of every refusal."""

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        for method, operation in (operations or {}).items():
            if method not in OPERATIONS:
                continue
            parameters = operation.setdefault("parameters", [])
            parameters.append(LANGUAGE)
            if method == "post" and "check" not in (path or ""):
                parameters.append(KEY)
            responses = operation.setdefault("responses", {})
            for status, response in responses.items():
                if isinstance(response, str):  # one of flask-smorest's own, which are not problem documents
                    responses[status] = {"description": "The request is not accepted", "content": PROBLEM}
            responses["default"] = {"description": "Why it is refused or went wrong", "content": PROBLEM}


class Document(Api):
    """flask-smorest's, with our refusals in the place of its own."""

    ERROR_SCHEMA = answers.Problem
    DEFAULT_ERROR_RESPONSE_NAME = None


def described() -> dict[str, Any]:
    """What the document says of the whole."""
    return {
        "extra_plugins": [Everywhere()],
        "info": {"description": "Ticket lifecycles that process owners write; times carry an offset."},
        "servers": [{"url": "/", "description": "where this document was read"}],
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        "security": [{"bearer": []}],
    }


def tidy(document: Document) -> None:
    """Take out what flask-smorest describes and nothing here has."""
    document.spec.components.schemas.pop("PaginationMetadata", None)
