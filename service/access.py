"""Who may see a ticket with its history, and who may write the entries of a register.

Who may make a move is the definition's business and `decide` answers it. Publishing and accounts have no door over
HTTP: reading definitions and checking a draft is open to whoever is signed in, the rest is the command line's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from service.directory import Directory
from service.records import TicketRow
from workflow import words
from workflow.catalogue import Catalogue
from workflow.definition import Text
from workflow.entry import Blocker
from workflow.registers import Register
from workflow.roles import Role, Scope
from workflow.ticket import Actor, Held


def may_read(person: str, row: TicketRow | Row[*tuple[Any, ...]], catalogue: Catalogue, directory: Directory) -> bool:
    """Whether somebody may read a ticket, its history and its clocks; for others it is not there.

    One may who holds any role at its site, who opened it, who holds it, and the deputies of those; where its definition
    is of the whole group, also who holds a role at any site. Of the row are read its workflow, site, receiver and
    assignee.
    """
    actor = directory.actor(person, row.site_id)
    if actor.holds or not {row.receiver_id, row.assignee_id}.isdisjoint({person, *actor.stands_for}):
        return True
    return directory.shares(person, catalogue.definitions.get(row.workflow))


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
