"""People in words: what `head of department` or `whoever did receive` means for one ticket.

Two questions are answered: whether an actor is one of those meant, and who is to be told. Who holds a role is
known outside; here an actor brings what he holds, and a notice goes to a role. A role of departments follows the
department in its field; while that field is empty, the accountable role answers in its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from workflow import names
from workflow.approvals import asked
from workflow.definition import Definition, Field, FieldType, Who
from workflow.roles import Role, Scope
from workflow.ticket import CLOCK, Actor, Addressee, Held, Ticket

WORDS = ("assignee", "requester", "receiver", "accountable", "responsible", "actor", "anyone", "clock")
"""People who are named by what they are to the ticket."""


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
    return any(_meant(one, actor, ticket, definition) for one in who)


def addressees(who: Iterable[Who], ticket: Ticket, definition: Definition, actor: Actor) -> tuple[Addressee, ...]:
    """Who is to be told, in the order of `who` and each once; `actor` is who made the move.

    With a `person` comes the role that is told when nobody is it or he cannot be reached: the accountable one.
    `requester` is outside and `anyone` and `clock` are nobody in particular: they are told nothing.
    """
    found: dict[tuple[str | None, str | None, str | None], Addressee] = {}
    for one in who:
        for told in _told(one, ticket, definition, actor):
            found.setdefault((told.person, told.role, told.department), told)
    return tuple(found.values())


def person_meant(who: Who, ticket: Ticket, actor: Actor) -> str | None:
    """The one person that is meant; None if there is none, or `who` does not mean a single person."""
    match who.kind, who.name:
        case "did", transition:
            made = ticket.made.get(transition)
            return made.by if made else None
        case "word", "assignee":
            return ticket.assignee
        case "word", "receiver":
            return ticket.receiver
        case "word", "actor":
            return actor.id if actor.id != CLOCK.id else None
        case "field", name:
            people = _values(name, ticket)
            return people[0] if len(people) == 1 else None
        case _:
            return None


def accountable(ticket: Ticket, definition: Definition) -> str:
    """The role that answers for the ticket when nobody holds it."""
    return ticket.accountable or definition.accountable


def _meant(who: Who, actor: Actor, ticket: Ticket, definition: Definition) -> bool:
    if actor.id == CLOCK.id:
        return who.kind == "word" and who.name == "clock"
    match who.kind, who.name:
        case "role", role:
            return not actor.holds.isdisjoint(_held(role, who.of, ticket, definition))
        case "word", ("anyone" | "actor"):
            return True
        case "word", "accountable":
            return Held(accountable(ticket, definition)) in actor.holds
        case "word", "responsible":
            about = _in_turn(ticket, definition)
            return any(_meant(one, actor, about, definition) for one in _responsible(ticket, definition))
        case "field", name:
            return not {actor.id, *actor.stands_for}.isdisjoint(_values(name, ticket))
        case _:
            person = person_meant(who, ticket, actor)
            return person is not None and (person == actor.id or person in actor.stands_for)


def _told(who: Who, ticket: Ticket, definition: Definition, actor: Actor) -> Iterator[Addressee]:
    fallback = Addressee(why=str(who), role=accountable(ticket, definition))
    match who.kind, who.name:
        case "role", role:
            for held in _held(role, who.of, ticket, definition):
                yield Addressee(why=str(who), role=held.role, department=held.department)
        case "word", ("requester" | "anyone" | "clock"):
            return
        case "word", "accountable":
            yield fallback
        case "word", "responsible":
            meant, about = _responsible(ticket, definition), _in_turn(ticket, definition)
            told = [replace(each, why=str(who)) for one in meant for each in _told(one, about, definition, actor)]
            yield from told or [fallback]
        case "field", name if "." in name:
            people = _values(name, ticket)
            yield from [replace(fallback, person=person) for person in people] or [fallback]
        case _:
            yield replace(fallback, person=person_meant(who, ticket, actor))


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
    name, _, column = field.partition(".")
    value = ticket.fields.get(name)
    values = [row.get(column) for row in value] if isinstance(value, tuple) else [value]
    return tuple(each for each in values if isinstance(each, str) and each)


def _responsible(ticket: Ticket, definition: Definition) -> tuple[Who, ...]:
    """Who must act in the ticket's state: who is asked, or as it says, otherwise whoever may make its transitions.

    `responsible` itself is left out, so that a state that names it does not ask itself for ever.
    """
    now = asked(ticket, definition)
    if now is not None:
        return now.step.by
    state = definition.states.get(ticket.state)
    leaving = (
        one
        for move in definition.transitions.values()
        if ticket.state in move.sources and not move.answer
        for one in move.by
    )
    return tuple(
        one for one in dict.fromkeys((state and state.responsible) or leaving) if one != Who("word", "responsible")
    )


def _in_turn(ticket: Ticket, definition: Definition) -> Ticket:
    """The ticket as those who must act are found in it: of a list that is asked about, the rows without an answer."""
    now = asked(ticket, definition)
    return ticket if now is None else now.open_part(ticket)
