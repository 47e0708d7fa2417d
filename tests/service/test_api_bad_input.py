"""Bad input over HTTP: a problem document that names the thing and what would be accepted, and nothing is stored."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from tests.service.api_house import API, ERRAND, TYPED, blockers, refusal, routes

NUL = "\0"
LONE = "\ud800"
FIELDS = ["title", "matter", *TYPED]


def opens(house, **changed):
    """What is said when an errand is opened; nothing may be stored by it."""
    with house.untouched():
        return house.ask("POST", "/tickets", house.opening(**changed))


def sends(house, body, **more):
    """What is said to these bytes in the place of an opening."""
    with house.untouched():
        return house.ask("POST", "/tickets", body, **more)


# --- What there is not --------------------------------------------------------------------------------------------


def test_an_unknown_workflow_is_refused_with_those_that_are_opened(house):
    found = refusal(opens(house, workflow="repiar"), 422)

    assert "repiar" in found["detail"]
    assert found["accepted"] == ["errand", "plea"]


@pytest.mark.parametrize("transition", [{"transition": "hear"}, {}])
def test_a_member_of_a_family_is_not_opened_itself_and_its_head_is_named(house, transition):
    body = {"workflow": "plea-small", "site": "pier", "fields": {"title": "x"}, **transition}
    found = refusal(sends(house, body), 422)

    assert "plea-small" in found["detail"]
    assert "'plea'" in found["detail"]
    assert found["accepted"] == ["errand", "plea"]


def test_an_unknown_site_is_refused_with_those_that_there_are(house):
    found = refusal(opens(house, site="peer"), 422)

    assert "peer" in found["detail"]
    assert found["accepted"] == ["pier", "tower"]


@pytest.mark.parametrize("transition", ["aks", "finish", "__class__", "to_done", "os.getcwd"])
def test_an_opening_with_a_transition_that_opens_nothing_is_refused(house, transition):
    found = refusal(opens(house, transition=transition), 403, 422)

    assert found["blockers"]
    assert transition in json.dumps(found)


def test_where_there_are_several_opening_transitions_one_must_be_named(house):
    found = refusal(sends(house, {"workflow": "plea", "site": "pier", "fields": {"title": "x"}}), 422)

    assert "hear, hear_again" in found["detail"]


@pytest.mark.parametrize("transition", ["og", "__class__", "to_done", "os.getcwd"])
def test_an_unknown_transition_is_refused_with_those_that_start_here(house, transition):
    number = house.open()

    with house.untouched():
        answer = house.move(number, transition)

    assert blockers(answer, 422) == [("unknown_transition", transition)]
    assert "note, attach, go" in answer.json["detail"]


@pytest.mark.parametrize(
    "field",
    ["colour", "state", "owner", "assignee", "receiver", "version", "number", "id", "site", "priority", "result"],
)
def test_a_field_that_is_not_asked_is_refused_whatever_it_is_called(house, field):
    assert blockers(opens(house, fields={field: "done"}), 422) == [("field_not_asked", field)]


def test_a_field_is_refused_with_those_that_are_asked(house):
    found = refusal(opens(house, fields={"colour": "red"}), 422)

    assert "colour" in found["detail"]
    assert "matter" in found["detail"]


def test_an_unknown_member_is_refused_with_those_that_there_are(house):
    for member in ("state", "owner", "version", "number", "id", "priority", "is_admin", "receiver"):
        found = refusal(opens(house, **{member: "1"}), 422)
        assert [one["where"] for one in found["errors"]] == [member]
        assert set(found["accepted"]) == {"workflow", "site", "transition", "fields", "dry_run"}


@pytest.mark.parametrize("member", ["state", "workflow", "site", "number", "id", "actor"])
def test_an_unknown_member_of_a_move_is_refused(house, member):
    number = house.open()

    with house.untouched():
        found = refusal(house.move(number, "go", more={member: "going"}), 422)

    assert [one["where"] for one in found["errors"]] == [member]
    assert set(found["accepted"]) == {"transition", "fields", "version", "row", "dry_run"}


def test_an_unknown_ticket_is_not_found(house):
    house.open()

    for number in UNKNOWN:
        for rest in ("", "/transitions", "/history", "/clocks"):
            refusal(house.ask("GET", f"/tickets/{number}{rest}"), 404)


UNKNOWN = [
    "P-2026-00002", "P-2026-1", "p-2026-00001", "1", "-1", "x" * 5000, "P-2026-00001%0A", "%F0%9F%8E%AB", "9" * 400,
    "P-2026-%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%91", "'%20OR%201=1--", "%25", "None",
]  # fmt: skip


def test_a_ticket_that_is_not_there_is_not_moved(house):
    body = {"transition": "go", "version": 1}
    with house.untouched():
        found = refusal(house.ask("POST", "/tickets/P-2026-00009/transitions", body), 404)

    assert "P-2026-00009" in found["detail"]


@pytest.mark.parametrize("rest", ["", "/revisions", "/text", "/diagram", "/explanation"])
def test_an_unknown_definition_is_not_found_and_those_that_there_are_are_named(house, rest):
    found = refusal(house.ask("GET", f"/definitions/repiar{rest}"), 404)

    assert "repiar" in found["detail"]
    assert set(found["accepted"]) == {"errand", "plea", "plea-small", "plea-big"}


@pytest.mark.parametrize("route", ["text", "diagram", "explanation"])
def test_an_unknown_revision_is_not_found_and_those_that_there_are_are_named(house, route):
    found = refusal(house.ask("GET", f"/definitions/errand/{route}?revision=abc"), 404)

    assert "abc" in found["detail"]
    assert found["accepted"] == [house.get("/definitions/errand")["revision"]]


def test_an_unknown_notice_is_not_found(house):
    with house.untouched():
        assert "abc" in refusal(house.ask("POST", "/notices/abc/read"), 404)["detail"]


def test_somebody_else_s_notice_is_not_found(house):
    house.open(person="stranger")
    house.deliver()
    notice = house.get("/notices")["notices"][0]["id"]

    with house.untouched():
        refusal(house.ask("POST", f"/notices/{notice}/read", person="guard"), 404)
    assert house.get("/notices")["unread"] == 1


def test_an_unknown_path_is_not_found_and_the_document_of_all_is_named(house):
    found = refusal(house.ask("GET", "/tikets"), 404)

    assert f"{API}/tikets" in found["detail"]
    assert f"{API}/openapi.json" in found["detail"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY"])
def test_a_wrong_method_is_refused_with_those_that_are_right(house, method):
    for right, path in routes(house.app):
        taken = {each for each, address in routes(house.app) if address == path}
        if method in taken or path.endswith("/check"):  # which is, to a GET, the definition of this name
            continue
        answer = house.ask(method, path.removeprefix(API))
        found = refusal(answer, 405)
        assert right in answer.headers["Allow"]
        assert method in found["detail"]
        assert right in found["detail"]


# --- Fields of the wrong type -------------------------------------------------------------------------------------

NO_TEXT = [7, 1.5, True, [], ["x"], {}, {"a": 1}]
WRONG = {
    "title": [*NO_TEXT, "", " ", "x" * 201],
    "matter": [*NO_TEXT, "", "ab", "x" * 10_001],
    "caller": [*NO_TEXT, "", "x" * 501],
    "pieces": ["many", "", "1e3", "0x10", "１２a", True, [], {}, 0, -1, 101, 2**63, -(2**63) - 1, 10**300, 1.0000001],
    "price": ["1,5", "NaN", "Infinity", "-inf", True, [1], {}, 10**15, 10**40, 1.001, 1e300, 5e-324],
    "share": ["half", False, [], {}, 2**200, 1e-7],
    "urgent": ["yes", "true", 1, 0, 1.0, [], {}],
    "way": ["boat", "Foot", "", 1, True, ["foot"], {"foot": 1}],
    "wanted_on": ["2026-02-30", "2026-3-1", "0000-01-01", "9999-12-31", "1.3.2026", "", 20260301, True, [], {}],
    "wanted_at": ["2026-03-03T10:00", "2026-03-03", "2026-13-03T10:00+08:00", "2026-03-03T10:00+99:00",
                  "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "", 1772503200, [], {}],
    "helper": ["nobody", "Name of ben", "", 1, True, ["ben"], {"id": "ben"}, "left"],
    "department": ["kitchen", "Workshop", "", 1, True, [], {}],
    "earlier": ["P-2026-00099", "P-2026-00001 ", "T-1", "", 1, True, [], {}, "'; DROP TABLE ticket; --"],
    "shops": ["Tea", 1, True, {}, [], [1], [[]], [{}], [{"owner": "Li", "size": 1}], [{"owner": 1}], [None],
              [{"shop": "x"}], ["Li", "Li"], [f"Li {n}" for n in range(201)], [{"owner": ""}]],
}  # fmt: skip
"""What no field of each type accepts."""


@pytest.mark.parametrize("field", WRONG)
def test_a_value_of_the_wrong_type_is_refused_and_its_field_is_named(house, field):
    with house.untouched():
        for value in WRONG[field]:
            found = refusal(house.ask("POST", "/tickets", house.opening(fields={field: value})), 422)
            assert [one["subject"] for one in found["blockers"]] == [field], repr(value)
            assert f"“{label(house, field)}”" in found["detail"], repr(value)
            assert len(found["detail"]) > 15, repr(value)


def label(house, field):
    (opening,) = (one for one in house.get("/definitions/errand")["openings"] if one["name"] == "ask")
    labels = {one["name"]: one["label"] for one in (*opening["fill"], *opening["may_fill"])}
    return labels[field]


@pytest.mark.parametrize("field", FIELDS)
def test_nothing_in_the_place_of_a_value_is_as_good_as_no_field(house, field):
    answer = opens(house, dry_run=True, fields={field: None})

    if field in ("title", "matter"):
        assert blockers(answer, 422) == [("fill", field)]
    else:
        assert field not in answer.json["fields"]


def test_every_field_is_tried_with_wrong_values():
    assert sorted(WRONG) == sorted(FIELDS)


RIGHT = {
    "title": "包裹 📦", "matter": "x" * 10_000, "caller": "Mrs Gao", "pieces": 12.5, "price": "19.99",
    "share": 33.333333, "urgent": False, "way": "car", "wanted_on": "2026-03-03",
    "wanted_at": "2026-03-03T10:00:00+08:00", "helper": "ben",
    "department": "workshop", "shops": ["Li", {"owner": "Wu"}],
}  # fmt: skip


def test_right_values_come_back_as_they_were_sent(house):
    number = house.open(fields={**RIGHT, "earlier": house.open()})

    found = house.get(f"/tickets/{number}")["fields"]
    assert found == {
        **RIGHT,
        "pieces": "12.5",
        "share": "33.333333",
        "wanted_at": "2026-03-03T10:00:00+08:00",
        "earlier": "P-2026-00001",
        "helper": {"id": "ben", "name": "Name of ben"},
        "department": {"name": "workshop", "label": "Workshop"},
        "shops": [{"owner": "Li"}, {"owner": "Wu"}],
    }
    assert house.get(f"/tickets/{number}")["title"] == RIGHT["title"]


def test_a_number_is_kept_to_its_last_digit(house):
    body = json.dumps(house.opening(fields={"share": 0})).replace('"share": 0', '"share": 123456789012345.123456')

    answer = house.ask("POST", "/tickets", body.encode())

    assert answer.json["fields"]["share"] == "123456789012345.123456"


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{7*7}} ${x} %s {0.__class__}", "\u202eabc", "a\u200bb", "=1+1", "💡" * 50]
)
def test_odd_texts_are_kept_as_they_are(house, text):
    number = house.open(fields={"title": text, "matter": f"== {text}"})

    assert house.get(f"/tickets/{number}")["title"] == text
    assert house.get(f"/tickets/{number}")["fields"]["matter"] == f"== {text}"


@pytest.mark.parametrize("fields", ["x", 1, None, [], [["title", "x"]], True])
def test_fields_are_an_object(house, fields):
    found = refusal(sends(house, {"workflow": "errand", "site": "pier", "fields": fields}), 422)

    assert [one["where"] for one in found["errors"]] == ["fields"]


@pytest.mark.parametrize("member", ["workflow", "site", "transition"])
def test_a_member_of_the_wrong_type_is_refused(house, member):
    for value in (1, None, True, [], {}, "", "x" * 101):
        found = refusal(opens(house, **{member: value}), 422)
        assert [one["where"] for one in found["errors"]] == [member], repr(value)


def test_a_dry_run_is_asked_for_with_true_and_nothing_else(house):
    for value in ("yes", "true", 1, 0, 1.0, None, [], {}):
        found = refusal(opens(house, dry_run=value), 422)
        assert [one["where"] for one in found["errors"]] == ["dry_run"], repr(value)


def test_a_version_is_a_whole_number(house):
    number = house.open()

    with house.untouched():
        for version in ("1", 1.0, 1.5, True, None, [], {}, 0, -1, 2**31, 2**63, 2**64, -(2**63), 10**300):
            body = {"transition": "go", "version": version}
            found = refusal(house.ask("POST", f"/tickets/{number}/transitions", body), 422)
            assert [one["where"] for one in found["errors"]] == ["version"], repr(version)


# --- What is missing ----------------------------------------------------------------------------------------------


def test_every_missing_field_is_named(house):
    with house.untouched():
        answer = house.ask("POST", "/tickets", {"workflow": "errand", "site": "pier"})

    assert blockers(answer, 422) == [("fill", "title"), ("fill", "matter")]


@pytest.mark.parametrize("member", ["workflow", "site"])
def test_a_missing_member_of_an_opening_is_named(house, member):
    body = {name: value for name, value in house.opening().items() if name != member}

    assert [one["where"] for one in refusal(sends(house, body), 422)["errors"]] == [member]


@pytest.mark.parametrize("member", ["transition", "version"])
def test_a_missing_member_of_a_move_is_named(house, member):
    number = house.open()
    body = {name: value for name, value in {"transition": "go", "version": 1}.items() if name != member}

    with house.untouched():
        found = refusal(house.ask("POST", f"/tickets/{number}/transitions", body), 422)

    assert [one["where"] for one in found["errors"]] == [member]


# --- A body that is none ------------------------------------------------------------------------------------------

NOT_READ = {
    "empty": b"",
    "blank": b"  ",
    "text": b"workflow=errand",
    "cut off": b'{"workflow": "errand"',
    "two values": b"{}{}",
    "comment": b"{} // fine",
    "single quotes": b"{'workflow': 'errand'}",
    "trailing comma": b'{"site": "pier",}',
    "not UTF-8": b'{"workflow": "\xff"}',
    "UTF-16": '{"workflow": "errand"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"workflow": "errand"}',
    "packed": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "NaN": b'{"version": NaN}',
    "Infinity": b'{"version": Infinity}',
    "-Infinity": b'{"fields": {"pieces": [-Infinity]}}',
    "1e999": b'{"fields": {"pieces": 1e999}}',
    "-1e99999999999999999999": b'{"fields": {"pieces": -1e99999999999999999999}}',
    "1e-99999999999999999999": b'{"fields": {"pieces": 1e-99999999999999999999}}',
    "twice": b'{"workflow": "errand", "workflow": "plea"}',
    "twice further down": b'{"fields": {"title": "a", "title": "b"}}',
    "twice, once escaped": b'{"site": "a", "\\u0073ite": "b"}',
    "5,000 digits": b'{"version": ' + b"9" * 5000 + b"}",
    "5,000 digits after the point": b'{"fields": {"pieces": 1.' + b"9" * 5000 + b"}}",
    "100,000 deep": b"[" * 100_000,
    "100,000 deep and closed": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "40 deep": b'{"fields": {"title": ' + b"[" * 40 + b"]" * 40 + b"}}",
}


@pytest.mark.parametrize("what", NOT_READ)
def test_a_body_that_is_no_strict_json_is_refused(house, what):
    found = refusal(sends(house, NOT_READ[what]), 400)

    assert found["type"] == "/problems/json_faulty"
    assert len(found["detail"]) < 400


def test_a_member_that_is_there_twice_is_named(house):
    assert "'site'" in refusal(sends(house, b'{"site": "a", "site": "b"}'), 400)["detail"]


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b"true", b'"errand"', b"[{}]"])
def test_a_body_that_is_no_object_is_refused(house, body):
    found = refusal(sends(house, body), 422)

    assert [one["where"] for one in found["errors"]] == ["body"]


def test_a_body_of_another_kind_is_refused_with_the_one_that_is_read(house):
    body = json.dumps(house.opening()).encode()

    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                 "application/xml", "application/json5", "text/json", "", "rubbish"):  # fmt: skip
        assert "application/json" in refusal(sends(house, body, content_type=kind), 415)["detail"], kind


def test_a_body_without_a_kind_is_refused(house):
    refusal(sends(house, b"", content_type=None), 415)


def test_json_may_say_its_encoding(house):
    answer = house.ask(
        "POST", "/tickets", json.dumps(house.opening()).encode(), content_type="application/json; charset=utf-8"
    )

    assert answer.status_code == 201


@pytest.mark.parametrize("more", [1, 10_000_000])
@pytest.mark.parametrize("path", ["/tickets", "/definitions/check"])
def test_a_body_that_is_too_large_is_refused_with_how_large_it_may_be(house, path, more):
    with house.untouched():
        found = refusal(house.ask("POST", path, b" " * (1024 * 1024 + more)), 413)

    assert "1048576" in found["detail"]


def test_a_large_body_with_many_wrong_fields_is_answered(house):
    fields = {f"field_{n}": n for n in range(3_000)}

    found = refusal(opens(house, fields=fields), 422)

    assert len(found["blockers"]) == 3_000


# --- NUL and halves of pairs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [NUL, LONE, f"a{NUL}b", f"{LONE}b"], ids=ascii)
def test_what_cannot_be_stored_is_refused_anywhere_in_a_body(house, bad):
    bodies = [
        house.opening(workflow=bad),
        house.opening(site=bad),
        house.opening(transition=bad),
        house.opening(**{bad: 1}),
        house.opening(fields={bad: 1}),
        *(house.opening(fields={field: bad}) for field in FIELDS),
        house.opening(fields={"shops": [bad]}),
        house.opening(fields={"shops": [{"owner": bad}]}),
        house.opening(fields={"shops": [{bad: "x"}]}),
    ]
    with house.untouched():
        for body in bodies:
            assert "surrogate" in refusal(house.ask("POST", "/tickets", body), 400)["detail"]


@pytest.mark.parametrize("bad", [NUL, LONE], ids=ascii)
def test_what_cannot_be_stored_is_refused_in_a_draft(house, bad):
    for files in ({f"{bad}.yaml": ""}, {"a.yaml": bad}):
        refusal(house.ask("POST", "/definitions/check", {"files": files}), 400)


def test_a_raw_nul_in_a_body_is_refused(house):
    body = json.dumps(house.opening(fields={"matter": "abcdef"})).encode().replace(b"abcdef", b"abc\0def")

    refusal(sends(house, body), 400)


LISTS = {
    "/tickets": ("site", "workflow", "state", "open", "assignee", "late", "q", "cursor", "limit", "other"),
    "/notices": ("unread", "cursor", "limit", "other"),
    "/definitions/errand/text": ("revision",),
    "/definitions/errand/diagram": ("revision", "format"),
    "/definitions/errand/explanation": ("revision",),
}


@pytest.mark.parametrize("path", LISTS)
def test_what_cannot_be_stored_is_refused_or_finds_nothing_in_a_query(house, path):
    for bad, name in itertools.product(("%00", "a%00b", "%ED%A0%80", "%FF"), LISTS[path]):
        answer = house.ask("GET", f"{path}?{name}={bad}")
        if answer.status_code == 200:
            assert "%00" not in bad
            assert not answer.json.get("tickets")
        else:
            assert name in refusal(answer, 400, 404, 422)["detail"]
        refusal(house.ask("GET", f"{path}?{bad}=1"), 400, 422)


MOVE = {"transition": "go", "version": 1}


@pytest.mark.parametrize("bad", ["%00", "errand%00", "P-2026-00001%00", "%ED%A0%80", "%FF%FE"])
def test_what_cannot_be_stored_is_refused_in_every_address(house, bad):
    house.open()
    patterns = {rule.rule for rule in house.app.url_map.iter_rules() if rule.rule.startswith(API)}

    with house.untouched():
        for rule in sorted(patterns):
            for parameter in ("<number>", "<name>", "<notice>", "<key>", "<file>"):
                if parameter in rule:
                    path = rule.removeprefix(API).replace(parameter, bad).replace("<name>", "tenants")
                    seen_from = "?site=pier" if "/entries" in path else ""
                    refusal(house.ask("GET", f"{path}{seen_from}"), 400, 404, 405)
                    sent = {"site": "pier", "key": "a", "name": "A"} if "/entries" in path else MOVE
                    refusal(house.ask("POST", path, sent), 400, 404, 405)


@pytest.mark.parametrize("header", ["Idempotency-Key", "X-Request-Id", "Accept-Language", "Authorization"])
def test_odd_headers_are_refused_or_ignored_and_never_stored(house, header):
    name = f"HTTP_{header.upper().replace('-', '_')}"
    for bad in ("\x00", "a\x00b", "é", "\xff\xfe", "x" * 5000, " ;q=", ""):
        answer = house.ask("POST", "/tickets", house.opening(), environ_overrides={name: bad})
        if header in ("X-Request-Id", "Accept-Language"):
            assert answer.status_code == 201, repr(bad)
            entry = house.get(f"/tickets/{answer.json['number']}/history")["entries"][0]
            assert re.fullmatch("[0-9a-f]{32}", entry["request_id"]), "one was made here instead"
        else:
            refusal(answer, 400, 401)
            assert house.count("ticket") == 0


# --- Queries ------------------------------------------------------------------------------------------------------


FAULTY = {
    "limit": ["0", "-1", "201", "1000000000", "x", "1.5", "", "9" * 5000, "1e3"],
    "cursor": ["0", "-1", "x", "9223372036854775808", "9" * 5000, "", "1.5", "NaN"],
    "open": ["maybe", ""],
    "late": ["x", ""],
    "site": ["", "x" * 101, "pier&site=tower"],
    "state": ["x" * 101],
    "q": ["x" * 101],
    "order": ["id"],
    "stat": ["done"],
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_query_for_tickets_is_refused_and_its_parameter_is_named(house, name):
    for value in FAULTY[name]:
        found = refusal(house.ask("GET", f"/tickets?{name}={value}"), 422)
        assert [one["where"] for one in found["errors"]] == [name], value
        assert "state" in found["accepted"]


@pytest.mark.parametrize(
    "cursor",
    ["x", "/", "2026-03-02/x", "2026-03-02T09:00:00/x", "0001-01-01T00:00:00%2B14:00/x", "9999-12-31T23:59:59-14:00/x",
     "2026-03-02T09:00:00%2B99:00/x", "", "9" * 201, "2026-03-02T09:00:00%2B00:00/%00"],
)  # fmt: skip
def test_a_rubbish_cursor_of_the_inbox_is_refused(house, cursor):
    assert "cursor" in refusal(house.ask("GET", f"/notices?cursor={cursor}"), 400, 422)["detail"]


@pytest.mark.parametrize("query", ["limit=0", "limit=1000000000", "unread=x", "q=x"])
def test_a_faulty_query_for_notices_is_refused(house, query):
    assert refusal(house.ask("GET", f"/notices?{query}"), 422)["errors"][0]["where"] == query.partition("=")[0]


@pytest.mark.parametrize("value", ["SVG", "pdf", ""])
def test_a_picture_of_another_format_is_refused_with_those_that_there_are(house, value):
    found = refusal(house.ask("GET", f"/definitions/errand/diagram?format={value}"), 422)

    assert "svg, mermaid" in found["detail"]


# --- Moves that are not made --------------------------------------------------------------------------------------


def test_a_stale_version_is_refused_with_who_changed_what(house):
    number = house.open()
    assert house.move(number, "note", "ben", fields={"pieces": 3}).status_code == 200
    assert house.move(number, "go", "ben").status_code == 200

    with house.untouched():
        found = refusal(house.move(number, "go", version=1), 409)

    assert number in found["detail"]
    assert found["version"] == 3
    assert [(one["transition"], one["by"]["id"]) for one in found["changed"]] == [("note", "ben"), ("go", "ben")]
    assert all(one["at"] for one in found["changed"])


def test_a_version_from_the_future_is_refused(house):
    number = house.open()

    with house.untouched():
        assert refusal(house.move(number, "go", version=99), 409)["version"] == 1


def test_an_actor_without_the_role_is_told_who_may(house):
    number = house.open()

    with house.untouched():
        answer = house.move(number, "go", "guard")

    assert blockers(answer, 403) == [("not_allowed", "go")]
    assert "Desk" in answer.json["detail"]


def test_a_role_at_another_site_opens_nothing(house):
    body = {"workflow": "plea", "site": "pier", "transition": "hear_again", "fields": {"title": "x"}}

    with house.untouched():
        answer = house.ask("POST", "/tickets", body, person="tower_desk")

    assert blockers(answer, 403) == [("not_allowed", "hear_again")]


def test_a_refused_move_lists_every_blocker(house):
    number = house.open()

    with house.untouched():
        answer = house.move(number, "finish", "guard", fields={"pieces": "many", "title": "x", "colour": 1})

    assert sorted(blockers(answer, 403)) == [
        ("check", "finish"),
        ("field_not_asked", "colour"),
        ("field_not_asked", "title"),
        ("fill", "result"),
        ("not_allowed", "finish"),
        ("not_from_here", "asked"),
        ("unreadable", "pieces"),
    ]
    for one in answer.json["blockers"]:
        assert one["text"] in answer.json["detail"]


def test_a_refused_opening_lists_every_blocker(house):
    fields = {"pieces": 1000, "urgent": "yes", "colour": 1, "wanted_at": "2026-03-03T10:00"}
    with house.untouched():
        answer = house.ask("POST", "/tickets", {"workflow": "errand", "site": "pier", "fields": fields})

    assert {subject for _, subject in blockers(answer, 422)} == {*fields, "title", "matter"}


# --- Drafts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "files"),
        ({"files": []}, "files"),
        ({"files": {"a.yaml": 1}}, "files.a.yaml.value"),
        ({"files": {"": "x"}}, "files.key"),
        ({"files": {"x" * 101: "x"}}, f"files.{'x' * 101}.key"),
        ({"files": {}, "publish": True}, "publish"),
    ],
)
def test_a_draft_of_another_shape_is_refused(house, body, where):
    with house.untouched():
        found = refusal(house.ask("POST", "/definitions/check", body), 422)

    assert [one["where"] for one in found["errors"]] == [where]


@pytest.mark.parametrize(
    "text",
    ["", "workflow: [", "workflow: x\nworkflow: y\n", "a: &a [*a]", "!!python/object:os.system x", "- " * 5000,
     "workflow: errand\nstates: {asked: 1}\n", "{" * 2000, "%TAG ! tag:x,2000:\n---\n!x y", "\x07"],
)  # fmt: skip
def test_a_draft_that_does_not_check_is_refused_with_every_problem_at_its_place(house, text):
    with house.untouched():
        answer = house.ask("POST", "/definitions/check", {"files": {"errand.yaml": text}})

    found = refusal(answer, 422)
    assert found["problems"]
    for one in found["problems"]:
        assert one["path"]
        assert one["line"] >= 1
        assert one["column"] >= 1
        assert one["text"]


# --- Languages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("", "没有名为"), ("zh", "没有名为"), ("zh-CN,zh;q=0.9", "没有名为"), ("fr", "没有名为"), ("*", "没有名为"),
        ("en", "There is no"), ("en-GB,en;q=0.8,zh;q=0.1", "There is no"), ("zh;q=0.1,en", "There is no"),
        ("rubbish;;=,", "没有名为"),
    ],
)  # fmt: skip
def test_a_refusal_speaks_the_caller_s_language_and_chinese_to_everybody_else(house, lang, said):
    number = house.open()
    body = {"transition": "og", "version": 1}

    answer = house.ask("POST", f"/tickets/{number}/transitions", body, lang=lang)

    assert said in refusal(answer, 422)["blockers"][0]["text"]


def test_a_draft_whose_promise_is_broken_is_refused_with_the_history_that_breaks_it(house):
    promise = "promises: [{someone_is_told_within: 1 minute, in: asked}]\n"
    with house.untouched():
        answer = house.ask("POST", "/definitions/check", {"files": {"errand.yaml": f"{ERRAND}{promise}"}})

    found = refusal(answer, 422)
    (problem,) = [one for one in found["problems"] if one["severity"] == "error"]
    assert problem["check"] == "broken_promise"
    assert "errand does not keep 1 minute" in problem["text"] or "1 minute could not be proved" in problem["text"]
