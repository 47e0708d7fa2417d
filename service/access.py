"""Who may see what: a ticket, its history, and the fields that are not for everybody.

Who may make a move is the definition's business and `decide` answers it. Publishing and accounts have no door over
HTTP: reading definitions and checking a draft is open to whoever is signed in, the rest is the command line's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow import words
from workflow.answering import may_answer
from workflow.definition import Definition, Field, Text, Who
from workflow.entry import Blocker, Value
from workflow.people import accountable, may
from workflow.registers import Register
from workflow.roles import Role, Scope
from workflow.ticket import Actor, Held, Ticket

NOBODY_IN_PARTICULAR = frozenset({Who("word", "anyone"), Who("word", "actor")})


@dataclass(frozen=True, slots=True)
class Withheld:
    """In the place of a value: there is one, of this class, and the reader may not see it."""

    confidential: str


Shown = Value | Withheld | tuple[Mapping[str, object], ...]
"""A value as a reader has it; in the rows of a list single columns may be withheld."""


def may_read(actor: Actor, *, receiver: str | None, assignee: str | None) -> Blocker | None:
    """What stands against reading a ticket, its history and its clocks.

    One may who holds any role at its site (the actor is one for that site), who opened it, who holds it, and the
    deputies of those.
    """
    if actor.holds or not {receiver, assignee}.isdisjoint({actor.id, *actor.stands_for}):
        return None
    return Blocker(
        code="not_seen",
        text=Text(
            "This ticket is seen by whoever holds a role at its site, opened it or holds it.",
            "只有在该项目任职的人员、本工单的受理人和经办人可以查看。",
        ),
    )


def may_keep(actor: Actor, register: Register, roles: Mapping[str, Role], *, everywhere: bool) -> Blocker | None:
    """What stands against writing entries of a register at the actor's site, or those of all sites (`everywhere`).

    One may who holds a role by which it is kept; those of all sites only who holds one of the group.
    """
    keepers = [name for name in register.kept_by if not everywhere or roles[name].scope is Scope.GROUP]
    if any(Held(name) in actor.holds for name in keepers):
        return None
    listed = words.listed(roles[name].text for name in keepers)
    return Blocker(
        code="not_kept",
        subject=register.name,
        rules=register.rules,
        text=Text(
            f"“{register.text.en}” is written by: {listed.en or 'the command line only'}.",
            f"“{register.text.read('zh')}”由以下人员维护：{listed.read('zh') or '仅限命令行'}。",
        ),
    )


def may_read_confidential(actor: Actor, ticket: Ticket, definition: Definition) -> bool:
    """Whether somebody may read the fields of a ticket that are of a confidential class.

    One may who holds the accountable role, opened it, holds it, or may make a move now; a move that anyone may make
    opens nothing.
    """
    concerned = {ticket.receiver, ticket.assignee}.intersection({actor.id, *actor.stands_for})
    if concerned or Held(accountable(ticket, definition)) in actor.holds:
        return True
    return _may_move(actor, ticket, definition)


def shown(
    actor: Actor, ticket: Ticket, definition: Definition, fields: Mapping[str, Value] | None = None
) -> dict[str, Shown]:
    """The values of the ticket's fields as the actor may see them; what is withheld is said to be.

    `fields` are other values of the same ticket, such as those that one entry filled.
    """
    allowed: bool | None = None

    def hidden(field: Field | None) -> str | None:
        nonlocal allowed
        if field is None or field.confidential is None:
            return None
        if allowed is None:
            allowed = may_read_confidential(actor, ticket, definition)
        return None if allowed else field.confidential

    seen: dict[str, Shown] = {}
    for name, value in (ticket.fields if fields is None else fields).items():
        field = definition.fields.get(name)
        if class_ := hidden(field):
            seen[name] = Withheld(class_)
        elif field is not None and isinstance(value, tuple):
            columns = {column.name: class_ for column in field.columns.values() if (class_ := hidden(column))}
            seen[name] = tuple(
                {key: Withheld(columns[key]) if key in columns else cell for key, cell in row.items()} for row in value
            )
        else:
            seen[name] = value
    return seen


def _may_move(actor: Actor, ticket: Ticket, definition: Definition) -> bool:
    for transition in definition.transitions.values():
        if transition.answer:
            if may_answer(actor, ticket, definition):
                return True
        elif ticket.state in transition.sources:
            named = [who for who in transition.by if who not in NOBODY_IN_PARTICULAR]
            if may(named, actor, ticket, definition) and not may(transition.not_by, actor, ticket, definition):
                return True
    return False
