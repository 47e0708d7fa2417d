"""Fields: every type from JSON to a value, its bounds, what follows from it, and storing it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import OFFICE, Story, field, lifecycle, local, transition
from workflow.definition import NEW, Field, FieldType, Follows, Moment, Text
from workflow.durations import parse_duration
from workflow.entry import Value
from workflow.fields import BUILT_IN_FIELDS, FieldFaulty, cells, follow, from_json, parse_value, to_json
from workflow.ticket import Facts, Link, Refusal

LINKS = (
    Link(number="KF-1", workflow="complaint-normal", head="complaint", state="handling", open=True),
    Link(number="WX-1", workflow="repair", head="repair", state="closed", open=False),
)

FACTS = Facts(
    calendar=OFFICE,
    people=frozenset({"ann", "bob"}),
    departments=frozenset({"shop", "property"}),
    links={link.number: link for link in LINKS},
)

OPENED = local("2026-05-06 10:00")

CHANNEL = field("channel", FieldType.CHOICE, choices={"visit": Text("visit", "来访"), "phone": Text("phone", "来电")})
TEAMS = field("teams", FieldType.LIST, columns={"team": field("team", FieldType.DEPARTMENT)})
ITEMS = field(
    "items",
    FieldType.LIST,
    columns={"item": field("item", FieldType.TEXT), "score": field("score", FieldType.NUMBER)},
)


def parsed(one: Field | FieldType, raw: object, values: Mapping[str, Value] | None = None, **more: Any) -> Value:
    asked = one if isinstance(one, Field) else field("asked", one, **more)
    return parse_value(asked, raw, FACTS, values or {}, OPENED)


def refused(one: Field | FieldType, raw: object, values: Mapping[str, Value] | None = None, **more: Any) -> FieldFaulty:
    with pytest.raises(FieldFaulty) as fault:
        parsed(one, raw, values, **more)
    assert fault.value.text.en
    assert fault.value.text.zh
    return fault.value


# --- Texts --------------------------------------------------------------------------------------------------------


def test_a_text_is_stripped_and_keeps_its_line_breaks() -> None:
    assert parsed(FieldType.TEXT, " \u3000二楼漏水\r\n请尽快 \n") == "二楼漏水\r\n请尽快"


def test_a_text_has_1_to_10000_characters_after_stripping() -> None:
    assert parsed(FieldType.TEXT, "x" * 10_000 + "  ") == "x" * 10_000
    assert refused(FieldType.TEXT, "x" * 10_001).code == "too_long"
    for nothing in ("", "  \n", "\u3000"):
        assert refused(FieldType.TEXT, nothing).code == "empty"


@pytest.mark.parametrize("nothing", ["-", "——", "。", "/", "... ...", "※-", "？！", "-\n-"])
def test_punctuation_alone_says_nothing(nothing: str) -> None:
    for type_ in (FieldType.TEXT, FieldType.CONTACT):
        assert refused(type_, nothing).code == "empty"


@pytest.mark.parametrize("something", ["无", "√", "3", "- 无 -", "+86"])
def test_a_word_a_figure_and_a_tick_say_something(something: str) -> None:
    assert parsed(FieldType.TEXT, something) == something


def test_a_text_may_have_a_least_length() -> None:
    assert parsed(FieldType.TEXT, "已修复", min_length=3) == "已修复"
    fault = refused(FieldType.TEXT, " 好的 ", min_length=3)
    assert (fault.code, fault.text.en) == ("too_short", "at least 3 characters, these are 2")


@pytest.mark.parametrize("raw", ["a\0b", "a\ud800", "\udfff", "\ud83d\ude00"])
def test_what_cannot_be_stored_is_refused(raw: str) -> None:
    assert refused(FieldType.TEXT, raw).code == "unreadable"
    assert refused(FieldType.CONTACT, raw).code == "unreadable"
    refused(FieldType.TEXT, raw).text.en.encode()


def test_a_contact_has_at_most_500_characters() -> None:
    assert parsed(FieldType.CONTACT, "王女士 138") == "王女士 138"
    assert len(str(parsed(FieldType.CONTACT, "x" * 500))) == 500
    assert refused(FieldType.CONTACT, "x" * 501).text.en == "at most 500 characters, these are 501"


def test_title_and_place_have_at_most_200_characters_and_the_requester_is_a_contact() -> None:
    for name in ("title", "place"):
        assert parsed(BUILT_IN_FIELDS[name], "x" * 200) == "x" * 200
        assert refused(BUILT_IN_FIELDS[name], "x" * 201).code == "too_long"
    assert BUILT_IN_FIELDS["requester"].type is FieldType.CONTACT


# --- Numbers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (3, "3"),
        (0.1, "0.1"),
        (-2.50, "-2.5"),
        (1e3, "1000"),
        ("12.50", "12.5"),
        (" +7 ", "7"),
        ("-0", "0"),
        (-0.0, "0"),
        ("007", "7"),
        ("1.0000000000", "1"),
        (Decimal("4.20"), "4.2"),
        (999_999_999_999_999, "999999999999999"),
        ("999999999999999.999999", "999999999999999.999999"),
    ],
)
def test_a_number_is_read_exactly_and_written_one_way(raw: object, expected: str) -> None:
    value = parsed(FieldType.NUMBER, raw)
    assert isinstance(value, Decimal)
    assert str(value) == expected


def test_a_number_has_at_most_15_digits_before_the_point_and_6_after_it() -> None:
    whole = (10**15, -(10**15), 10**5000, 1e300, "1000000000000000", Decimal("1e999999"))
    small = (1e-300, 0.0000001, "0.0000001", Decimal("1e-999999"), Decimal("1." + "0" * 200 + "1"))
    for raw in (*whole, *small):
        fault = refused(FieldType.NUMBER, raw)
        assert (fault.code, fault.text.en) == ("out_of_range", "at most 15 digits before the point and 6 after it")


def test_money_has_two_digits_after_the_point() -> None:
    assert parsed(FieldType.MONEY, 12.5) == Decimal("12.5")
    assert parsed(FieldType.MONEY, "12.500") == Decimal("12.5")
    assert refused(FieldType.MONEY, "12.505").text.en == "at most 15 digits before the point and 2 after it"


def test_what_is_no_number_is_refused() -> None:
    endless = (float("nan"), float("inf"), float("-inf"), Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"))
    for raw in (*endless, "NaN", "1e5", "1,000", "0x10", "１２", "1_000", "", "twelve", "--1", "1.", ".5"):
        fault = refused(FieldType.NUMBER, raw)
        assert fault.code == "unreadable"
        assert "write it like 12.5" in fault.text.en


def test_yes_and_no_are_no_numbers() -> None:
    for raw in (True, False):
        assert refused(FieldType.NUMBER, raw).text.en == "write a number; this is true or false"


def test_bounds_of_a_number_belong_to_it() -> None:
    bounds: dict[str, Any] = {"min": Decimal(1), "max": Decimal("2.5")}
    assert parsed(FieldType.NUMBER, 1, **bounds) == 1
    assert parsed(FieldType.PERCENT, "2.50", **bounds) == Decimal("2.5")
    assert refused(FieldType.NUMBER, 0.9, **bounds).text.en == "at least 1, not 0.9"
    assert refused(FieldType.NUMBER, 2.6, **bounds).text.en == "at most 2.5, not 2.6"


# --- Words --------------------------------------------------------------------------------------------------------


def test_only_true_and_false_are_yes_and_no() -> None:
    assert parsed(FieldType.YES_NO, True) is True
    assert parsed(FieldType.YES_NO, False) is False
    for raw in (1, 0, "true", "yes", "是", None, 1.0):
        assert "true or false" in refused(FieldType.YES_NO, raw).text.en


def test_a_choice_is_one_of_its_words() -> None:
    assert parsed(CHANNEL, "phone") == "phone"
    fault = refused(CHANNEL, "来电")
    assert fault.code == "unknown"
    assert fault.text.en == "“来电” is not a choice; accepted: visit, phone"


def test_people_and_departments_must_exist() -> None:
    assert parsed(FieldType.PERSON, "ann") == "ann"
    assert parsed(FieldType.DEPARTMENT, "shop") == "shop"
    assert refused(FieldType.PERSON, "zed").text.en == "there is no person “zed”; write the id of one"
    assert refused(FieldType.DEPARTMENT, "zed").text.en == "“zed” is not a department; accepted: property, shop"


def test_where_a_site_has_no_departments_it_is_said_who_adds_them() -> None:
    """A schedule meets it at a new site, and nobody is there who could choose another one."""
    with pytest.raises(FieldFaulty, match="the site has no departments; whoever runs the installation adds them"):
        parse_value(field("team", FieldType.DEPARTMENT), "shop", replace(FACTS, departments=frozenset()), {}, OPENED)


def test_a_ticket_may_be_of_the_named_workflow_or_of_its_family() -> None:
    assert parsed(FieldType.TICKET, "KF-1") == "KF-1"
    assert parsed(FieldType.TICKET, "KF-1", workflow="complaint") == "KF-1"
    assert parsed(FieldType.TICKET, "KF-1", workflow="complaint-normal") == "KF-1"
    assert (
        refused(FieldType.TICKET, "WX-1", workflow="complaint").text.en
        == "ticket WX-1 is of repair; accepted: one of complaint"
    )
    assert refused(FieldType.TICKET, "KF-9").code == "unknown"


def test_a_ticket_may_have_to_be_in_certain_states() -> None:
    assert parsed(FieldType.TICKET, "WX-1", in_states=("closed", "declined")) == "WX-1"
    fault = refused(FieldType.TICKET, "KF-1", in_states=("closed", "declined"))
    assert fault.text.en == "ticket KF-1 is handling; accepted: one that is closed or declined"


# --- Dates --------------------------------------------------------------------------------------------------------


def test_a_date_is_written_one_way() -> None:
    assert parsed(FieldType.DATE, " 2026-02-28 ") == dt.date(2026, 2, 28)
    for raw in (
        "2026-02-30",
        "2026-2-8",
        "20260228",
        "2026-W09-6",
        "28.02.2026",
        "2026-02-28T10:00",
        "２０２６-02-28",
        "tomorrow",
        "",
    ):
        fault = refused(FieldType.DATE, raw)
        assert (fault.code, "2026-05-01" in fault.text.en) == ("unreadable", True)


def test_a_date_with_a_time_is_kept_in_utc() -> None:
    noon = dt.datetime(2026, 5, 1, 4, 0, tzinfo=dt.UTC)
    for raw in (
        "2026-05-01T12:00+08:00",
        "2026-05-01 12:00:00+08:00",
        "2026-05-01T04:00Z",
        "2026-05-01T04:00:00.000000Z",
    ):
        value = parsed(FieldType.DATETIME, raw)
        assert value == noon
        assert isinstance(value, dt.datetime)
        assert value.tzinfo is dt.UTC


def test_a_time_without_an_offset_is_refused_with_the_way_to_write_it() -> None:
    fault = refused(FieldType.DATETIME, "2026-05-01T12:00")
    assert fault.text.en.endswith("write the offset behind it: 2026-05-01T12:00+08:00")


@pytest.mark.parametrize(
    "raw",
    [
        "2026-05-01",
        "2026-05-01T24:30Z",
        "2026-05-01T12:00+25:00",
        "2026-05-01T12Z",
        "2026-05-01T12:00:60Z",
        "2026-13-01T12:00Z",
        "now",
        "",
    ],
)
def test_what_is_no_time_is_refused(raw: str) -> None:
    assert "2026-05-01T17:30+08:00" in refused(FieldType.DATETIME, raw).text.en


def test_dates_outside_the_years_that_can_be_counted_from_are_refused() -> None:
    assert parsed(FieldType.DATE, "1990-01-01") == dt.date(1990, 1, 1)
    assert parsed(FieldType.DATE, "2099-12-31") == dt.date(2099, 12, 31)
    for raw in ("1989-12-31", "2100-01-01", "0001-01-01", "9999-12-31"):
        assert refused(FieldType.DATE, raw).code == "out_of_range"
        assert refused(FieldType.DATETIME, f"{raw}T00:00+14:00").code == "out_of_range"
    assert refused(FieldType.DATETIME, "9999-12-31T23:59-14:00").code == "out_of_range"


# --- Bounds that are moments --------------------------------------------------------------------------------------

WITHIN_60_DAYS = Moment("after", "opened", parse_duration("60 days"))


def test_a_time_may_be_as_late_as_its_bound_and_no_later() -> None:
    assert parsed(FieldType.DATETIME, "2026-07-05T10:00+08:00", max=WITHIN_60_DAYS) == local("2026-07-05 10:00")
    fault = refused(FieldType.DATETIME, "2026-07-05T10:01+08:00", max=WITHIN_60_DAYS)
    assert (fault.code, fault.text.en) == ("out_of_range", "at the latest 2026-07-05T10:00+08:00")


def test_a_date_may_be_the_day_in_which_its_bound_falls() -> None:
    assert parsed(FieldType.DATE, "2026-07-05", max=WITHIN_60_DAYS) == dt.date(2026, 7, 5)
    assert refused(FieldType.DATE, "2026-07-06", max=WITHIN_60_DAYS).text.en == "at the latest 2026-07-05"


def test_a_bound_that_is_a_date_is_the_whole_day() -> None:
    start = {"start": dt.date(2026, 6, 1)}
    until, since = {"max": Moment("field", "start")}, {"min": Moment("field", "start")}
    assert parsed(FieldType.DATE, "2026-06-01", start, **until) == dt.date(2026, 6, 1)
    assert refused(FieldType.DATE, "2026-06-02", start, **until).text.en == "at the latest 2026-06-01"
    assert parsed(FieldType.DATETIME, "2026-06-01T23:59+08:00", start, **until)
    refused(FieldType.DATETIME, "2026-06-02T00:01+08:00", start, **until)
    assert parsed(FieldType.DATE, "2026-06-01", start, **since) == dt.date(2026, 6, 1)
    assert refused(FieldType.DATE, "2026-05-31", start, **since).text.en == "at the earliest 2026-06-01"
    assert parsed(FieldType.DATETIME, "2026-06-01T00:00+08:00", start, **since)
    refused(FieldType.DATETIME, "2026-05-31T23:59+08:00", start, **since)


def test_days_before_a_date_are_a_date_again() -> None:
    start = {"start": dt.date(2026, 6, 10)}
    latest = {"max": Moment("before", "start", parse_duration("3 days"))}
    assert parsed(FieldType.DATE, "2026-06-07", start, **latest) == dt.date(2026, 6, 7)
    assert refused(FieldType.DATE, "2026-06-08", start, **latest).text.en == "at the latest 2026-06-07"


def test_working_days_are_counted_by_the_calendar() -> None:
    latest: dict[str, Any] = {"max": Moment("after", "opened", parse_duration("3 working days"))}
    make_up_saturday = "2026-05-09"
    assert parsed(FieldType.DATE, make_up_saturday, **latest) == dt.date(2026, 5, 9)
    assert refused(FieldType.DATE, "2026-05-10", **latest).text.en == "at the latest 2026-05-09"


def test_a_bound_whose_field_is_empty_binds_nothing() -> None:
    assert parsed(FieldType.DATE, "2099-01-01", max=Moment("field", "start")) == dt.date(2099, 1, 1)


# --- Lists --------------------------------------------------------------------------------------------------------


def test_rows_of_one_column_are_written_as_values_or_as_objects() -> None:
    expected = ({"team": "shop"}, {"team": "property"})
    assert parsed(TEAMS, ["shop", "property"]) == expected
    assert parsed(TEAMS, [{"team": "shop"}, "property"]) == expected


def test_a_row_of_several_columns_has_each_of_them() -> None:
    assert parsed(ITEMS, [{"item": " a ", "score": "7.0"}]) == ({"item": "a", "score": Decimal(7)},)
    assert refused(ITEMS, [{"item": "a"}]).text.en == "row 1: a row has exactly item, score, this one has “item”"
    assert refused(ITEMS, ["a"]).text.en == "row 1: write an object with item, score; this is text"


def test_a_list_has_1_to_200_rows() -> None:
    numbers = field("numbers", FieldType.LIST, columns={"number": field("number", FieldType.NUMBER)})
    assert len(parsed(numbers, list(range(200)))) == 200  # type: ignore[arg-type]
    for raw in ([], list(range(201))):
        assert refused(numbers, raw).code == "out_of_range"


def test_a_row_that_repeats_another_is_refused() -> None:
    fault = refused(TEAMS, ["shop", "property", {"team": "shop"}])
    assert (fault.code, fault.text.en) == ("repeated", "row 3 repeats row 1; name each once")


def test_a_fault_in_a_row_names_the_row() -> None:
    fault = refused(TEAMS, ["shop", "zed"])
    assert (fault.code, fault.text.en) == ("unknown", "row 2: “zed” is not a department; accepted: property, shop")


# --- Hostile input ------------------------------------------------------------------------------------------------

EVERY_FIELD = (
    *(field(f"{one.value}_field", one) for one in FieldType if one not in (FieldType.LIST, FieldType.CHOICE)),
    CHANNEL,
    TEAMS,
    ITEMS,
    *BUILT_IN_FIELDS.values(),
)

HOSTILE = [
    None,
    True,
    float("nan"),
    float("inf"),
    10**6000,
    -1,
    {},
    [],
    [[]],
    [[["shop"]]],
    [None],
    [{}],
    [{"team": {"team": "shop"}}],
    [{"team": "shop", "other": 1}],
    [{"\ud800\0": 1}],
    {"team": "shop"},
    "\0",
    "\ud800",
    "x" * 100_000,
    "9" * 100_000,
    b"bytes",
    object(),
    (1, 2),
    {"shop"},
]


@pytest.mark.parametrize("one", EVERY_FIELD, ids=lambda one: one.name)
def test_hostile_input_is_a_sentence_or_a_value_and_never_another_error(one: Field) -> None:
    for raw in HOSTILE:
        try:
            value = parsed(one, raw)
        except FieldFaulty as fault:
            sentence = fault.text.en + fault.text.zh
        else:
            sentence = json.dumps(to_json(value))
        sentence.encode()
        assert "\0" not in sentence


@pytest.mark.parametrize("one", EVERY_FIELD, ids=lambda one: one.name)
def test_null_is_never_a_value(one: Field) -> None:
    assert "this is nothing" in refused(one, None).text.en


def test_what_was_typed_is_shown_short() -> None:
    assert refused(CHANNEL, "x" * 100_000).text.en == f"“{'x' * 40}…” is not a choice; accepted: visit, phone"
    assert "“\\x00\\ud800”" in refused(FieldType.PERSON, "\0\ud800").text.en


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.sampled_from(EVERY_FIELD), JSON)
def test_any_json_is_a_value_that_is_stored_and_read_again_or_a_sentence(one: Field, raw: object) -> None:
    try:
        value = parsed(one, raw)
    except FieldFaulty as fault:
        fault.text.en.encode()
    else:
        assert from_json(one, json.loads(json.dumps(to_json(value)))) == value


# --- Storing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "value", "stored"),
    [
        (field("a", FieldType.NUMBER), Decimal("12.50"), "12.50"),
        (field("a", FieldType.MONEY), Decimal("999999999999999.99"), "999999999999999.99"),
        (field("a", FieldType.YES_NO), False, False),
        (field("a", FieldType.TEXT), "12.50", "12.50"),
        (field("a", FieldType.DATE), dt.date(2026, 5, 1), "2026-05-01"),
        (field("a", FieldType.DATETIME), local("2026-05-01 12:00"), "2026-05-01T04:00:00+00:00"),
        (
            field("a", FieldType.DATETIME),
            dt.datetime(2026, 5, 1, 4, 0, 0, 7, tzinfo=dt.UTC),
            "2026-05-01T04:00:00.000007+00:00",
        ),
        (ITEMS, ({"item": "x", "score": Decimal(7)},), [{"item": "x", "score": "7"}]),
    ],
)
def test_a_value_is_stored_and_read_again_without_loss(one: Field, value: Value, stored: object) -> None:
    assert to_json(value) == stored
    again = from_json(one, json.loads(json.dumps(stored)))
    assert again == value
    assert type(again) is type(value)
    assert str(again) == str(value)


def test_what_was_not_stored_by_such_a_field_is_not_read_as_one() -> None:
    for one, stored in (
        (field("a", FieldType.YES_NO), "true"),
        (field("a", FieldType.TEXT), True),
        (field("a", FieldType.DATE), 5),
    ):
        with pytest.raises(ValueError, match="no stored value of a"):
            from_json(one, stored)


# --- Following ----------------------------------------------------------------------------------------------------

FOLLOWING = lifecycle(
    fields=(
        field("head", FieldType.TEXT, follows=Follows("department", {"shop": "ann"})),
        CHANNEL,
        field("department", FieldType.DEPARTMENT, follows=Follows("channel", {"visit": "shop", "phone": "property"})),
    )
)


def test_a_field_follows_another_by_its_table() -> None:
    assert follow(FOLLOWING, {"channel": "phone"}) == {"department": "property"}
    assert follow(FOLLOWING, {"note": "x"}) == {}


def test_a_field_may_follow_one_that_follows() -> None:
    assert follow(FOLLOWING, {"channel": "visit"}) == {"department": "shop", "head": "ann"}


def test_what_is_typed_wins_and_is_followed_itself() -> None:
    assert follow(FOLLOWING, {"channel": "phone", "department": "shop"}) == {"head": "ann"}
    assert follow(FOLLOWING, {"channel": "visit", "head": "bob"}) == {"department": "shop"}


def test_a_value_that_the_table_does_not_have_leaves_the_field() -> None:
    assert follow(FOLLOWING, {"department": "leasing"}) == {}


def test_fields_that_follow_each_other_come_to_an_end() -> None:
    circle = lifecycle(
        fields=(
            field("a", FieldType.TEXT, follows=Follows("b", {"x": "y"})),
            field("b", FieldType.TEXT, follows=Follows("a", {"y": "x"})),
        )
    )
    assert follow(circle, {"a": "y"}) == {"b": "x"}
    assert follow(circle, {}) == {}


# --- Entries of registers, and files ------------------------------------------------------------------------------

TENANT = field("tenant", FieldType.REGISTER, register="tenants")
LETTERS = field(
    "letters", FieldType.LIST, columns={"to": TENANT, "letter": field("letter", FieldType.FILE), "of": TEAMS}
)
KNOWN = Facts(calendar=OFFICE, registers={"tenants": frozenset({"a15"})}, files=frozenset({"f-1"}))


@pytest.mark.parametrize(("one", "raw"), [(TENANT, "a15"), (field("photo", FieldType.FILE), "f-1")])
def test_an_entry_or_a_file_is_one_that_may_be_named(one: Field, raw: str) -> None:
    value = parse_value(one, raw, KNOWN, {}, OPENED)
    assert value == raw == from_json(one, json.loads(json.dumps(to_json(value))))
    for other in (f"{raw} ", raw.upper(), "", "b-2"):
        with pytest.raises(FieldFaulty) as fault:
            parse_value(one, other, KNOWN, {}, OPENED)
        assert fault.value.code == "unknown"
    for other in (1, True, [raw], {"key": raw}, None):
        with pytest.raises(FieldFaulty) as fault:
            parse_value(one, other, KNOWN, {}, OPENED)
        assert fault.value.code == "wrong_type"


def test_an_entry_of_another_register_is_none_of_this_one() -> None:
    template = field("template", FieldType.REGISTER, register="templates")
    with pytest.raises(FieldFaulty, match="no entry of templates that may be chosen here now"):
        parse_value(template, "a15", KNOWN, {}, OPENED)


def test_every_single_value_is_found_with_its_field() -> None:
    fields = {"letters": LETTERS, "tenant": TENANT}
    values: dict[str, Value] = {
        "tenant": "a15",
        "letters": ({"to": "a15", "letter": "f-1"}, {"to": "b-2"}),
        "letters.letter": "f-2",
        "title": "not of these fields",
    }
    assert [(name, one.type, value) for name, one, value in cells(fields, values)] == [
        ("tenant", FieldType.REGISTER, "a15"),
        ("letters.to", FieldType.REGISTER, "a15"),
        ("letters.letter", FieldType.FILE, "f-1"),
        ("letters.to", FieldType.REGISTER, "b-2"),
        ("letters.letter", FieldType.FILE, "f-2"),
    ]


def test_what_is_needed_may_be_a_file_or_an_entry() -> None:
    fields = (field("report", FieldType.FILE), TENANT)
    moves = (
        transition("begin", NEW, "open", may_fill=("report", "tenant")),
        transition("close", "open", "closed", need=("report", "tenant")),
    )
    story = Story(lifecycle(fields=fields, transitions=moves)).do("begin", "2026-05-06 10:00")
    refusal = story.try_to("close", "2026-05-06 11:00")
    assert isinstance(refusal, Refusal)
    assert [one.subject for one in refusal.blockers] == ["report", "tenant"]
