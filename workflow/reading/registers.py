"""What the files of registers say: which columns an entry has and who keeps it, checked so that every value fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from workflow import names
from workflow.definition import Field
from workflow.problems import Problem
from workflow.reading.declared import field_of, text_of
from workflow.reading.nodes import Finding, Node, Path
from workflow.registers import COLUMN_TYPES, OWN_COLUMNS, Register
from workflow.roles import Role


def read_registers(
    files: Mapping[str, tuple[Node, dict[str, Any]]], roles: Mapping[str, Role]
) -> tuple[dict[str, Register], list[Problem]]:
    """The registers by name, each with its document and what the schema has read of it."""
    registers: dict[str, Register] = {}
    problems: list[Problem] = []
    for name, (node, said) in files.items():
        columns = {column: field_of(column, one) for column, one in said.get("columns", {}).items() if "type" in one}
        registers[name] = Register(
            name=name,
            text=text_of(said, name),
            columns={column: one for column, one in columns.items() if one.type in COLUMN_TYPES},
            kept_by=tuple(one for one in said.get("kept_by", ()) if one in roles),
            rules=tuple(one for one in said.get("rules", ()) if one is not None),
            note=said.get("note", ""),
        )
        problems += [node.problem(found, path) for path, found in _of_keepers(said.get("kept_by", ()), roles)]
        for column, one in columns.items():
            problems += [node.problem(found, ("columns", column, *path)) for path, found in _of_column(column, one)]
    return registers, problems


def _of_keepers(keepers: tuple[str | None, ...], roles: Mapping[str, Role]) -> Iterator[tuple[Path, Finding]]:
    for index, name in enumerate(keepers):
        path: Path = ("kept_by", index)
        if name is None:
            continue
        if name not in roles:
            meant, meant_zh = names.did_you_mean(name, roles)
            yield path, Finding("unknown_role", f"there is no role {name}{meant}", f"没有角色 {name}{meant_zh}")
        elif roles[name].of_departments:
            yield (
                path,
                Finding(
                    "unknown_role",
                    f"{name} is a role of departments; a register is kept by roles of the site or the group",
                    f"{name} 是部门角色；名册应由项目或集团的角色维护",
                ),
            )


def _of_column(name: str, column: Field) -> Iterator[tuple[Path, Finding]]:
    if name in OWN_COLUMNS:
        yield (
            (),
            Finding(
                "same_name",
                f"every entry has {names.one_of(OWN_COLUMNS)}; call the column something else",
                f"每个条目都有 {names.one_of(OWN_COLUMNS, 'zh')}；请给这一列换个名字",
                of_key=True,
            ),
        )
    if column.type not in COLUMN_TYPES:
        accepted = [one.value for one in COLUMN_TYPES]
        yield (
            ("type",),
            Finding(
                "column_type",
                f"a column of a register is no {column.type.value}; accepted: {names.one_of(accepted)}",
                f"名册的列不能是 {column.type.value}；可用：{names.one_of(accepted, 'zh')}",
            ),
        )
    if column.follows is not None:
        yield ("follows",), Finding("shape", "a column follows nothing", "名册的列不能随别的字段而定")
    if column.formula is not None:
        yield ("is",), Finding("shape", "a column is typed and never worked out", "名册的列由人员填写，不能用 is")
    for key, bound in (("min", column.min), ("max", column.max)):
        if bound is not None and not isinstance(bound, Decimal):
            yield (
                (key,),
                Finding(
                    "shape",
                    f"a date in a register has no `{key}`: there is no ticket from which it could be counted",
                    f"名册中的日期没有 {key}：没有可以起算的工单",
                ),
            )
    if isinstance(column.min, Decimal) and isinstance(column.max, Decimal) and column.min > column.max:
        yield (
            ("min",),
            Finding("bounds", "min is more than max: no value would fit", "min 大于 max：没有可填的值"),
        )
