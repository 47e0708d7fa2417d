"""Lists and their rows: typed as objects, filled row by row, needed in every row, counted for each."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import ANN, OFFICE, Story, field, lifecycle, local, transition
from workflow.deciding import explain
from workflow.definition import NEW, FieldType, Text, Who
from workflow.history import replan
from workflow.ticket import Actor, Held, Refusal

LETTERS = field(
    "letters",
    FieldType.LIST,
    columns={
        "to": field("to", FieldType.CHOICE, choices={"bakery": Text("Bakery"), "tailor": Text("Tailor")}),
        "team": field("team", FieldType.DEPARTMENT),
        "signed_by": field("signed_by", FieldType.TEXT),
        "signed_on": field("signed_on", FieldType.DATE),
    },
)
MOVES = (
    transition("begin", NEW, "open", may_fill=("letters",)),
    transition("address", "open", None, fill=("letters",)),
    transition(
        "sign",
        "open",
        None,
        fill=("letters.signed_by",),
        may_fill=("letters.signed_on", "remark"),
        at_most=1,
    ),
    transition("correct", "open", None, may_fill=("letters.signed_on",), by=(Who("role", "head", "letters.team"),)),
    transition("file", "open", "closed", need=("letters", "letters.signed_on")),
)
DEFINITION = lifecycle(transitions=MOVES, fields=(LETTERS, field("remark", FieldType.TEXT)))
TWO = [{"to": "bakery", "team": "shop"}, {"to": "tailor", "team": "shop"}]
HEAD = Actor(id="bob", holds=frozenset({Held("head", "shop")}))


def begun(letters: object = TWO) -> Story:
    return Story(DEFINITION).do("begin", "2026-01-05 09:00", letters=letters)


def reasons(made: object) -> list[str]:
    assert isinstance(made, Refusal)
    return [one.text.en for one in made.blockers]


def sign(story: Story, row: int | None, **more: object) -> Story:
    return story.do("sign", "2026-01-05 10:00", row=row, **{"letters.signed_by": "Li", **more})


# --- Typing a list ------------------------------------------------------------------------------------------------


def test_columns_that_a_row_move_fills_may_be_left_out_and_the_others_must_not() -> None:
    assert begun().standing.fields["letters"] == tuple(TWO)
    whole = {"to": "bakery", "team": "shop", "signed_by": "Li", "signed_on": "2026-01-04"}
    assert begun([whole]).standing.fields["letters"] == ({**whole, "signed_on": dt.date(2026, 1, 4)},)
    told = reasons(Story(DEFINITION).try_to("begin", "2026-01-05 09:00", letters=[{"to": "bakery"}]))
    assert told == ["“letters”: row 1: a row has to, team and may have signed_by, signed_on, this one has “to”."]


def test_a_column_of_null_that_may_be_left_out_is_left_out() -> None:
    assert begun([{**TWO[0], "signed_by": None}]).standing.fields["letters"] == (TWO[0],)
    story = Story(DEFINITION)
    told = reasons(story.try_to("begin", "2026-01-05 09:00", letters=[{"to": None, "team": "shop"}]))
    assert told == ["“letters”: row 1: write a choice as text: bakery, tailor; this is nothing."]


# --- One row ------------------------------------------------------------------------------------------------------


def test_a_row_move_writes_its_row_and_says_which_it_was() -> None:
    story = sign(begun(), 2, remark="by hand")
    assert story.standing.fields["letters"] == (TWO[0], {**TWO[1], "signed_by": "Li"})
    assert story.standing.fields["remark"] == "by hand"
    assert story.decisions[-1].entry.row == 2
    assert story.decisions[-1].entry.filled["letters"] == story.standing.fields["letters"]


def test_a_row_that_is_not_named_or_not_there_is_refused_with_the_rows() -> None:
    story = begun()
    cell = {"letters.signed_by": "Li"}
    for row, said in (
        (None, "Say in “row” which row of “letters” is meant: 1 to 2."),
        (0, "“letters” has no row 0; there are: 1 to 2."),
        (3, "“letters” has no row 3; there are: 1 to 2."),
    ):
        assert reasons(story.try_to("sign", "2026-01-05 10:00", row=row, **cell)) == [said]
    none = Story(DEFINITION).do("begin", "2026-01-05 09:00")
    assert reasons(none.try_to("sign", "2026-01-05 10:00", row=1, **cell)) == ["“letters” has no rows yet."]


def test_a_move_about_the_whole_ticket_takes_no_row() -> None:
    assert begun().refused("address", "2026-01-05 10:00", row=1, letters=TWO) == ["row"]


def test_what_is_wrong_with_a_cell_is_told_together_with_the_rest() -> None:
    more = {"letters.signed_on": "soon", "letters.to": "bakery"}
    assert begun().refused("sign", "2026-01-05 10:00", **more) == ["row", "unreadable", "field_not_asked", "fill"]


def test_who_may_is_asked_of_the_row() -> None:
    story = begun([TWO[0], {"to": "tailor", "team": "depot"}])
    cell = {"letters.signed_on": "2026-01-04"}
    assert story.refused("correct", "2026-01-05 10:00", row=1, **cell) == ["not_allowed"]
    assert story.refused("correct", "2026-01-05 10:00", HEAD, row=2, **cell) == ["not_allowed"]
    assert left(story, "correct", HEAD) == ((1,), [])
    story.do("correct", "2026-01-05 10:00", HEAD, row=1, **cell)


# --- How often ----------------------------------------------------------------------------------------------------


def test_at_most_counts_for_each_row() -> None:
    story = sign(sign(begun(), 1), 2)
    assert story.refused("sign", "2026-01-05 11:00", row=1, **{"letters.signed_by": "Wu"}) == ["at_most"]
    assert story.standing.made["sign"].count == 2
    assert story.standing.made["sign"].rows == {1: 1, 2: 1}


def test_typing_the_list_anew_counts_its_rows_anew() -> None:
    story = sign(begun(), 1).do("address", "2026-01-05 11:00", letters=TWO)
    assert story.standing.made["sign"].count == 1
    sign(story, 1)
    assert story.standing.made["sign"].rows == {1: 1}


def left(story: Story, name: str, actor: Actor = ANN) -> tuple[tuple[int, ...] | None, list[str]]:
    at = local("2026-01-05 12:00")
    possible = explain(story.definition, story.standing, actor, story.facts, at)
    found = next(one for one in possible if one.transition.name == name)
    return found.rows, [one.code for one in found.blockers]


def test_what_may_be_done_says_which_rows_are_left() -> None:
    story = begun()
    assert left(story, "address") == (None, [])
    assert left(story, "sign") == ((1, 2), [])
    assert left(sign(story, 1), "sign") == ((2,), [])
    assert left(sign(story, 2), "sign") == ((), ["at_most"])
    assert left(story, "correct") == ((), ["not_allowed"])
    assert left(story, "correct", HEAD) == ((1, 2), [])
    assert left(Story(DEFINITION).do("begin", "2026-01-05 09:00"), "sign") == ((), ["row"])


def test_a_needed_column_is_needed_in_every_row() -> None:
    story = sign(begun(), 1, **{"letters.signed_on": "2026-01-05"})
    assert story.refused("file", "2026-01-05 11:00") == ["need"]
    sign(story, 2, **{"letters.signed_on": "2026-01-05"}).do("file", "2026-01-05 11:00")
    assert Story(DEFINITION).do("begin", "2026-01-05 09:00").refused("file", "2026-01-05 10:00") == ["need"]


# --- Whatever is done ---------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("address"), st.integers(1, 4)),
        st.tuples(st.sampled_from(["sign", "correct"]), st.integers(0, 5)),
    ),
    max_size=12,
)


@settings(deadline=None, derandomize=True, database=None, max_examples=120)
@given(steps=STEPS)
def test_rows_come_out_as_they_were_written_and_the_history_tells_them_again(steps: list[tuple[str, int]]) -> None:
    story = Story(DEFINITION).do("begin", "2026-01-05 09:00")
    expected: list[dict[str, object]] = []
    signed: set[int] = set()
    for number, (name, row) in enumerate(steps):
        if name == "address":
            rows = [{"to": "bakery", "team": "shop", "signed_by": f"{number}-{one}"} for one in range(row)]
            story.do("address", "2026-01-05 10:00", letters=rows)
            expected, signed = [dict(one) for one in rows], set()
            continue
        cells: dict[str, object] = {"letters.signed_on": "2026-01-04"}
        cells |= {"letters.signed_by": f"by {number}"} if name == "sign" else {}
        made = story.try_to(name, "2026-01-05 10:00", HEAD, row, **cells)
        there = 1 <= row <= len(expected)
        assert isinstance(made, Refusal) is not (there and not (name == "sign" and row in signed))
        if not isinstance(made, Refusal):
            story.do(name, "2026-01-05 10:00", HEAD, row, **cells)
            signed |= {row} if name == "sign" else set()
            expected[row - 1] |= {"signed_on": dt.date(2026, 1, 4)}
            expected[row - 1] |= {"signed_by": f"by {number}"} if name == "sign" else {}
    assert list(story.standing.fields.get("letters", ())) == expected  # type: ignore[call-overload]
    if steps:
        entries = [one.entry for one in story.decisions]
        definitions, calendars = {DEFINITION.revision: DEFINITION}, {OFFICE.revision: OFFICE}
        assert replan(entries, definitions, calendars, number="T-1", site="mall") == story.standing
