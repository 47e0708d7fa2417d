"""Deciding: a refusal carries every blocker, a decision all that changes, and explaining uses the same code."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.builders import ANN, ANYONE, FIELDS, Story, deadline, field, lifecycle, local, transition
from workflow.conditions import parse_condition
from workflow.deciding import explain, may_make
from workflow.definition import (
    NEW,
    Become,
    Check,
    Effects,
    FieldType,
    Follows,
    Moment,
    State,
    Text,
    Who,
)
from workflow.durations import parse_duration
from workflow.ticket import Actor, Held

DESK = (Who("role", "desk"),)
BOB = Actor(id="bob")


def codes(story: Story, actor: Actor = ANN, at: str = "2026-01-05 12:00") -> dict[str, list[str]]:
    """What stands against each transition, by its name."""
    assert story.ticket is not None
    found = explain(story.definition, story.ticket, actor, story.facts, local(at))
    named = [one.name for one in may_make(story.definition, story.ticket, actor, story.facts, local(at))]
    assert named == [one.transition.name for one in found if not one.blockers]
    return {one.transition.name: [blocker.code for blocker in one.blockers] for one in found}


def with_move(*moves: object) -> Story:
    begin = transition("begin", NEW, "open", may_fill=("note", "size", "due_on", "due_at"))
    stay = transition("write", "open waiting", None, may_fill=("note", "size", "urgent"))
    leave = transition("leave", "open", "waiting")
    close = transition("close", "waiting", "closed")
    return Story(lifecycle(transitions=(begin, stay, leave, close, *moves)))  # type: ignore[arg-type]


def test_a_refusal_names_every_reason_at_once() -> None:
    strict = transition(
        "strict",
        "waiting",
        "closed",
        by=DESK,
        fill=("note", "size"),
        need=("due_on",),
        checks=(Check(must=parse_condition("urgent"), text=Text("Only urgent ones")),),
    )
    story = with_move(strict).do("begin", "2026-01-05 10:00")
    refused = story.refused("strict", "2026-01-05 11:00", BOB, size="many", extra=1)
    assert refused == ["not_from_here", "not_allowed", "unreadable", "field_not_asked", "fill", "need", "check"]


def test_an_unknown_transition_is_refused_with_those_that_there_are() -> None:
    story = with_move().do("begin", "2026-01-05 10:00")
    assert story.refused("fly", "2026-01-05 11:00") == ["unknown_transition"]


def test_fill_is_fresh_at_every_move_and_need_may_have_been_filled_before() -> None:
    fresh = transition("fresh", "open", None, fill=("note",))
    filed = transition("filed", "open", None, need=("note",))
    story = with_move(fresh, filed).do("begin", "2026-01-05 10:00", note="typed at the opening")
    assert story.refused("fresh", "2026-01-05 11:00") == ["fill"]
    story.do("filed", "2026-01-05 11:00")


def test_a_check_binds_only_if_its_condition_holds_and_sees_what_is_typed_now() -> None:
    checked = transition(
        "checked",
        "open",
        None,
        may_fill=("urgent", "note"),
        checks=(Check(condition=parse_condition("urgent"), need=("note",)),),
    )
    story = with_move(checked).do("begin", "2026-01-05 10:00").do("checked", "2026-01-05 10:10", urgent=False)
    assert story.refused("checked", "2026-01-05 10:20", urgent=True) == ["need"]
    story.do("checked", "2026-01-05 10:20", urgent=True, note="because")


def test_who_may_and_who_of_them_may_not() -> None:
    second = transition("second", "open", None, by=ANYONE, not_by=(Who("did", "write"),))
    story = with_move(second).do("begin", "2026-01-05 10:00").do("write", "2026-01-05 10:05", note="x")
    assert story.refused("second", "2026-01-05 10:10") == ["not_by"]
    story.do("second", "2026-01-05 10:10", BOB)


def test_a_deputy_is_who_he_stands_for() -> None:
    mine = transition("mine", "open", None, by=(Who("word", "receiver"),))
    story = with_move(mine).do("begin", "2026-01-05 10:00")
    assert story.refused("mine", "2026-01-05 10:10", BOB) == ["not_allowed"]
    story.do("mine", "2026-01-05 10:10", Actor(id="bob", stands_for=frozenset({"ann"})))


def test_a_role_of_departments_is_that_of_the_department_in_its_field() -> None:
    fields = (*FIELDS, field("shop", FieldType.DEPARTMENT))
    moves = (
        transition("begin", NEW, "open", may_fill=("shop",)),
        transition("head_only", "open", None, by=(Who("role", "head", "shop"),)),
        transition("close", "open", "closed"),
    )
    story = Story(lifecycle(transitions=moves, fields=fields)).do("begin", "2026-01-05 10:00", shop="shop")
    other = Actor(id="bob", holds=frozenset({Held("head", "kitchen")}))
    assert story.refused("head_only", "2026-01-05 10:10", other) == ["not_allowed"]
    story.do("head_only", "2026-01-05 10:10", Actor(id="bob", holds=frozenset({Held("head", "shop")})))


def test_at_most_counts_over_the_tickets_life() -> None:
    once = transition("once", "open", None, at_most=1)
    story = with_move(once).do("begin", "2026-01-05 10:00").do("once", "2026-01-05 10:05")
    assert story.refused("once", "2026-01-05 10:10") == ["at_most"]


def test_not_before_is_the_start_of_the_local_day_of_a_date() -> None:
    early = transition("early", "open", None, not_before=Moment("before", "due_on", parse_duration("2 days")))
    story = with_move(early).do("begin", "2026-01-05 10:00", due_on="2026-01-10")
    assert story.refused("early", "2026-01-07 23:59") == ["not_before"]
    story.do("early", "2026-01-08 00:00")


def test_not_before_a_date_that_is_not_filled_is_refused() -> None:
    early = transition("early", "open", None, not_before=Moment("field", "due_on"))
    assert with_move(early).do("begin", "2026-01-05 10:00").refused("early", "2026-01-05 11:00") == ["not_before"]


def test_a_field_follows_from_a_table_unless_it_is_typed() -> None:
    kind = field("kind", FieldType.CHOICE, choices={"a": Text("a"), "b": Text("b")})
    place = field(
        "where", FieldType.CHOICE, choices={"x": Text("x"), "y": Text("y")}, follows=Follows("kind", {"a": "x"})
    )
    moves = (transition("begin", NEW, "open", may_fill=("kind", "where")), transition("close", "open", "closed"))
    definition = lifecycle(transitions=moves, fields=(kind, place))
    assert Story(definition).do("begin", "2026-01-05 10:00", kind="a").ticket.fields["where"] == "x"  # type: ignore[union-attr]
    typed = Story(definition).do("begin", "2026-01-05 10:00", kind="a", where="y").ticket
    assert typed is not None and typed.fields["where"] == "y"  # noqa: PT018
    unlisted = Story(definition).do("begin", "2026-01-05 10:00", kind="b").ticket
    assert unlisted is not None and "where" not in unlisted.fields  # noqa: PT018


def test_effects_set_assign_and_tell_in_this_order() -> None:
    boss = (Who("word", "assignee"),)
    moved = transition(
        "moved",
        "open",
        "waiting",
        effects=Effects(set={"priority": "high", "size": Decimal(3)}, assign=Who("word", "actor"), notify=boss),
    )
    story = with_move(moved).do("begin", "2026-01-05 10:00").do("moved", "2026-01-05 10:05", BOB)
    ticket = story.ticket
    assert ticket is not None
    assert (ticket.priority, ticket.fields["size"], ticket.assignee) == ("high", Decimal(3), "bob")
    assert story.decisions[-1].notices == (), "who made the move is not told of it"


def test_entering_a_state_has_its_effects_however_it_is_entered_and_staying_has_not() -> None:
    states = {
        name: State(name=name, text=Text(name), effects=Effects(notify=DESK) if name == "waiting" else Effects())
        for name in ("open", "waiting", "done")
    } | {"closed": State(name="closed", text=Text("closed"), end=True)}
    story = with_move().do("begin", "2026-01-05 10:00")
    definition = story.definition
    object.__setattr__(definition, "states", states)
    story.do("leave", "2026-01-05 10:05")
    assert [(one.about, one.to.role) for one in story.decisions[-1].notices] == [("state", "desk")]
    story.do("write", "2026-01-05 10:06", note="x")
    assert story.decisions[-1].notices == ()


def test_nothing_leaves_an_end() -> None:
    story = with_move().do("begin", "2026-01-05 10:00").do("leave", "2026-01-05 10:05").do("close", "2026-01-05 10:06")
    assert story.ticket is not None and story.ticket.ended_at == local("2026-01-05 10:06")  # noqa: PT018
    assert story.refused("write", "2026-01-05 10:07") == ["not_from_here"]


def test_explaining_answers_with_the_same_blockers_and_leaves_out_what_is_still_to_be_typed() -> None:
    needy = transition("needy", "open", "waiting", by=DESK, fill=("note",), need=("due_on",))
    story = with_move(needy).do("begin", "2026-01-05 10:00")
    found = codes(story, BOB)
    assert found["needy"] == ["not_allowed", "need"]
    assert found["leave"] == []
    assert found["close"] == ["not_from_here"]
    assert "begin" not in found


def test_a_class_never_becomes_a_lighter_one_or_itself() -> None:
    moves = (
        transition("begin", NEW, "open", become=None),
        transition("choose", "open", "open", fill=("note",), become=Become(field="note", table={"a": "a", "b": "b"})),
        transition("close", "open", "closed"),
    )
    head = lifecycle(
        deadline("d", since="open", until="close", within="1 day"), name="head", transitions=moves, family=("a", "b")
    )
    members = {
        name: lifecycle(name=name, transitions=moves, head="head", rank=rank)
        for rank, name in enumerate(("a", "b"), start=1)
    }
    story = Story(head, family=members).do("begin", "2026-01-05 10:00").do("choose", "2026-01-05 10:01", note="b")
    assert story.refused("choose", "2026-01-05 10:02", note="a") == ["not_graver"]
    assert story.refused("choose", "2026-01-05 10:02", note="b") == ["not_graver"]


def test_a_bound_may_name_a_field_that_is_typed_with_the_same_move() -> None:
    fields = (
        *FIELDS,
        field("until_on", FieldType.DATE, max=Moment("after", "due_on", parse_duration("2 days"))),
    )
    moves = (transition("begin", NEW, "open", may_fill=("until_on", "due_on")), transition("close", "open", "closed"))
    story = Story(lifecycle(transitions=moves, fields=fields))
    assert story.refused("begin", "2026-01-05 10:00", until_on="2026-01-20", due_on="2026-01-10") == ["out_of_range"]
    story.do("begin", "2026-01-05 10:00", until_on="2026-01-12", due_on="2026-01-10")


def test_an_opening_may_always_be_given_title_place_and_requester() -> None:
    story = with_move().do("begin", "2026-01-05 10:00", title="Leak", place="Hall", requester="Mr Li")
    assert story.ticket is not None
    assert dict(story.ticket.fields) == {"title": "Leak", "place": "Hall", "requester": "Mr Li"}
    assert story.refused("write", "2026-01-05 11:00", title="Other") == ["field_not_asked"]


def test_the_entry_says_what_was_filled_set_and_entered() -> None:
    story = with_move().do("begin", "2026-01-05 10:00", note="x")
    entry = story.decisions[0].entry
    assert (entry.sequence, entry.source, entry.target, entry.entered, entry.actor) == (1, "new", "open", True, "ann")
    assert (dict(entry.filled), entry.version) == ({"note": "x"}, 1)
    assert entry.at == dt.datetime(2026, 1, 5, 2, 0, tzinfo=dt.UTC)
