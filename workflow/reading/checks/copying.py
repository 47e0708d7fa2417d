"""Copying: that nobody means the value of a field where `set` would store its name as a word."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflow import names
from workflow.definition import TYPED_BUILT_INS, Definition, FieldType
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.checks.opening import columns_of, openable, opened
from workflow.reading.nodes import Path
from workflow.typed import field_of

_TEXTS = (FieldType.TEXT, FieldType.CONTACT)


def field_copied(draft: Draft) -> Found:
    """A text that is set, without quotes, to what is the name of a field, or can only be meant as one."""
    for path, name, value, known in _texts(draft):
        node = draft.node.find((*path, "set", name))
        if node is None or node.indent != 0 or not _is_name(value, known):
            continue
        meant, meant_zh = ("", "") if value in known else names.did_you_mean(value, known)
        takes_over, takes_over_zh = (
            (" (a child takes over what it has by the same name)", "（子工单只会带入同名字段的内容）")
            if "open" in path
            else ("", "")
        )
        yield fault(
            (*path, "set", name),
            "field_copied",
            f"{name} would be the word {value}: `set` copies no field{takes_over}; "
            f'if the word is meant, put it in quotes, "{value}"{meant}',
            f"{name} 会写成 {value} 这个词：set 不能照抄字段{takes_over_zh}；"
            f'确实要写这个词的，请加引号，"{value}"{meant_zh}',
        )


def _texts(draft: Draft) -> Iterator[tuple[Path, str, str, Collection[str]]]:
    """Every text that something is set to: the path of the part that sets, the field, the text, and the fields here."""
    one = draft.definition
    here = (*one.fields, *TYPED_BUILT_INS)
    for path, effects in draft.effects():
        yield from _of(path, effects.set.items(), one, here)
    for path, _, index, child in opened(draft):
        target = openable(draft, child)
        if target is not None:
            columns = columns_of(child, one.fields)
            rows = (*columns, *(f"{child.for_each}.{column}" for column in columns))
            yield from _of((*path, "open", index), child.set.items(), target, (*here, *rows))
    for schedule in one.recurring.values():
        yield from _of(("recurring", schedule.name), schedule.set.items(), one, here)


def _of(
    path: Path, said: Collection[tuple[str, object]], of: Definition, known: Collection[str]
) -> Iterator[tuple[Path, str, str, Collection[str]]]:
    for name, value in said:
        field = field_of(name, of)
        if field is not None and field.type in _TEXTS and isinstance(value, str):
            yield path, name, value, known


def _is_name(value: str, known: Collection[str]) -> bool:
    """Whether it is a field, or a word that nobody writes to be read by people."""
    return value in known or ("_" in value and all(map(names.is_part_name, value.split("."))))
