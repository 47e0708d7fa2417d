"""What the files of roles say: the departments of a house and its roles, checked so that every chain ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from workflow import names
from workflow.definition import Text
from workflow.people import WORDS
from workflow.problems import Instead, Problem
from workflow.reading.declared import text_of
from workflow.reading.nodes import Finding, Node, Path, instead
from workflow.roles import LAST, Role, Scope


def read_roles(
    files: Iterable[tuple[Node, dict[str, Any]]],
) -> tuple[dict[str, Role], dict[str, Text], list[Problem]]:
    """The roles and the departments of all files together, each with what the schema has read of it."""
    roles: dict[str, Role] = {}
    departments: dict[str, Text] = {}
    origins: dict[str, Node] = {}
    problems: list[Problem] = []
    for node, said in files:
        for name, one in said.get("departments", {}).items():
            if name in departments:
                problems.append(node.problem(_twice("department", "部门", name), ("departments", name)))
            departments.setdefault(name, text_of(one, name))
        for name, one in said.get("roles", {}).items():
            if name in roles:
                problems.append(node.problem(_twice("role", "角色", name), ("roles", name)))
            else:
                roles[name] = Role(
                    name=name,
                    text=text_of(one, name),
                    scope=Scope(one.get("scope", Scope.SITE)),  # where it cannot be read, that is a problem already
                    falls_back_to=one.get("falls_back_to", None if name == LAST else LAST),
                )
                origins[name] = node
    for name, node in origins.items():
        problems += [node.problem(found, path) for path, found in _faults(roles[name], roles)]
    if roles and LAST not in roles:
        node = next(iter(origins.values()))
        problems.append(node.problem(_last_missing(), ("roles",)))
    return roles, departments, problems


def _faults(role: Role, roles: dict[str, Role]) -> Iterator[tuple[Path, Finding]]:
    path: Path = ("roles", role.name)
    following = role.falls_back_to
    if role.name in WORDS:
        yield _fault(
            path,
            "same_name",
            f"{role.name} is a word of the language; call the role something else",
            f"{role.name} 是本语言的用词；请给角色换个名字",
            of_key=True,
        )
    if role.name == LAST:
        if role.scope is not Scope.SITE:
            yield _fault(
                (*path, "scope"),
                "role_chain",
                f"{LAST} is a role of the site: scope: site",
                f"{LAST} 是项目的角色：scope: site",
            )
        if following is not None:
            yield _fault(
                (*path, "falls_back_to"),
                "role_chain",
                f"every chain ends at {LAST}; nobody is behind it",
                f"每条顶替链都以 {LAST} 结束；它后面不能再有人",
            )
        return
    if following is None or (following == LAST and LAST not in roles):
        return
    if following not in roles:
        meant, meant_zh = names.did_you_mean(following, roles)
        yield _fault(
            (*path, "falls_back_to"),
            "unknown_role",
            f"there is no role {following}{meant}",
            f"没有角色 {following}{meant_zh}",
            mend=instead(following, roles),
        )
        return
    if roles[following].of_departments and not role.of_departments:
        yield _fault(
            (*path, "falls_back_to"),
            "role_chain",
            f"{following} is a role of departments, and {role.name} belongs to none: of which one would it be?",
            f"{following} 是部门角色，而 {role.name} 不属于任何部门：无法确定是哪个部门",
        )
    circle = _circle(role.name, roles)
    if circle:
        way = " → ".join([*circle, role.name])
        yield _fault(
            (*path, "falls_back_to"), "role_chain", f"this goes round in a circle: {way}", f"顶替链绕成了圈：{way}"
        )


def _circle(name: str, roles: dict[str, Role]) -> list[str]:
    """The way from a role back to itself; empty if its chain comes to an end, or stays in another circle."""
    way = [name]
    while (following := roles[way[-1]].falls_back_to) in roles and following not in (LAST, *way):
        way.append(following)
    return way if following == name else []


def _twice(what: str, what_zh: str, name: str) -> Finding:
    return Finding(
        "duplicate_name",
        f"the {what} {name} is in another file already",
        f"{what_zh} {name} 已在另一个文件中",
        of_key=True,
    )


def _last_missing() -> Finding:
    return Finding(
        "role_chain",
        f"the role {LAST} is missing; every chain ends there: {LAST}: {{scope: site}}",
        f"缺少角色 {LAST}；每条顶替链都以它结束：{LAST}: {{scope: site}}",
        of_key=True,
    )


def _fault(
    path: Path, check: str, text: str, text_zh: str, *, of_key: bool = False, mend: Instead | None = None
) -> tuple[Path, Finding]:
    return path, Finding(check, text, text_zh, of_key=of_key, mend=mend)
