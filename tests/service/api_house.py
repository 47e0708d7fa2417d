"""A house for tests of the HTTP interface: two sites, a few people, and definitions with a field of every type.

Whatever is asked goes over HTTP, as somebody; `stored` tells all that the database holds, so that a test can see that
nothing was stored.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.engine import URL
from werkzeug.test import TestResponse

from service import accounts, delivery, publishing, sites, sweep, tables, tokens
from service.app import create_app
from service.db import Base, disconnect, reading, writing
from service.now import FixedNow
from service.settings import Settings
from tests.houses import house_on_both

API = "/api/v1"
ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2026, 3, 2, 9, tzinfo=ZONE)
HIRED = dt.datetime(2026, 1, 1, tzinfo=ZONE)

OFFICE = """\
calendar: office
zone: Asia/Shanghai
country: CN
hours: {weekdays: "09:00-18:00"}
"""

ROLES = """\
departments:
  workshop: {zh: 工场, en: Workshop}

roles:
  desk: {zh: 前台, en: Desk, scope: site, falls_back_to: duty_manager}
  guard: {zh: 保安, en: Guard, scope: site, falls_back_to: duty_manager}
  duty_manager: {zh: 值班经理, en: Duty manager, scope: site}
  director: {zh: 总监, en: Director, scope: group, falls_back_to: duty_manager}
"""

TENANTS = """\
register: tenants
zh: 租户
en: Tenants
kept_by: [guard, director]
columns:
  area: {zh: 面积, en: Area, type: number, min: 1}
  contact: {zh: 联系人, en: Contact, type: contact, confidential: personal}
  kind: {zh: 业态, en: Kind, type: choice, of: {food: {zh: 餐饮, en: Food}, retail: {zh: 零售, en: Retail}}}
  opened_on: {zh: 开业, en: Opened on, type: date}
  signed_at: {zh: 签约, en: Signed at, type: datetime}
  anchor: {zh: 主力店, en: Anchor, type: yes_no}
  remark: {zh: 备注, en: Remark, type: text, min_length: 2}
"""

TYPED = (
    "caller", "pieces", "price", "share", "urgent", "way", "wanted_on", "wanted_at", "helper", "department", "earlier",
    "shops",
)  # fmt: skip
"""The fields that may be typed when an errand is opened: one of every type."""

ERRAND = """\
workflow: errand
zh: 跑腿
en: Errand
calendar: office
accountable: desk
fields:
  matter: {zh: 事项, en: Matter, type: text, min_length: 3}
  caller: {zh: 来电人, en: Caller, type: contact, confidential: personal}
  pieces: {zh: 件数, en: Pieces, type: number, min: 1, max: 100}
  price: {zh: 价格, en: Price, type: money}
  share: {zh: 分摊, en: Share, type: percent}
  urgent: {zh: 紧急, en: Urgent, type: yes_no}
  way: {zh: 方式, en: Way, type: choice, of: {foot: {zh: 步行, en: On foot}, car: {zh: 驾车, en: By car}}}
  wanted_on: {zh: 日期, en: Wanted on, type: date}
  wanted_at: {zh: 时间, en: Wanted at, type: datetime}
  helper: {zh: 帮手, en: Helper, type: person}
  department: {zh: 部门, en: Department, type: department}
  earlier: {zh: 先前工单, en: Earlier, type: ticket, of: errand}
  shops:
    zh: 店铺
    en: Shops
    type: list
    of:
      owner: {zh: 店主, en: Owner, type: contact, confidential: personal}
  result: {zh: 结果, en: Result, type: text}
  tenant: {zh: 租户, en: Tenant, type: register, of: tenants}
  photo: {zh: 照片, en: Photo, type: file}
  papers:
    zh: 材料
    en: Papers
    type: list
    of:
      paper: {zh: 文件, en: Paper, type: file, confidential: personal}
      of_whom: {zh: 所属租户, en: Of whom, type: register, of: tenants}
states:
  asked: {zh: 待办, en: Asked, responsible: desk}
  going: {zh: 在途, en: On the way, responsible: assignee}
  done: {zh: 办结, en: Done, end: true}
transitions:
  ask:
    zh: 登记
    en: Ask
    from: new
    to: asked
    by: anyone
    fill: [title, matter]
    may_fill: TYPED
    notify: desk
    ask_for: go
  note: {zh: 补充, en: Note, from: anywhere, to: same, by: desk, may_fill: TYPED}
  attach: {zh: 附件, en: Attach, from: anywhere, to: same, by: desk, may_fill: [tenant, photo, papers]}
  go: {zh: 出发, en: Go, from: asked, to: going, by: desk, assign: actor, notify: guard}
  finish:
    zh: 完成
    en: Finish
    from: going
    to: done
    by: assignee
    fill: result
    may_fill: pieces
    checks:
      - {must: urgent, zh: 只有紧急事项可以完成, en: Only what is urgent can be finished}
deadlines:
  finish:
    zh: 按时完成
    en: In time
    since: ask
    within: 30 minutes
    until: finish
    late: [{every: 1 hour, notify: desk}]
""".replace("TYPED", f"[{', '.join(TYPED)}]")

PLEA = """\
workflow: plea
zh: 申诉
en: Plea
family: [plea-small, plea-big]
calendar: office
accountable: desk
fields:
  size: {zh: 大小, en: Size, type: choice, of: {small: {zh: 小, en: Small}, big: {zh: 大, en: Big}}}
  caller: {zh: 来电人, en: Caller, type: contact, confidential: personal}
states:
  heard: {zh: 已受理, en: Heard, responsible: desk}
  weighed: {zh: 已界定, en: Weighed, responsible: desk}
  done: {zh: 办结, en: Done, end: true}
transitions:
  hear: {zh: 受理, en: Hear, from: new, to: heard, by: desk, fill: [title, caller]}
  hear_again: {zh: 再次受理, en: Hear again, from: new, to: heard, by: desk, fill: title}
  weigh:
    zh: 界定
    en: Weigh
    from: heard
    to: weighed
    by: desk
    fill: size
    become: {size: {small: plea-small, big: plea-big}}
  finish: {zh: 办结, en: Finish, from: weighed, to: done, by: desk}
deadlines:
  finish: {zh: 按时, en: In time, since: hear, within: 2 hours, until: finish, late: [{every: 1 hour, notify: desk}]}
  answer:
    zh: 答复
    en: Answer
    since: weigh
    within: 3 working days
    until: finish
    late: [{every: 1 day, notify: desk}]
reminders:
  nudge: {zh: 提醒, en: Nudge, while: weighed, since: weigh, after: 5 working days, every: 1 day, notify: desk}
"""


CONFIDED = """\
fields:
  secret: {zh: 秘密, en: Secret, type: text, confidential: personal}
transitions:
  confide: {zh: 密告, en: Confide, from: weighed, to: same, by: desk, fill: secret}
  grow: {zh: 升级, en: Grow, from: weighed, to: weighed, by: desk, become: next in family}
"""


def member(name: str) -> str:
    return f"workflow: {name}\nextends: plea\nzh: {name}\nen: {name}\n"


FILES = {
    "calendars/office.yaml": OFFICE,
    "registers/tenants.yaml": TENANTS,
    "roles.yaml": ROLES,
    "errand.yaml": ERRAND,
    "plea.yaml": PLEA,
    "plea-small.yaml": member("plea-small") + CONFIDED,
    "plea-big.yaml": member("plea-big"),
}

STAFF: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ada": {"pier": ("desk",)},
    "ben": {"pier": ("desk",)},
    "guard": {"pier": ("guard",)},
    "manager": {"pier": ("duty_manager",)},
    "tower_desk": {"tower": ("desk", "duty_manager")},
    "stranger": {},
}
"""Who holds what where. Nobody from the tower is anything at the pier; the stranger is nothing anywhere."""

UNREAD_ROUTES = {"/", API, "/healthz", "/readyz", "/metrics", f"{API}/openapi.json"}
"""What wants no token: the entrance, figures, and the OpenAPI document."""


class House:
    """Two sites with their people and the published definitions; tickets come and go with each test."""

    def __init__(self, app: Flask, now: FixedNow, secrets: Mapping[str, str]) -> None:
        self.app = app
        self.now = now
        self.secrets = secrets

    # --- Asking ------------------------------------------------------------------------------------------------------

    def ask(
        self, method: str, path: str, body: object = None, *, person: str | None = "ada", lang: str = "en", **more: Any
    ) -> TestResponse:
        """A request as somebody; a `body` of bytes is sent as it is, anything else as JSON."""
        headers = {"Accept-Language": lang, **more.pop("headers", {})}
        if person is not None:
            headers["Authorization"] = f"Bearer {self.secrets[person]}"
        if body is not None:
            more["data"] = body if isinstance(body, bytes) else json.dumps(body).encode()
            more.setdefault("content_type", "application/json")
        return self.app.test_client().open(f"{API}{path}", method=method, headers=headers, **more)

    def get(self, path: str, person: str | None = "ada", lang: str = "en") -> Any:
        """What a route answers that is expected to answer."""
        answer = self.ask("GET", path, person=person, lang=lang)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def opening(self, **changed: Any) -> dict[str, Any]:
        """The body with which an errand is opened at the pier; `fields` add to those that must be there."""
        fields = {"title": "A parcel", "matter": "Fetch it", **changed.pop("fields", {})}
        return {"workflow": "errand", "site": "pier", "transition": "ask", "fields": fields, **changed}

    def open(self, person: str = "ada", **changed: Any) -> str:
        """A new errand; gives its number."""
        return self._opened(self.opening(**changed), person)

    def open_one(
        self, workflow: str, transition: str, site: str = "pier", person: str = "ada", **fields: object
    ) -> str:
        """A new ticket of any definition, with these fields; gives its number."""
        body = {"workflow": workflow, "site": site, "transition": transition, "fields": fields}
        return self._opened(body, person)

    def _opened(self, body: Mapping[str, object], person: str) -> str:
        answer = self.ask("POST", "/tickets", body, person=person)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.json["number"])  # type: ignore[index]

    def move(
        self, number: str, transition: str, person: str = "ada", version: int | None = None, **more: Any
    ) -> TestResponse:
        """A move of a ticket, at the version that it has unless another is given."""
        headers = more.pop("headers", {})
        if version is None:
            version = self.get(f"/tickets/{number}", "ada")["version"]
        body = {"transition": transition, "version": version, **more.pop("more", {}), **more}
        return self.ask("POST", f"/tickets/{number}/transitions", body, person=person, headers=headers)

    def together(self, *requests: Callable[[], TestResponse]) -> list[TestResponse]:
        """The answers to requests that are sent at the same moment, in their order."""
        start = threading.Barrier(len(requests))
        answers: dict[int, TestResponse] = {}

        def send(index: int, request: Callable[[], TestResponse]) -> None:
            start.wait(timeout=20)
            answers[index] = request()

        threads = [threading.Thread(target=send, args=each) for each in enumerate(requests)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [answers[index] for index in range(len(requests))]

    # --- Looking -----------------------------------------------------------------------------------------------------

    def stored(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        with self.app.app_context(), reading() as session:
            return {
                table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
                for table in Base.metadata.sorted_tables
            }

    def count(self, table: str) -> int:
        return len(self.stored()[table])

    def deliver(self) -> None:
        """Do what is due and bring all notices into the inboxes."""
        with self.app.app_context():
            while sweep.run_once(self.now).claimed:
                pass
            delivery.run_once(self.now.at)

    def spoil(self, number: str, what: str) -> None:
        """Make that a ticket cannot be read: because of its row, or of a clock that is read at once with it."""
        of_ticket = select(tables.Ticket.id).where(tables.Ticket.number == number).scalar_subquery()
        spoilt = {
            "its row": update(tables.Ticket).where(tables.Ticket.id == of_ticket).values(made={"go": "twice"}),
            "a clock": update(tables.Clock).where(tables.Clock.ticket_id == of_ticket).values(spans=[["soon", None]]),
        }[what]
        with self.app.app_context(), writing() as session:
            session.execute(spoilt.execution_options(synchronize_session=False))

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """What happens inside stores nothing."""
        before = self.stored()
        yield
        assert self.stored() == before

    def clear(self) -> None:
        """Take all tickets out and set the clock back to MONDAY; sites, people and definitions stay."""
        with self.app.app_context(), writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name not in FURNITURE:
                    session.execute(delete(table))
        self.now.set(MONDAY)


FURNITURE = frozenset(
    {
        "site", "department", "person", "role_holding", "token", "directory_stamp",
        "publication", "source_file", "revision", "calendar_revision",
    }
)  # fmt: skip
"""The tables that are the same in every test."""


@contextmanager
def opened(
    url: URL, files: Mapping[str, str] = FILES, staff: Mapping[str, Mapping[str, tuple[str, ...]]] = STAFF
) -> Iterator[House]:
    """A house on a database with the current schema and nothing in it; `head/workshop` is a role of a department."""
    now = FixedNow(HIRED)
    app = create_app(Settings(database_url=url, definitions=Path("definitions")), now)
    try:
        with app.app_context(), writing() as session:
            catalogue = publishing.publish(session, files, now.at).catalogue
            for site, prefix in (("pier", "P"), ("tower", "T")):
                sites.create_site(session, site, name=site, number_prefix=prefix, calendars=catalogue.calendars)
            for department in catalogue.departments:
                sites.open_department(session, "pier", department, catalogue.departments)
            secrets = {}
            for person, held in staff.items():
                accounts.create_person(session, person, name=f"Name of {person}", at=now.at)
                for site, roles in held.items():
                    for named in roles:
                        role, _, department = named.partition("/")
                        accounts.give_role(
                            session,
                            person,
                            role,
                            roles=catalogue.roles,
                            since=now.at,
                            site=site,
                            department=department or None,
                        )
                secrets[person] = tokens.issue_token(session, person, "tests", now.at)
            if staff is STAFF:
                secrets |= _bad_tokens(session, now.at)
        now.set(MONDAY)
        yield House(app, now, secrets)
    finally:
        disconnect(app)


def own_house(
    files: Mapping[str, str] = FILES,
    staff: Mapping[str, Mapping[str, tuple[str, ...]]] = STAFF,
    scope: Literal["module", "session"] = "module",
) -> Callable[..., House]:
    """The fixture of a test file that publishes something, or has definitions of its own: `house = own_house(MINE)`.

    Its tests share the house: what one of them publishes stays for those after it, what it does to tickets does not.
    """

    def on(url: URL) -> AbstractContextManager[House]:
        return opened(url, files, staff)

    return house_on_both(on, scope)


def _bad_tokens(session: Any, at: dt.datetime) -> dict[str, str]:
    """Tokens that were good once."""
    for person in ("left", "signed_out"):
        accounts.create_person(session, person, name=person, at=at)
    soon = at + dt.timedelta(days=1)
    found = {
        "expired": tokens.issue_token(session, "ada", "old", at, expires_at=soon),
        "withdrawn": tokens.issue_token(session, "signed_out", "lost", at),
        "left": tokens.issue_token(session, "left", "tests", at),
    }
    tokens.withdraw_tokens(session, at, person="signed_out")
    accounts.leave(session, "left", at)
    return found


def refusal(answer: TestResponse, *statuses: int) -> dict[str, Any]:
    """The problem document of a refusal; its status is one of these."""
    said = answer.get_data(as_text=True)
    assert answer.status_code in statuses, f"{answer.status_code}: {said}"
    assert answer.mimetype == "application/problem+json", said
    found: dict[str, Any] = json.loads(said)
    assert found["status"] == answer.status_code
    assert found["type"].startswith("/problems/")
    assert found["title"]
    assert found["detail"], said
    assert "Traceback" not in said
    return found


def blockers(answer: TestResponse, *statuses: int) -> list[tuple[str, str]]:
    """Every reason of a refused move: its code and what it is about."""
    return [(one["code"], one["subject"]) for one in refusal(answer, *(statuses or (403, 409, 422)))["blockers"]]


def routes(app: Flask) -> Sequence[tuple[str, str]]:
    """Every method and address of the application that wants a token, with something in the place of parameters."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule in UNREAD_ROUTES:
            continue
        address = rule.rule.replace("<number>", "P-2026-00001").replace("<name>", "errand").replace("<notice>", "x")
        address = address.replace("<key>", "acme").replace("<file>", "x").replace("<holder>", "ada")
        assert "<" not in address, f"say what stands for the parameter of {rule.rule}"
        found += [(method, address) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found
