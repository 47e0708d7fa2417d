"""What accounts refuse: one class for each thing that a caller can do differently, its data in attributes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from workflow.definition import Text
from workflow.names import nearest, one_of
from workflow.roles import Role, Scope

_KINDS = {
    "person": "员工",
    "site": "项目",
    "department": "部门",
    "role": "角色",
    "calendar": "日历",
    "definition or calendar": "流程或日历",
    "number prefix": "编号前缀",
    "label": "用途",
    "register": "名册",
    "entry": "条目",
    "name of a person": "姓名",
    "name of a site": "项目名称",
}
"""The kinds of things that these refusals name, in Chinese."""


class AccountRefused(ValueError):
    """Nothing was changed; `text` says why, in both languages."""

    def __init__(self, sentence: str = "", sentence_zh: str = "") -> None:
        self.text = Text(sentence or "Nothing was changed.", sentence_zh or "没有任何改动。")
        super().__init__(self.text.en)


class NameFaulty(AccountRefused):
    """A name cannot be so; `accepted` says how it can."""

    def __init__(self, kind: str, given: str, accepted: Text) -> None:
        self.kind, self.given, self.accepted = kind, given, accepted.en
        super().__init__(
            f"{given!r} cannot be a {kind}: {accepted.en}.",
            f"{given!r} 不能用作{_KINDS.get(kind, kind)}：{accepted.read('zh')}。",
        )


class NotKnown(AccountRefused):
    """There is no such thing; `nearest` is what was probably meant."""

    def __init__(self, kind: str, name: str, known: Collection[str], *, where: str = "") -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        self.nearest = nearest(name, known)
        meant = (
            f"; did you mean {self.nearest}?" if self.nearest else f". There are: {one_of(sorted(known)) or 'none'}."
        )
        meant_zh = (
            f"；是否想写 {self.nearest}？" if self.nearest else f"。现有：{one_of(sorted(known), 'zh') or '无'}。"
        )
        place = f"项目 {where.removeprefix(' at ')} " if where else ""
        super().__init__(
            f"There is no {kind} {name}{where}{meant}", f"{place}没有{_KINDS.get(kind, kind)} {name}{meant_zh}"
        )


class AlreadyThere(AccountRefused):
    """The name is taken; things are not deleted, so that it stays so."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"There is already a {kind} {name}.", f"{_KINDS.get(kind, kind)} {name} 已存在。")


class PlaceFaulty(AccountRefused):
    """A role is held where it belongs: in the group, at a site, or in a department of a site."""

    WANTED = {
        Scope.GROUP: Text("name no site and no department", "请勿写项目和部门"),
        Scope.SITE: Text("name a site, and no department", "请写项目，不写部门"),
        Scope.DEPARTMENT: Text("name a site and a department", "请写项目和部门"),
    }
    _SCOPES = {Scope.GROUP: "集团", Scope.SITE: "项目", Scope.DEPARTMENT: "部门"}

    def __init__(self, role: Role) -> None:
        self.role, self.scope = role.name, role.scope
        wanted = self.WANTED[role.scope]
        super().__init__(
            f"{role.name} is a role of the {role.scope.value}: {wanted.en}.",
            f"{role.name} 是{self._SCOPES[role.scope]}的角色：{wanted.zh}。",
        )


class TimesFaulty(AccountRefused):
    """What has an end ends after it begins."""

    def __init__(self, since: dt.datetime, until: dt.datetime) -> None:
        self.since, self.until = since, until
        super().__init__(
            f"{until.isoformat()} is not after {since.isoformat()}.",
            f"{until.isoformat()} 不晚于 {since.isoformat()}。",
        )


class DeputyFaulty(AccountRefused):
    """A deputy is somebody else, who is still here."""

    def __init__(self, person: str, deputy: str) -> None:
        self.person, self.deputy = person, deputy
        super().__init__(
            f"{deputy} cannot be the deputy of {person}: a deputy is somebody else, who is still here.",
            f"{deputy} 不能做 {person} 的代理人：代理人须是另一位在职员工。",
        )


class NobodyTakesOver(AccountRefused):
    """Who hands over what he holds names somebody, or has a deputy."""

    def __init__(self, person: str) -> None:
        self.person = person
        super().__init__(f"{person} has no deputy: say who takes over.", f"{person} 没有代理人：请写明由谁接手。")


class TakesOverHimself(AccountRefused):
    """What somebody holds is handed over to somebody else."""

    def __init__(self, person: str) -> None:
        self.person = person
        super().__init__(
            f"{person} holds it already: say who else takes over.", f"{person} 本来就是经办人：请写明由谁接手。"
        )


class HasLeft(AccountRefused):
    """Who has left can be given nothing; take him back first."""

    def __init__(self, person: str) -> None:
        self.person = person
        super().__init__(
            f"{person} has left and can be given nothing; take {person} back first: `duban person back {person}`.",
            f"{person} 已离职，不能再授予；请先恢复：duban person back {person}。",
        )


class NotHeld(AccountRefused):
    """The person does not hold this role there."""

    def __init__(self, person: str, role: str) -> None:
        self.person, self.role = person, role
        super().__init__(f"{person} does not hold {role} there.", f"{person} 在此没有担任 {role}。")
