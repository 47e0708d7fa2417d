"""The OpenAPI document says what there is, and what there is wants a token."""

from __future__ import annotations

import re

import pytest
from openapi_spec_validator import validate

from tests.service.api_house import API, UNREAD_ROUTES


@pytest.fixture
def document(house):
    answer = house.ask("GET", "/openapi.json", person=None)
    assert answer.status_code == 200
    return answer.json


def test_the_document_is_a_valid_openapi_3_1_document(document):
    assert document["openapi"].startswith("3.1.")
    validate(document)


def test_the_document_has_every_route_of_the_interface_and_no_other(document, house):
    there = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in house.app.url_map.iter_rules()
        if rule.rule.startswith(API) and rule.rule not in UNREAD_ROUTES
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert {(path, method) for path, parts in document["paths"].items() for method in operations(parts)} == there
    assert len(there) > 10


def test_every_route_of_the_document_wants_a_bearer_token(document):
    schemes = document["components"]["securitySchemes"]

    for path, parts in document["paths"].items():
        for method, operation in operations(parts).items():
            wanted = operation.get("security", document["security"])
            assert wanted, f"{method} {path}"
            for one in wanted:
                assert [(schemes[name]["type"], schemes[name]["scheme"]) for name in one] == [("http", "bearer")]


def test_every_parameter_of_an_address_is_described_and_required(document):
    for path, parts in document["paths"].items():
        for method, operation in operations(parts).items():
            given = [*parts.get("parameters", []), *operation.get("parameters", [])]
            described = {one["name"]: one["required"] for one in given if one["in"] == "path"}
            assert described == dict.fromkeys(re.findall(r"{(\w+)}", path), True), f"{method} {path}"


def test_every_operation_says_in_a_sentence_what_it_is_for(document):
    said = [one.get("summary") for parts in document["paths"].values() for one in operations(parts).values()]

    assert None not in said
    assert len(set(said)) == len(said)


def operations(parts):
    return {method: one for method, one in parts.items() if method in {"get", "post", "put", "patch", "delete"}}


def test_every_operation_describes_its_headers_and_the_shape_of_a_refusal(document):
    for path, parts in document["paths"].items():
        for method, operation in operations(parts).items():
            headers = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
            assert "Accept-Language" in headers, path
            assert ("Idempotency-Key" in headers) == (method == "post" and not path.endswith("/check")), path
            (kind,) = operation["responses"]["default"]["content"]
            assert kind == "application/problem+json"
            for status, response in operation["responses"].items():
                assert status == "200" or status == "201" or list(response["content"]) == [kind], f"{path} {status}"


def test_the_pages_that_are_read_most_have_their_members_described(document):
    for path in ("/tickets/{number}/history", "/tickets/{number}/clocks", "/tickets/{number}/transitions", "/me"):
        content = document["paths"][f"{API}{path}"]["get"]["responses"]["200"]["content"]
        name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert document["components"]["schemas"][name]["properties"], path
    assert "PaginationMetadata" not in document["components"]["schemas"]
    assert document["servers"]
