"""Shapes: a value that one function reads, a list that a single value may stand for, a map of names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError, fields

from workflow.names import shortened
from workflow.problems import Instead
from workflow.reading.nodes import Added, Finding

MOST = 200
"""The most entries of a list or map, where nothing else is said."""


class Refused(ValidationError):
    """A value that cannot be read: findings, and by key or index those inside it."""

    def __init__(self, *findings: Finding, inside: Mapping[str | int, Any] | None = None, left: Any = None) -> None:
        messages: Any = dict(inside or {})
        if findings:
            messages = {**messages, "_schema": list(findings)} if messages else list(findings)
        super().__init__(messages, valid_data=left)


def refuse(
    check: str, text: str, text_zh: str, column: int | None = None, mend: Instead | Added | None = None
) -> Refused:
    """To be raised by a reader."""
    return Refused(Finding(check, text, text_zh, column, mend=mend))


def shown(value: object, lang: str = "en") -> str:
    """A value as it is named in a message; long ones cut short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "映射" if lang == "zh" else "a map"
    if isinstance(value, list):
        return "列表" if lang == "zh" else "a list"
    return shortened(str(value))


class Value(fields.Field[Any]):
    """A value that one function reads."""

    def __init__(self, reader: Callable[[Any], Any], *, must: bool = False, key: str | None = None) -> None:
        super().__init__(required=must, data_key=key)
        self.reader = reader

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        return self.reader(value)


class Either(fields.Field[Any]):
    """A value of one of several shapes, which it reads in its own way."""

    def shapes(self) -> tuple[fields.Field[Any], ...]:
        """What it may look like."""
        raise NotImplementedError


class Several(fields.Field[Any]):
    """A list of values, or a single one, which is a list of one."""

    def __init__(
        self, inner: fields.Field[Any], *, must: bool = False, key: str | None = None, most: int = MOST
    ) -> None:
        super().__init__(required=must, data_key=key)
        self.inner = inner
        self.most = most

    def _bind_to_schema(self, field_name: str, parent: Any) -> None:
        super()._bind_to_schema(field_name, parent)
        self.inner._bind_to_schema(field_name, self)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> tuple[Any, ...]:
        items = value if isinstance(value, list) else [value]
        if not items:
            raise refuse(
                "shape", "an empty list; name one, or leave the key away", "列表是空的；请写出一项，或去掉这个键"
            )
        refuse_more(items, self.most)
        found: list[Any] = []
        faults: dict[str | int, Any] = {}
        for index, item in enumerate(items):
            try:
                one = None if item is None else self.inner.deserialize(item)
            except ValidationError as error:
                faults[index] = error.messages
                # What cannot be read keeps its place, so that an index still leads to the right line.
                one = error.valid_data or None
            if isinstance(one, str) and one in found and index not in faults:
                faults[index] = [Finding("duplicate_name", f"{shown(one)} is named twice", f"{shown(one)} 写了两次")]
            found.append(one)
        if faults:
            raise Refused(inside=faults, left=tuple(found))
        return tuple(found)


class Named(fields.Field[Any]):
    """A map whose keys are names: of parts, or whatever `name` reads."""

    def __init__(
        self,
        inner: fields.Field[Any],
        *,
        name: Callable[[Any], str],
        must: bool = False,
        key: str | None = None,
        most: int = MOST,
    ) -> None:
        super().__init__(required=must, data_key=key)
        self.inner = inner
        self.name_reader = name
        self.most = most

    def _bind_to_schema(self, field_name: str, parent: Any) -> None:
        super()._bind_to_schema(field_name, parent)
        self.inner._bind_to_schema(field_name, self)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise refuse(
                "shape",
                f"a map of names is expected here, not {shown(value)}",
                f"此处应为“名字: 内容”的映射，不是 {shown(value, 'zh')}",
            )
        if not value:
            raise refuse(
                "shape", "an empty map; name something, or leave the key away", "映射是空的；请写内容，或去掉这个键"
            )
        refuse_more(value, self.most)
        found: dict[str, Any] = {}
        faults: dict[str | int, Any] = {}
        for name, inside in value.items():
            messages: list[Any] = []
            try:
                self.name_reader(name)
            except ValidationError as error:
                messages.append([_of_key(one) for one in error.messages if isinstance(one, Finding)])
            try:
                if inside is not None:
                    found[name] = self.inner.deserialize(inside)
            except ValidationError as error:
                messages.append(error.messages)
                if not isinstance(self.inner, Value):  # of a part, its name is known at least
                    found[name] = error.valid_data if isinstance(error.valid_data, dict) else {}
            if messages:
                faults[name] = messages
        if faults:
            raise Refused(inside=faults, left=found)
        return found


def refuse_more(entries: Collection[object], most: int) -> None:
    """Refuse a list or map with more than `most` entries: what is checked against each other has to end."""
    if len(entries) > most:
        raise refuse(
            "too_big",
            f"there are {len(entries)} entries here, {most} are possible; divide the definition",
            f"此处有 {len(entries)} 项，最多 {most} 项；请拆分定义",
        )


def _of_key(finding: Finding) -> Finding:
    return replace(finding, column=None, of_key=True)
