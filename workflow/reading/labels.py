"""Labels: what people read, written where a name is wanted; which name was meant by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from workflow import names
from workflow.definition import Text
from workflow.problems import Instead
from workflow.reading.nodes import Finding, Node, Path
from workflow.roles import Role

_LABEL = re.compile(r"[^\x00-\x7f]+")


def meant_in_condition(document: Node, path: Path, finding: Finding) -> Finding:
    """The finding, with the field or choice that is called so where a condition has a label in place of a name."""
    node = document.find(path)
    if finding.check != "condition" or finding.column is None or node is None or not isinstance(node.value, str):
        return finding
    label = _LABEL.match(node.value[finding.column - 1 :])
    meant = meant_by(label.group(), _labels(document)) if label else None
    if not label or not meant:
        return finding
    return replace(
        finding,
        text=f"{finding.text}; did you mean {meant}?",
        text_zh=f"{finding.text_zh}；是否想写 {meant}？",
        mend=Instead(label.group(), meant),
    )


def meant_by(label: str, labels: Iterable[tuple[str, str]]) -> str | None:
    """The name of what is called so, or nearly so, by pairs of label and name; None if nothing is."""
    known: dict[str, str] = {}
    for text, name in labels:
        known.setdefault(text, name)
    nearest = label if label in known else names.nearest(label, known)
    return known[nearest] if nearest else None


def meant_person(
    text: str, roles: Mapping[str, Role], departments: Mapping[str, Text], fields_of_departments: Iterable[str]
) -> tuple[str, str, str | None]:
    """How the message about a person that nobody is ends, in English and Chinese; empty if nothing better is known.

    Roles are found by their labels, and a department is told from a role. The third is what is certainly meant.
    """
    words = text.split()
    field = next(iter(fields_of_departments), "FIELD")
    if len(words) == len(("role", "of", "field")) and words[1] == "of":
        if words[2] in departments:
            return (
                f"; {words[2]} is a department, and after `of` stands the field that holds one: {words[0]} of {field}",
                f"；{words[2]} 是部门，of 后面应写存放部门的字段：{words[0]} of {field}",
                None,
            )
        return "", "", None
    if text in departments:
        role = next((one.name for one in roles.values() if one.of_departments), "ROLE")
        return (
            f"; {text} is a department: write a role, as {role} of {field}",
            f"；{text} 是部门：请写角色，例如 {role} of {field}",
            None,
        )
    if not _LABEL.search(text):
        return "", "", None
    meant = meant_by(text, ((role.text.zh, role.name) for role in roles.values() if role.text.zh))
    if meant is None:
        return "", "", None
    whole = f"{meant} of {field}" if roles[meant].of_departments else meant
    return f"; did you mean {whole}?", f"；是否想写 {whole}？", None if whole.endswith("FIELD") else whole


def _labels(document: Node) -> Iterable[tuple[str, str]]:
    fields = document.parts["fields"].parts if "fields" in document.parts else {}
    transitions = document.parts["transitions"].parts if "transitions" in document.parts else {}
    choices = (
        (name, choice)
        for field in fields.values()
        if "of" in field.parts
        for name, choice in field.parts["of"].parts.items()
    )
    for name, part in (*fields.items(), *choices, *transitions.items()):
        for lang in ("zh", "en"):
            text = part.parts[lang].value if lang in part.parts else None
            if isinstance(text, str):
                yield text, name
