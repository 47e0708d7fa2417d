"""The files of a small house for tests of publishing: an errand, a calendar, two roles; and tickets pinned to them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service import tables
from service.revisions import Published

ERRAND = """\
workflow: errand
en: Errand
zh: 跑腿
calendar: office
accountable: desk
fields:
  matter: {type: text}
states:
  asked: {responsible: desk}
  done: {end: true}
transitions:
  ask: {from: new, to: asked, by: anyone, fill: matter}
  finish: {from: asked, to: done, by: desk}
deadlines:
  finish: {since: ask, within: 30 minutes, until: finish, late: [{every: 1 hour, notify: desk}]}
"""

ROLES = """\
roles:
  desk: {zh: 前台, en: Desk, scope: site, falls_back_to: duty_manager}
  duty_manager: {zh: 值班经理, en: Duty manager, scope: site}
"""

OFFICE = """\
calendar: office
zone: Asia/Shanghai
country: CN
hours: {weekdays: "09:00-18:00"}
"""

FILES = {"calendars/office.yaml": OFFICE, "errand.yaml": ERRAND, "roles.yaml": ROLES}

PAPERWORK = ERRAND.replace("workflow: errand", "workflow: paperwork").replace("en: Errand", "en: Paperwork")
PORTER = "  porter: {zh: 搬运, en: Porter, scope: site, falls_back_to: duty_manager}\n"


def house(**changed: str | None) -> dict[str, str]:
    """The files, with some of them written otherwise, added, or (None) left out: `house(errand=..., office=None)`."""
    paths = {"office": "calendars/office.yaml"}
    files: dict[str, str | None] = {**FILES}
    files.update({paths.get(name, f"{name}.yaml"): text for name, text in changed.items()})
    return {path: text for path, text in files.items() if text is not None}


def store_site(session: Session, site: str = "pier", calendar: str | None = None) -> None:
    session.execute(insert(tables.Site).values(id=site, name=site, number_prefix=site.upper(), calendar=calendar))


def store_ticket(
    session: Session, published: Published, workflow: str = "errand", *, number: str = "P-1", ended: bool = False
) -> None:
    """A ticket at the site `pier`, pinned to what is published."""
    definition = published.catalogue.definitions[workflow]
    at = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
    session.execute(
        insert(tables.Ticket).values(
            number=number,
            site_id="pier",
            workflow=workflow,
            revision=definition.revision,
            calendar_revision=published.catalogue.calendars[definition.calendar].revision,
            state="done" if ended else "asked",
            version=1,
            sequence=1,
            title="A parcel",
            place="B2",
            priority="normal",
            accountable="desk",
            round=1,
            made={},
            opened_at=at,
            at=at,
            ended_at=at if ended else None,
            provisional=False,
        )
    )
