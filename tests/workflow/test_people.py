"""People in words: what may be written, who is meant by it, and who is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import field, lifecycle, local, transition
from workflow.definition import NEW, Definition, FieldType, State, Text, Who
from workflow.people import WORDS, WhoFaulty, addressees, may, parse_who, person_meant
from workflow.roles import Role, Scope
from workflow.ticket import CLOCK, Actor, Addressee, Held, Made, Ticket

ROLES = {
    name: Role(name=name, text=Text(name), scope=scope)
    for name, scope in {
        "desk": Scope.SITE,
        "boss": Scope.SITE,
        "auditor": Scope.GROUP,
        "head": Scope.DEPARTMENT,
        "staff": Scope.DEPARTMENT,
    }.items()
}

FIELDS = (
    field("department", FieldType.DEPARTMENT),
    field("items", FieldType.LIST, columns={"team": field("team", FieldType.DEPARTMENT)}),
    field("surveyors", FieldType.LIST, columns={"person": field("person", FieldType.PERSON)}),
    field("surveyor", FieldType.PERSON),
    field("note", FieldType.TEXT),
)

BY_FIELD = {one.name: one for one in FIELDS}

OPENED = local("2026-05-06 09:00")
TICKET = Ticket(number="T-1", workflow="job", state="open", opened=OPENED, at=OPENED, sequence=1)


def who(text: str) -> Who:
    return parse_who(text, roles=ROLES, fields=BY_FIELD, transitions={"receive", "track"})


def definition(*responsible: str, transitions: tuple[str, ...] = ()) -> Definition:
    """A definition whose accountable role is `desk`; `transitions` are who may make the moves from `open`."""
    moves = tuple(
        transition(f"move_{index}", source, "done", by=tuple(who(one) for one in by.split(", ")))
        for index, (source, by) in enumerate(one.split(": ") for one in transitions)
    )
    made = lifecycle(fields=FIELDS, transitions=(transition("begin", NEW, "open"), *moves))
    state = State(name="open", text=Text("open"), responsible=tuple(who(one) for one in responsible))
    return replace(made, states={**made.states, "open": state})


DEFINITION = definition()


def actor(name: str, *holds: str, stands_for: str = "") -> Actor:
    """`holds` are `role` or `role of department`."""
    held = (one.partition(" of ") for one in holds)
    return Actor(
        id=name,
        holds=frozenset(Held(role, department or None) for role, _, department in held),
        stands_for=frozenset(stands_for.split()),
    )


def allowed(text: str, one: Actor, ticket: Ticket = TICKET, made: Definition = DEFINITION) -> bool:
    return may((who(text),), one, ticket, made)


def told(text: str, ticket: Ticket = TICKET, made: Definition = DEFINITION, by: Actor = CLOCK) -> list[str]:
    """`role`, `role of department`, or `person, else role`; who is told of a move that `by` made."""
    lines = []
    for one in addressees(tuple(who(each) for each in text.split(", ")), ticket, made, by):
        role = f"{one.role} of {one.department}" if one.department else f"{one.role}"
        lines.append(f"{one.person}, else {role}" if one.person else role)
    return lines


# --- Written ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("desk", Who("role", "desk")),
        ("auditor", Who("role", "auditor")),
        ("head of department", Who("role", "head", "department")),
        ("  staff  of items.team ", Who("role", "staff", "items.team")),
        ("whoever did receive", Who("did", "receive")),
        ("surveyor", Who("field", "surveyor")),
        *((word, Who("word", word)) for word in WORDS),
    ],
)
def test_every_form_is_read_and_written_again(text: str, expected: Who) -> None:
    assert who(text) == expected
    assert who(str(expected)) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names nobody; accepted: a role, ROLE of FIELD"),
        ("desk and boss", "names nobody"),
        ("whoever did recieve", "there is no transition recieve; did you mean receive?"),
        ("whoever did", "names nobody"),
        ("dask", "there is no role or person field dask; did you mean desk?"),
        ("asignee", "did you mean assignee?"),
        ("surveyer", "did you mean surveyor?"),
        ("note", "there is no role or person field note"),
        ("head", "head is a role of departments; say of which one: head of department"),
        ("haed of department", "there is no role `haed` of departments; did you mean head of department?"),
        ("desk of department", "desk is a role of the site, not of its departments; write it alone"),
        ("head of departmnet", "did you mean department?"),
        ("head of note", "note is no field with a department"),
        ("head of surveyors.person", "surveyors.person is no field with a department"),
        ("head of items", "did you mean items.team?"),
    ],
)
def test_what_names_nobody_is_refused_with_what_would(text: str, said: str) -> None:
    with pytest.raises(WhoFaulty) as refused:
        who(text)
    assert said in refused.value.sentence
    assert refused.value.sentence_zh
    assert refused.value.text == text


def test_a_name_that_is_a_role_and_a_person_field_means_neither() -> None:
    with pytest.raises(WhoFaulty, match="rename the field"):
        parse_who("desk", roles=ROLES, fields={"desk": field("desk", FieldType.PERSON)}, transitions=())


# --- Who may ------------------------------------------------------------------------------------------------------


def test_a_role_is_whoever_holds_it_for_this_ticket() -> None:
    assert allowed("desk", actor("ann", "desk"))
    assert not allowed("desk", actor("ann", "boss"))
    assert not allowed("desk", actor("ann", "desk of shop"))


def test_a_role_of_a_department_follows_the_department_in_the_field() -> None:
    ticket = replace(TICKET, fields={"department": "shop"})
    assert allowed("head of department", actor("ann", "head of shop"), ticket)
    assert not allowed("head of department", actor("ann", "head of property"), ticket)
    assert not allowed("head of department", actor("ann", "desk"), ticket)


def test_while_the_department_is_empty_the_accountable_role_answers() -> None:
    assert allowed("head of department", actor("ann", "desk"))
    assert allowed("head of items.team", actor("ann", "desk"))
    assert not allowed("head of department", actor("ann", "head of shop"))
    assert allowed("head of department", actor("ann", "boss"), replace(TICKET, accountable="boss"))


def test_a_role_of_a_lists_column_is_that_of_any_row() -> None:
    ticket = replace(TICKET, fields={"items": ({"team": "shop"}, {"team": "property"})})
    assert allowed("head of items.team", actor("ann", "head of property"), ticket)
    assert not allowed("head of items.team", actor("ann", "head of leasing"), ticket)


def test_whoever_did_is_the_latest_who_did_or_who_stands_for_him() -> None:
    ticket = replace(TICKET, made={"receive": Made(count=2, by="ann")})
    assert allowed("whoever did receive", actor("ann"), ticket)
    assert allowed("whoever did receive", actor("bob", stands_for="cid ann"), ticket)
    assert not allowed("whoever did receive", actor("bob", "desk"), ticket)
    assert not allowed("whoever did track", actor("ann"), ticket)
    assert not allowed("whoever did receive", actor("ann"), replace(TICKET, made={"receive": Made(count=1, by=None)}))


@pytest.mark.parametrize(
    ("text", "ticket"),
    [
        ("assignee", replace(TICKET, assignee="ann")),
        ("receiver", replace(TICKET, receiver="ann")),
        ("surveyor", replace(TICKET, fields={"surveyor": "ann"})),
    ],
)
def test_people_of_the_ticket_are_themselves_or_their_deputies(text: str, ticket: Ticket) -> None:
    assert allowed(text, actor("ann"), ticket)
    assert allowed(text, actor("bob", stands_for="ann"), ticket)
    assert not allowed(text, actor("bob"), ticket)
    assert not allowed(text, actor("ann"))


def test_the_requester_is_outside_and_nobody_who_signs_in() -> None:
    assert not allowed("requester", actor("ann"), replace(TICKET, fields={"requester": "ann"}))


def test_accountable_is_the_tickets_role_before_the_definitions() -> None:
    assert allowed("accountable", actor("ann", "desk"))
    assert not allowed("accountable", actor("ann", "desk"), replace(TICKET, accountable="boss"))
    assert allowed("accountable", actor("ann", "boss"), replace(TICKET, accountable="boss"))


def test_anyone_and_actor_are_whoever_asks() -> None:
    assert allowed("anyone", actor("ann"))
    assert allowed("actor", actor("ann"))


def test_the_clock_is_meant_by_clock_alone() -> None:
    assert allowed("clock", CLOCK)
    assert not allowed("clock", actor("ann", "desk"))
    everything = replace(TICKET, assignee="clock", receiver="clock", made={"receive": Made(count=1, by="clock")})
    for text in ("desk", "whoever did receive", "surveyor", *(word for word in WORDS if word != "clock")):
        assert not allowed(text, CLOCK, everything)


def test_responsible_is_who_the_state_names() -> None:
    made = definition("boss", transitions=("open: desk",))
    assert allowed("responsible", actor("ann", "boss"), made=made)
    assert not allowed("responsible", actor("ann", "desk"), made=made)


def test_responsible_without_a_word_of_the_state_is_who_may_make_its_transitions() -> None:
    made = definition(transitions=("open waiting: desk, surveyor", "waiting: boss"))
    assert allowed("responsible", actor("ann", "desk"), made=made)
    assert allowed("responsible", actor("ann"), replace(TICKET, fields={"surveyor": "ann"}), made)
    assert not allowed("responsible", actor("ann", "boss"), made=made)


def test_responsible_that_names_itself_does_not_ask_for_ever() -> None:
    assert not allowed("responsible", actor("ann"), made=definition("responsible"))
    made = definition(transitions=("open: responsible, boss",))
    assert allowed("responsible", actor("ann", "boss"), made=made)
    assert told("responsible", made=made) == ["boss"]


def test_before_the_opening_whoever_may_open_is_responsible() -> None:
    assert allowed("responsible", actor("ann"), replace(TICKET, state=NEW, sequence=0))


def test_one_of_several_is_enough() -> None:
    several = (who("boss"), who("assignee"), who("desk"))
    assert may(several, actor("ann", "desk"), TICKET, DEFINITION)
    assert not may((), actor("ann", "desk"), TICKET, DEFINITION)


# --- Who is told --------------------------------------------------------------------------------------------------


def test_a_role_is_told_as_a_role_and_each_but_once() -> None:
    assert told("desk, boss, desk") == ["desk", "boss"]


def test_a_role_of_departments_is_told_once_per_department_in_the_order_of_the_rows() -> None:
    rows = ({"team": "shop"}, {"team": "property"}, {"team": "shop"})
    ticket = replace(TICKET, fields={"department": "leasing", "items": rows})
    assert told("head of department", ticket) == ["head of leasing"]
    assert told("head of items.team", ticket) == ["head of shop", "head of property"]


def test_a_person_is_told_with_the_accountable_role_behind_him() -> None:
    ticket = replace(
        TICKET,
        assignee="ann",
        receiver="bob",
        accountable="boss",
        made={"receive": Made(count=1, by="cid")},
        fields={"surveyor": "dan"},
    )
    assert told("assignee, receiver, whoever did receive, surveyor", ticket) == [
        "ann, else boss",
        "bob, else boss",
        "cid, else boss",
        "dan, else boss",
    ]


def test_where_nobody_is_it_the_accountable_role_is_told() -> None:
    for text in (
        "assignee",
        "receiver",
        "whoever did receive",
        "surveyor",
        "head of department",
        "responsible",
        "accountable",
    ):
        assert told(text) == ["desk"], text
    assert told("whoever did receive", replace(TICKET, made={"receive": Made(count=1, by=None)})) == ["desk"]


def test_one_person_in_two_parts_is_told_once() -> None:
    ticket = replace(TICKET, assignee="ann", receiver="ann")
    assert told("assignee, receiver", ticket) == ["ann, else desk"]


def test_the_actor_is_told_as_a_person_and_the_clock_is_not() -> None:
    assert told("actor", by=actor("ann")) == ["ann, else desk"]
    assert told("actor", by=CLOCK) == ["desk"]


def test_nobody_in_particular_is_told_nothing() -> None:
    assert told("requester, anyone, clock") == []


def test_responsible_people_are_told_in_the_definitions_wording() -> None:
    made = definition("boss", "head of department")
    ticket = replace(TICKET, fields={"department": "shop"})
    assert addressees((who("responsible"),), ticket, made, CLOCK) == (
        Addressee(why="responsible", role="boss"),
        Addressee(why="responsible", role="head", department="shop"),
    )


def test_a_state_that_only_anyone_or_the_clock_moves_on_has_the_accountable_role_told() -> None:
    assert told("responsible", made=definition(transitions=("open: anyone, clock",))) == ["desk"]


def test_a_notice_says_in_which_words_it_was_addressed() -> None:
    ticket = replace(TICKET, fields={"department": "shop"}, made={"receive": Made(count=1, by="ann")})
    both = (who("head of department"), who("whoever did receive"))
    assert [one.why for one in addressees(both, ticket, DEFINITION, CLOCK)] == [
        "head of department",
        "whoever did receive",
    ]


# --- Who gets it --------------------------------------------------------------------------------------------------


def test_only_words_that_mean_one_person_can_be_assigned() -> None:
    ticket = replace(
        TICKET, assignee="ann", receiver="bob", fields={"surveyor": "dan"}, made={"receive": Made(count=1, by="cid")}
    )
    meant = {
        text: person_meant(who(text), ticket, actor("eve"))
        for text in (
            "assignee",
            "receiver",
            "surveyor",
            "whoever did receive",
            "actor",
            "desk",
            "responsible",
            "anyone",
        )
    }
    assert list(meant.values()) == ["ann", "bob", "dan", "cid", "eve", None, None, None]
    assert person_meant(who("actor"), ticket, CLOCK) is None
