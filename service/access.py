"""Who may see a ticket with its history, and who may write the entries of a register.

Who may make a move is the definition's business and `decide` answers it. Publishing and accounts have no door over
HTTP: reading definitions and checking a draft is open to whoever is signed in, the rest is the command line's.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow import words
from workflow.definition import Text
from workflow.entry import Blocker
from workflow.registers import Register
from workflow.roles import Role, Scope
from workflow.ticket import Actor, Held


def may_read(actor: Actor, *, receiver: str | None, assignee: str | None, shared: bool = False) -> Blocker | None:
    """What stands against reading a ticket, its history and its clocks.

    One may who holds any role at its site (the actor is one for that site), who opened it, who holds it, and the
    deputies of those; and everybody with whom it is `shared`.
    """
    if shared or actor.holds or not {receiver, assignee}.isdisjoint({actor.id, *actor.stands_for}):
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
