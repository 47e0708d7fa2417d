from __future__ import annotations

import json

from tests.builders import ANN, Story, deadline, late, lifecycle, local, reminder, soon, transition
from workflow.definition import NEW, Effects, Text, Who
from workflow.notices import Item, MootBy, Told, items_of
from workflow.ticket import Actor, Addressee, Held

BOB = Actor(id="bob", name="Bob")
ASSIGNEE = (Who("word", "assignee"),)

MOVES = (
    transition(
        "begin", NEW, "open", effects=Effects(notify=(Who("role", "boss"), Who("role", "desk")), ask_for="finish")
    ),
    transition("wait", "open", "waiting"),
    transition("go_on", "waiting", "open", by=(Who("word", "clock"), Who("word", "anyone"))),
    transition("finish", "open waiting", "closed", effects=Effects(notify=(Who("role", "desk"),))),
)
HALF_HOUR = deadline(
    "answer", soon("10 minutes"), late(), late(1, by="30 minutes", ask_for="finish"), since="begin", until="finish",
    within="30 minutes",
)  # fmt: skip


def holders(addressee: Addressee) -> tuple[Told, ...]:
    """Ben is the boss; Ann and Bob are at the desk."""
    people = {"boss": ["ben"], "desk": ["ann", "bob"]}.get(addressee.role or "", [])
    return tuple(Told(person=one, why=addressee.why, held=Held(addressee.role or "")) for one in people)


def settled(story: Story, since: int) -> dict[str, list[Item]]:
    """What the decisions of a story from number `since` on tell each person."""
    return {person: list(items) for person, items in items_of(story.decisions[since:], holders).items()}


def opened(*parts: object) -> Story:
    return Story(lifecycle(*parts, transitions=MOVES)).do("begin", "2026-03-02 10:00")


def test_each_person_gets_what_concerns_him_in_the_order_in_which_it_happened():
    story = opened(HALF_HOUR).wait("2026-03-02 10:45")

    told = settled(story, 0)

    assert [(item.kind, item.level) for item in told["ben"]] == [("move", ""), ("level", "soon 1"), ("level", "late 1")]
    assert [(item.kind, item.level) for item in told["bob"]] == [("move", "")]


def test_who_made_a_move_is_told_of_it_only_if_something_is_asked_of_him():
    story = opened(HALF_HOUR)

    assert [item.ask_for for item in settled(story, 0)["ann"]] == ["finish"]

    story.do("finish", "2026-03-02 10:05", BOB)

    assert "bob" not in settled(story, 1)
    assert "ann" in settled(story, 1)


def test_a_soon_is_moot_once_the_same_clock_is_late_in_the_same_settling():
    told = settled(opened(HALF_HOUR).wait("2026-03-02 10:45"), 1)["ben"]

    assert told[0].moot_by == MootBy(kind="level", name="late 1", at=local("2026-03-02 10:30"))
    assert told[1].moot_by is None


def test_a_soon_that_was_told_in_time_is_not_moot():
    story = opened(HALF_HOUR).wait("2026-03-02 10:20")

    assert [item.moot_by for item in settled(story, 1)["ben"]] == [None]


def test_levels_are_moot_by_the_move_that_ended_their_clock_in_the_same_settling():
    story = opened(HALF_HOUR).do("finish", "2026-03-02 11:10", BOB)
    done = MootBy(kind="move", name="finish", at=local("2026-03-02 11:10"), actor="bob")

    assert [(item.level, item.moot_by) for item in settled(story, 1)["ben"]] == [
        ("soon 1", done),
        ("late 1", done),
        ("late 2", done),
    ]


def test_what_cannot_be_done_any_more_is_not_asked_for():
    story = opened(HALF_HOUR).wait("2026-03-02 11:05")

    assert settled(story, 1)["ben"][-1].ask_for == "finish"

    story = opened(HALF_HOUR).do("finish", "2026-03-02 11:10", BOB)

    assert settled(story, 1)["ben"][-1].ask_for is None


def test_a_level_of_a_clock_that_goes_on_is_not_moot_by_a_move():
    story = opened(HALF_HOUR).do("wait", "2026-03-02 10:40", BOB)

    assert settled(story, 1)["ben"][-1].moot_by is None


def test_a_reminder_is_moot_by_a_move_out_of_its_states():
    story = opened(reminder("nudge", states="open", after="1 hour")).do("wait", "2026-03-02 12:00", BOB)

    assert settled(story, 1)["ben"][0].moot_by == MootBy(
        kind="move", name="wait", at=local("2026-03-02 12:00"), actor="bob"
    )


def test_a_reminder_is_not_moot_by_the_move_that_it_makes_itself():
    moving = reminder("waited", states="waiting", since=("wait",), after="1 hour", move="go_on")
    story = opened(moving).do("wait", "2026-03-02 10:05").wait("2026-03-02 11:30")

    told = settled(story, 2)["ben"]

    assert [(item.kind, item.moot_by) for item in told] == [("reminder", None)]
    assert story.ticket is not None
    assert story.ticket.state == "open"


def test_an_item_is_the_same_after_being_stored():
    story = opened(HALF_HOUR).do("finish", "2026-03-02 11:10", BOB)
    told = Told(
        person="ben",
        why="head of x",
        held=Held("manager"),
        vacant=Held("head", "repairs"),
        instead_of="li",
        absent="wu",
    )
    full = Item(
        about="level", sequence=3, position=1, kind="level", name="answer", at=local("2026-03-02 10:30"), told=told,
        run=2, level="late 1", due_at=local("2026-03-02 10:30"), limit_at=local("2026-03-02 10:30"), actor="ann",
        source="open", target="closed", ask_for="finish", say=Text("Now!", "快！"), skipped=3,
        moot_by=MootBy(kind="move", name="finish", at=local("2026-03-02 11:10"), actor=None),
    )  # fmt: skip

    for item in [full, *settled(story, 0)["ben"]]:
        stored = json.loads(json.dumps(item.to_json()))
        assert Item.from_json(stored, item.told.person) == item


def test_an_item_holds_no_value_of_a_field_and_no_name_of_a_person():
    story = Story(lifecycle(HALF_HOUR)).do("begin", "2026-03-02 10:00", ANN, note="Mrs Gao, 138 0013 8000")
    story.wait("2026-03-02 10:45")

    stored = json.dumps([item.to_json() for items in settled(story, 0).values() for item in items])

    assert "late 1" in stored
    assert "Gao" not in stored
