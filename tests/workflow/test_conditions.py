"""Conditions: what may be written, what is said about the rest, and when one holds."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import field as field_of
from workflow.condition_types import check_condition
from workflow.conditions import DEEPEST, LONGEST, RESERVED, ConditionFaulty, parse_condition
from workflow.definition import FieldType, Text

# --- Asking -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """A ticket as a condition sees it."""

    values: Mapping[str, object] = field(default_factory=dict)
    moves: Mapping[str, int] = field(default_factory=dict)
    open_links: frozenset[str] = frozenset()

    def value(self, name: str) -> object:
        return self.values.get(name)

    def made(self, transition: str) -> int:
        return self.moves.get(transition, 0)

    def is_open(self, name: str) -> bool:
        return name in self.open_links

    def total(self, of: str, made: str) -> object:
        return self.values.get(f"{of} {made}")


def holds(text: str, **values: object) -> bool:
    return parse_condition(text).holds(Seen(values))


def test_a_bare_name_holds_when_the_field_says_yes() -> None:
    assert holds("guide_checked", guide_checked=True)
    assert not holds("guide_checked", guide_checked=False)
    assert not holds("guide_checked")


def test_the_word_after_is_is_the_choice_and_never_a_field() -> None:
    assert holds("category is goods", category="goods", goods="other")
    assert not holds("category is goods", category="other", goods="other")
    assert holds("category is shop-assistant", category="shop-assistant")
    assert holds('category is "open"', category="open")


def test_is_compares_numbers_by_worth_and_text_letter_by_letter() -> None:
    assert holds("size is 5", size=Decimal("5.00"))
    assert not holds("size is 5", size="5")
    assert not holds('place is "5"', place=Decimal(5))
    assert holds("place is '东门 \"B\"'", place='东门 "B"')
    assert not holds("urgent is 1", urgent=True)


def test_same_as_compares_two_fields_and_two_empty_ones_are_not_the_same() -> None:
    assert holds("shown is same as issued", shown="K-17", issued="K-17")
    assert not holds("shown is same as issued", shown="K-17", issued="K-18")
    assert not holds("shown is same as issued", issued="K-18")
    assert not holds("shown is same as issued")
    assert holds("not shown is same as issued", shown="same")


def test_and_binds_more_closely_than_or_and_not_reaches_over_one_comparison() -> None:
    assert holds("a or b and c", a=True)
    assert not holds("(a or b) and c", a=True)
    assert not holds("not a or b", a=True)
    assert holds("not a or b", a=True, b=True)
    assert holds("not category is goods", category="other")
    assert not holds("not (a and b)", a=True, b=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("size < 3", False),
        ("size <= 3", True),
        ("size > 3", False),
        ("size >= 3", True),
        ("2 < size", True),
        ("size < -1", False),
    ],
)
def test_numbers_are_compared(text: str, expected: bool) -> None:
    assert holds(text, size=Decimal(3)) is expected


def test_dates_are_compared_with_dates_and_instants_with_instants() -> None:
    first, second = dt.date(2026, 5, 1), dt.date(2026, 5, 2)
    noon, later = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC), dt.datetime(2026, 5, 1, 13, tzinfo=dt.UTC)
    assert holds("start < end", start=first, end=second)
    assert holds("opened <= answered", opened=noon, answered=later)
    assert not holds("start <= answered", start=first, answered=later)
    assert not holds("answered <= start", start=first, answered=later)


@pytest.mark.parametrize("text", ["size < 3", "size >= 3", "3 > size", "size <= other", "other is 3", "size is word"])
def test_a_comparison_with_an_empty_value_is_false(text: str) -> None:
    assert not holds(text, other=Decimal(1))


def test_filled_is_neither_missing_nor_an_empty_list() -> None:
    assert holds("note is filled", note="x")
    assert holds("urgent is filled", urgent=False)
    assert holds("size is filled", size=Decimal(0))
    assert not holds("note is filled")
    assert not holds("rows is filled", rows=())


def test_made_counts_transitions_and_open_asks_the_linked_ticket() -> None:
    view = Seen(moves={"track": 2}, open_links=frozenset({"repeat_of"}))
    assert parse_condition("track was made").holds(view)
    assert not parse_condition("classify was made").holds(view)
    assert parse_condition("repeat_of is open").holds(view)
    assert not parse_condition("other is open").holds(view)


def test_a_total_is_what_is_known_of_other_tickets() -> None:
    assert holds("total(job-b.size, finish) >= 12.5", **{"job-b.size finish": Decimal("12.50")})
    assert holds("percent(total(job.size, finish), total(job.all, finish)) is 50", **SUMS)
    assert not holds("total(job.size, finish) >= 0")


SUMS = {"job.size finish": Decimal(1), "job.all finish": Decimal(2)}


def test_percent_is_exact_for_decimals_of_any_kind() -> None:
    assert holds("percent(returned, issued) is 70", returned=Decimal(7), issued=Decimal(10))
    assert holds("percent(returned, issued) >= 70", returned=Decimal("0.7"), issued=Decimal(1))
    assert not holds("percent(returned, issued) >= 70", returned=Decimal(699999), issued=Decimal(1000000))
    assert holds("percent(returned, 3) > 33.333333 and percent(returned, 3) < 33.333334", returned=Decimal(1))


@pytest.mark.parametrize(
    "values", [{}, {"returned": Decimal(1)}, {"issued": Decimal(5)}, {"returned": Decimal(1), "issued": Decimal(0)}]
)
def test_percent_of_nothing_is_empty_and_compares_as_such(values: dict[str, object]) -> None:
    assert not holds("percent(returned, issued) >= 0", **values)
    assert not holds("percent(returned, issued) < 1", **values)


def test_nobodys_decimal_context_changes_an_answer() -> None:
    with decimal.localcontext(decimal.Context(prec=1)):
        assert not holds("percent(returned, issued) >= 70", returned=Decimal(699), issued=Decimal(1000))


def test_a_value_of_another_kind_makes_a_comparison_false_and_no_error() -> None:
    for odd in ("text", True, (), dt.date(2026, 1, 1), object()):
        assert not holds("size < 3", size=odd)
        assert not holds("percent(size, 3) > 0", size=odd)
        assert not holds("size is 3", size=odd)


# --- The value ----------------------------------------------------------------------------------------------------


def test_a_condition_names_what_it_asks_about() -> None:
    condition = parse_condition(
        "a and not (b < 3 or percent(c, d) > due) or e is filled or f is open or g was made or h is x"
    )
    assert condition.names() == {"a", "b", "c", "d", "due", "e", "f", "h"}
    assert condition.transitions() == {"g"}


def test_conditions_are_equal_whatever_their_blanks_and_needless_brackets() -> None:
    one, other = parse_condition("a and b < 3"), parse_condition(" (a)\n  and ((b<3)) ")
    assert one == other
    assert hash(one) == hash(other)
    assert one != parse_condition("a and b < 4")
    assert str(other) == " (a)\n  and ((b<3)) "


def test_words_of_the_language_may_begin_a_longer_name() -> None:
    assert parse_condition("android and order or nothing and isolated").names() == {
        "android",
        "order",
        "nothing",
        "isolated",
    }


def test_every_reserved_word_is_refused_as_a_name() -> None:
    for word in RESERVED:
        with pytest.raises(ConditionFaulty):
            parse_condition(f"{word} is filled")


# --- What is no condition -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", 1, "missing"),
        ("   ", 1, "missing"),
        ("a and", 6, "a comparison is missing"),
        ("(a", 3, "`)` is missing"),
        ("a)", 2, "this bracket closes nothing"),
        ("a was", 6, "`made` is missing"),
        ("percent(a", 10, "`,` is missing"),
        ("5", 2, "`<`"),
        ("a a", 3, "`a` cannot stand here"),
        ("a and\n  b c", 11, "`c` cannot stand here"),
        ("a is not b", 6, "write `not` in front"),
        ("not not a", 5, "twice says nothing"),
        ("1 < a < 3", 7, "join two with `and`"),
        ("a = 3", 3, "write `is`"),
        ("a == 3", 3, "write `is`"),
        ("a != 3", 3, "write `not`"),
        ("a && b", 3, "write `and`"),
        ("a || b", 3, "write `or`"),
        ("a is ['x']", 6, "a is x or a is y"),
        ("a < 5%", 6, "as a number alone"),
        ("a + b < 3", 3, "no arithmetic"),
        ("a -3", 3, "no arithmetic"),
        ("a AND b", 3, "written small: `and`"),
        ("is filled", 1, "cannot be a name"),
        ("a is open-ended or a is made", 25, 'quoted: "made"'),
        ('a is "x', 6, "not closed"),
        ('a is "x\ny"', 6, "not closed"),
        ("a is “x”", 6, 'type `"`'),
        ("（a）", 1, "type `(`"),
        ("percent(a，b) > 1", 10, "type `,`"),
        ("a is b，or c", 7, "type `,`"),
        ("a ≥ 3", 3, "type `>=`"),
        ("a　is b", 2, "no ordinary blank"),
        ("类别 is goods", 1, "a to z"),
        ("a\0", 2, r"'\x00'"),
        ("a \ud800", 3, r"'\ud800'"),
        ("a < 1234567890123456", 5, "15 digits"),
        ("a < 0.1234567", 5, "15 digits"),
        ("a < ١", 5, "15 digits"),
        ('"x" < a', 1, "cannot stand here"),
        ("total(3) > 1", 7, "a name would be accepted"),
        ("total(job.size) > 1", 15, "`,` would be accepted"),
        ("a.b.c is filled", 4, "no meaning"),
        ("__import__('os')", 11, "cannot stand here"),
    ],
)
def test_what_is_no_condition_is_told_with_its_column(text: str, column: int, said: str) -> None:
    with pytest.raises(ConditionFaulty) as refused:
        parse_condition(text)
    assert refused.value.column == column
    assert said in refused.value.sentence
    assert refused.value.sentence_zh
    assert refused.value.text == text


def test_a_condition_has_at_most_500_characters() -> None:
    exactly = "a" + " " * (LONGEST - 1)
    assert parse_condition(exactly).names() == {"a"}
    with pytest.raises(ConditionFaulty, match="at most 500 characters, this one has 501"):
        parse_condition(exactly + " ")


def test_brackets_nest_20_deep_and_no_deeper() -> None:
    assert holds("(" * DEEPEST + "a" + ")" * DEEPEST, a=True)
    with pytest.raises(ConditionFaulty, match="more than 20 brackets") as refused:
        parse_condition("(" * 21 + "a" + ")" * 21)
    assert refused.value.column == 21
    with pytest.raises(ConditionFaulty):
        parse_condition("(" * LONGEST)


def test_the_longest_chains_are_read_and_asked() -> None:
    assert holds(" or ".join(["b"] * 99 + ["a"]), a=True)
    assert holds(" and ".join(["not b"] * 40))


WORDS = [*"ab1.<>=()\"', -，（\0\n", *(f" {word} " for word in sorted(RESERVED))]


@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join))
def test_any_text_is_a_condition_or_a_sentence(text: str) -> None:
    try:
        condition = parse_condition(text)
    except ConditionFaulty as refused:
        column = refused.column
    else:
        column = 1
        assert condition.holds(Seen()) in (True, False)
        assert parse_condition(condition.text) == condition
    assert 1 <= column <= len(text) + 1


# --- Whether it fits its definition -------------------------------------------------------------------------------

FIELDS = {
    one.name: one
    for one in (
        field_of(
            "category", FieldType.CHOICE, choices={"goods": Text("goods"), "open": Text("open"), "7": Text("seven")}
        ),
        field_of("urgent", FieldType.YES_NO),
        field_of("size", FieldType.NUMBER),
        field_of("cost", FieldType.MONEY),
        field_of("start", FieldType.DATE),
        field_of("answered", FieldType.DATETIME),
        field_of("note", FieldType.TEXT),
        field_of("handler", FieldType.PERSON),
        field_of("department", FieldType.DEPARTMENT),
        field_of("repeat_of", FieldType.TICKET),
        field_of("rows", FieldType.LIST, columns={"score": field_of("score", FieldType.NUMBER)}),
    )
}


def faults(
    text: str, *, roles: frozenset[str] | None = None, departments: frozenset[str] | None = None
) -> list[tuple[int, str]]:
    found = check_condition(parse_condition(text), FIELDS, {"classify", "track"}, roles=roles, departments=departments)
    assert all(fault.sentence_zh for fault in found)
    return [(fault.column, fault.sentence) for fault in found]


@pytest.mark.parametrize(
    "text",
    [
        "urgent and not urgent",
        "category is goods",
        'category is "open"',
        'category is "7"',
        "size < cost and 3 <= size and size is 3",
        "percent(size, cost) >= 70 and percent(size, 3) is 5 and round > 1",
        "start < start and answered <= opened and due > start and due is filled",
        'note is "x" and handler is "ann" and assignee is "ann" and receiver is "ann"',
        'place is "x" and requester is "x" and site is "mall" and title is "x"',
        "priority is urgent or priority is low",
        "accountable is anybody or department is anything",
        "repeat_of is open and repeat_of is filled and rows is filled and due is filled and title is filled",
        "classify was made and not track was made",
    ],
)
def test_what_fits_has_no_fault(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("urgentt", 1, "there is no field urgentt; did you mean urgent?"),
        ("not sizes < 3", 5, "did you mean size?"),
        ("percent(size, costs) > 1", 15, "did you mean cost?"),
        ("zzz is filled", 1, "there is no field zzz"),
        ("clasify was made", 1, "there is no transition clasify; did you mean classify?"),
        ("classify is filled", 1, "`classify was made`"),
        ("classify", 1, "`classify was made`"),
        ("note was made", 1, "only a transition is made"),
        ("category is godds", 13, "godds is not a choice of category; did you mean goods?"),
        ("category is zz", 13, "accepted: goods, open, 7"),
        ("category is 7", 13, "7 is not a choice of category"),
        ("category is open", 1, '`category is "open"`'),
        ("note is open", 1, "only a ticket can be open, note is a text"),
        ("priority is hgih", 13, "did you mean high?"),
        ("category", 1, "`category is goods`"),
        ("note", 1, "`note is filled`"),
        ("size", 1, "`size >= 1`"),
        ("priority", 1, "`priority is low`"),
        ("urgent is yes", 11, "write `urgent` or `not urgent`"),
        ("size is big", 9, "must be what follows `is`"),
        ('size is "3"', 9, "must be what follows `is`"),
        ("note is word", 9, '`note is "word"`'),
        ("handler is 5", 12, '`handler is "5"`'),
        ('start is "2026-05-01"', 10, "dates are compared with each other"),
        ("size is size", 9, "`size is same as size`"),
        ('repeat_of is "KF-1"', 14, "`repeat_of is open`"),
        ('rows is "x"', 9, "`rows is filled`"),
        ("note < 3", 1, "note is a text"),
        ("3 < category", 5, "category is a choice"),
        ("urgent < urgent", 1, "urgent is a yes or no"),
        ("start < answered", 7, "only like is compared with like"),
        ("start < 3", 7, "start is a date, 3 is a number"),
        ("1 < 2", 3, "name a field"),
        ("percent(note, size) > 1", 9, "percent takes two numbers, note is a text"),
        ("note is same as size", 17, "only like is compared with like"),
        ("urgent is same as urgent", 1, "two single values"),
        ("note is same as note", 17, "always the same as itself"),
        ("note is same as notes", 17, "did you mean note?"),
        ("rows.score < 3", 1, "not about score in a row of rows"),
    ],
)
def test_what_does_not_fit_is_told_with_its_column(text: str, column: int, said: str) -> None:
    found = faults(text)
    assert [at for at, _ in found][:1] == [column]
    assert said in found[0][1]


def test_every_fault_of_a_condition_is_told_in_the_order_of_its_text() -> None:
    assert [column for column, _ in faults("nope and category is x or size < note")] == [1, 22, 34]


def test_roles_and_departments_are_checked_where_they_are_known() -> None:
    roles, departments = frozenset({"service_centre"}), frozenset({"property"})
    assert (
        faults("accountable is service_centre and department is property", roles=roles, departments=departments) == []
    )
    assert faults("accountable is service_center", roles=roles) == [
        (16, "service_center is not a role of accountable; did you mean service_centre?")
    ]
    assert "accepted: property" in faults("department is shop", departments=departments)[0][1]


def test_the_built_ins_of_the_language_can_be_asked_about() -> None:
    people = ("assignee", "receiver", "requester", "accountable")
    for name in (*people, "due", "priority", "site", "place", "title", "opened", "round"):
        assert faults(f"{name} is filled") == []
