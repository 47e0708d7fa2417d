"""People in words: what `head of department` or `whoever did receive` means for one ticket.

Two questions are answered: whether an actor is one of those meant, and who is to be told. Who holds a role is
known outside; here an actor brings what he holds, and a notice goes to a role. A role of departments follows the
department in its field; while that field is empty, the accountable role answers in its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from workflow import names
from workflow.approvals import asked
from workflow.definition import Definition, Field, FieldType, Who
from workflow.frozen import derived
from workflow.roles import Role, Scope
from workflow.ticket import CLOCK, Actor, Addressee, Held, Ticket

WORDS = ("assignee", "requester", "receiver", "accountable", "responsible", "actor", "anyone", "clock")
"""People who are named by what they are to the ticket."""


RESPONSIBLE = Who("word", "responsible")
ACCOUNTABLE = Who("word", "accountable")


class WhoFaulty(ValueError):
    """The text names nobody: `sentence` says why, and what would be accepted; `meant` is the text to write instead."""

    def __init__(self, text: str, sentence: str, sentence_zh: str, meant: str | None = None) -> None:
        self.text = text
        self.sentence = sentence
        self.sentence_zh = sentence_zh
        self.meant = meant
        super().__init__(sentence)


# --- From text ----------------------------------------------------------------------------------------------------


def parse_who(
    text: str, *, roles: Mapping[str, Role], fields: Mapping[str, Field], transitions: Collection[str]
) -> Who:
    """Read one of `ROLE`, `ROLE of FIELD`, `whoever did TRANSITION`, a word, a person field; raises WhoFaulty."""
    match text.split():
        case ["whoever", "did", transition]:
            return _whoever(text, transition, transitions)
        case [role, "of", field]:
            return _of(text, role, field, roles, fields)
        case [name]:
            return _single(text, name, roles, fields)
        case _:
            raise WhoFaulty(
                text,
                f"{text!r} names nobody; accepted: a role, ROLE of FIELD, whoever did TRANSITION, a person field, "
                + names.one_of(WORDS),
                f"{text!r} 不是人员写法；可用：角色、ROLE of FIELD、whoever did TRANSITION、人员字段、"
                + names.one_of(WORDS, "zh"),
            )


def _whoever(text: str, transition: str, transitions: Collection[str]) -> Who:
    if transition in transitions:
        return Who("did", transition)
    meant, meant_zh = names.did_you_mean(transition, transitions)
    raise WhoFaulty(
        text,
        f"there is no transition {transition}{meant}",
        f"没有流转 {transition}{meant_zh}",
        _with(text, transition, transitions),
    )


def _of(text: str, role: str, field: str, roles: Mapping[str, Role], fields: Mapping[str, Field]) -> Who:
    if role not in roles:
        in_departments = [one.name for one in roles.values() if one.scope is Scope.DEPARTMENT]
        nearest = names.nearest(role, in_departments)
        departments = _of_type(FieldType.DEPARTMENT, fields)
        whole = (
            nearest and f"{nearest} of {field if field in departments else names.nearest(field, departments) or field}"
        )
        meant, meant_zh = (f"; did you mean {whole}?", f"；是否想写 {whole}？") if whole else ("", "")
        raise WhoFaulty(
            text,
            f"there is no role `{role}` of departments{meant}",
            f"没有部门角色 `{role}`{meant_zh}",
            whole,
        )
    if roles[role].scope is not Scope.DEPARTMENT:
        raise WhoFaulty(
            text,
            f"{role} is a role of the {roles[role].scope.value}, not of its departments; write it alone",
            f"{role} 不是部门角色；请只写 {role}",
            role,
        )
    if _is(FieldType.DEPARTMENT, field, fields):
        return Who("role", role, field)
    departments = _of_type(FieldType.DEPARTMENT, fields)
    meant, meant_zh = names.did_you_mean(field, departments)
    raise WhoFaulty(
        text,
        f"{field} is no field with a department{meant}",
        f"{field} 不是部门字段{meant_zh}",
        _with(text, field, departments),
    )


def _single(text: str, name: str, roles: Mapping[str, Role], fields: Mapping[str, Field]) -> Who:
    if name in WORDS:
        return Who("word", name)
    person = name in fields and fields[name].type is FieldType.PERSON
    if name not in roles:
        if person:
            return Who("field", name)
        people = _of_type(FieldType.PERSON, fields)
        if name in people:
            return Who("field", name)
        known = [*WORDS, *roles, *people]
        meant, meant_zh = names.did_you_mean(name, known)
        raise WhoFaulty(
            text,
            f"there is no role or person field {name}{meant}",
            f"没有角色或人员字段 {name}{meant_zh}",
            _with(text, name, known),
        )
    if person:
        raise WhoFaulty(
            text, f"{name} is a role and a person field; rename the field", f"{name} 既是角色又是人员字段；请给字段改名"
        )
    if roles[name].scope is Scope.DEPARTMENT:
        found = _of_type(FieldType.DEPARTMENT, fields)
        field = next(iter(found), "FIELD")
        raise WhoFaulty(
            text,
            f"{name} is a role of departments; say of which one: {name} of {field}",
            f"{name} 是部门角色；请写明部门：{name} of {field}",
            f"{name} of {field}" if len(found) == 1 else None,
        )
    return Who("role", name)


def _with(text: str, word: str, known: Collection[str]) -> str | None:
    """The text with the nearest known name in the place of its last `word`; None if none is like it."""
    meant = names.nearest(word, known)
    return meant and meant.join(text.rsplit(word, 1))


def _is(wanted: FieldType, name: str, fields: Mapping[str, Field]) -> bool:
    return name in _of_type(wanted, fields)


def _of_type(wanted: FieldType, fields: Mapping[str, Field]) -> list[str]:
    """The fields and `list.column`s of a type, in the order of the file."""
    found = []
    for field in fields.values():
        found += [field.name] if field.type is wanted else []
        found += [f"{field.name}.{column.name}" for column in field.columns.values() if column.type is wanted]
    return found


# --- For one ticket -----------------------------------------------------------------------------------------------


def may(who: Iterable[Who], actor: Actor, ticket: Ticket, definition: Definition) -> bool:
    """Whether the actor is one of those meant. The clock is only ever meant by `clock`."""
    for one in who:  # noqa: SIM110 - asked of every move, and a generator costs as much as the answer
        if _meant(one, actor, ticket, definition):
            return True
    return False


def addressees(who: Sequence[Who], ticket: Ticket, definition: Definition, actor: Actor) -> tuple[Addressee, ...]:
    """Who is to be told, in the order of `who` and each once; `actor` is who made the move.

    With a `person` comes the role that is told when nobody is it or he cannot be reached: the accountable one.
    `requester` is outside and `anyone` and `clock` are nobody in particular: they are told nothing.
    """
    if len(who) == 1:
        told = _told(who[0], ticket, definition, actor)
    else:
        told = [each for one in who for each in _told(one, ticket, definition, actor)]
    if len(told) < 2:
        return tuple(told)
    found: dict[tuple[str | None, str | None, str | None], Addressee] = {}
    for each in told:
        found.setdefault(each.meant, each)
    return tuple(found.values())


def person_meant(who: Who, ticket: Ticket, actor: Actor) -> str | None:
    """The one person that is meant; None if there is none, or `who` does not mean a single person."""
    if who.kind == "word":
        if who.name == "assignee":
            return ticket.assignee
        if who.name == "receiver":
            return ticket.receiver
        return actor.id if who.name == "actor" and actor.id != CLOCK.id else None
    if who.kind == "did":
        made = ticket.made.get(who.name)
        return made.by if made else None
    people = _values(who.name, ticket) if who.kind == "field" else ()
    return people[0] if len(people) == 1 else None


def accountable(ticket: Ticket, definition: Definition) -> str:
    """The role that answers for the ticket when nobody holds it."""
    return ticket.accountable or definition.accountable


def _meant(who: Who, actor: Actor, ticket: Ticket, definition: Definition) -> bool:
    if actor.id == CLOCK.id:
        return who.kind == "word" and who.name == "clock"
    if who.kind == "role":
        return not actor.holds.isdisjoint(_held(who.name, who.of, ticket, definition))
    if who.kind == "field":
        return not {actor.id, *actor.stands_for}.isdisjoint(_values(who.name, ticket))
    if who.kind == "word":
        match who.name:
            case "anyone" | "actor":
                return True
            case "accountable":
                return Held(accountable(ticket, definition)) in actor.holds
            case "responsible":
                about = _in_turn(ticket, definition)
                return may(_responsible(ticket, definition), actor, about, definition)
    person = person_meant(who, ticket, actor)
    return person is not None and (person == actor.id or person in actor.stands_for)


_TOLD_NOTHING = frozenset({"requester", "anyone", "clock"})


def _told(
    who: Who, ticket: Ticket, definition: Definition, actor: Actor, responsible: Who | None = None
) -> Sequence[Addressee]:
    """Who is told; `responsible` is the word that stands for `who`, if it does."""
    why = (responsible or who).said
    if who.kind == "role":
        return [
            Addressee(why=why, role=held.role, department=held.department)
            for held in _held(who.name, who.of, ticket, definition)
        ]
    fallback = accountable(ticket, definition)
    if who.kind == "word":
        if who.name in _TOLD_NOTHING:
            return ()
        if who.name == "responsible":
            meant, about = _responsible(ticket, definition), _in_turn(ticket, definition)
            told = [each for one in meant for each in _told(one, about, definition, actor, who)]
            return told or (Addressee(why=why, role=fallback),)
    elif who.kind == "field" and "." in who.name:
        people: Sequence[str | None] = _values(who.name, ticket) or (None,)
        return [Addressee(why=why, person=person, role=fallback) for person in people]
    return (Addressee(why=why, person=person_meant(who, ticket, actor), role=fallback),)


def _held(role: str, of: str | None, ticket: Ticket, definition: Definition) -> tuple[Held, ...]:
    """What one must hold to be meant by a role: any of these."""
    if of is None:
        return (Held(role),)
    departments = _values(of, ticket)
    if not departments:
        return (Held(accountable(ticket, definition)),)
    return tuple(Held(role, department) for department in departments)


def _values(field: str, ticket: Ticket) -> tuple[str, ...]:
    """The departments or people in a field, or in every row of `list.column`, in their order."""
    value = ticket.fields.get(field)
    if isinstance(value, str):
        return (value,) if value else ()
    name, _, column = field.partition(".")
    value = ticket.fields.get(name)
    values = [row.get(column) for row in value] if isinstance(value, tuple) else [value]
    return tuple(each for each in values if isinstance(each, str) and each)


def _responsible(ticket: Ticket, definition: Definition) -> tuple[Who, ...]:
    """Who must act in the ticket's state: who is asked, or as it says, otherwise whoever may make its transitions.

    `responsible` itself is left out, so that a state that names it does not ask itself for ever.
    """
    now = asked(ticket, definition)
    return now.step.by if now is not None else _acting(definition).get(ticket.state, ())


@derived
def _acting(definition: Definition) -> Mapping[str, tuple[Who, ...]]:
    """By state, who must act in it; in one that the definition does not have, whoever may move on from it."""
    moves = [one for one in definition.transitions.values() if not one.answer]
    found = {}
    for name in (*definition.states, *(source for move in moves for source in move.sources)):
        state = definition.states.get(name)
        leaving = (one for move in moves if name in move.sources for one in move.by)
        acting = dict.fromkeys((state and state.responsible) or leaving)
        found[name] = tuple(one for one in acting if one != RESPONSIBLE)
    return found


def _in_turn(ticket: Ticket, definition: Definition) -> Ticket:
    """The ticket as those who must act are found in it: of a list that is asked about, the rows without an answer."""
    now = asked(ticket, definition)
    return ticket if now is None else now.open_part(ticket)
