"""The shape of the files as JSON Schema, for editors: which keys a part may have, what each means, what its value is.

It is derived from the same schemas that read the files, as far as a schema can say it: names, conditions and moments
are looked up by the check alone. A definition that `extends` another may leave out what it inherits, and write
`removed`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from workflow.calendar_file import COUNTRIES, HOLIDAYS, REGIONS
from workflow.definition import FieldType
from workflow.durations import UNIT_NAMES
from workflow.house import WEEKDAYS
from workflow.names import LONGEST
from workflow.reading.inheritance import BLOCKS, REMOVED
from workflow.reading.schema import values
from workflow.reading.schema.clock_parts import EFFECT_KEYS, PROMISES
from workflow.reading.schema.field_parts import FIELD_PARTS, AnyField, FieldPart, OtherwiseField
from workflow.reading.schema.files import KINDS
from workflow.reading.schema.meanings import meaning_of
from workflow.reading.schema.parts import Part
from workflow.reading.schema.scenario_parts import ACTS, GO_WITH
from workflow.reading.schema.shapes import Either, Named, Several, Value

Json = dict[str, Any]

FILES: Mapping[str, str] = {
    "workflow": "definition.schema.json",
    "calendar": "calendar.schema.json",
    "roles": "roles.schema.json",
    "register": "register.schema.json",
    "procedure_book": "procedure-book.schema.json",
    "scenario": "scenario.schema.json",
}
"""The file of each kind; a base is written by the schema of definitions."""

_DRAFT = "http://json-schema.org/draft-07/schema#"
_TAKEN_AWAY: Json = {"const": REMOVED}
_NAMES = ("workflow", "base")


def json_schema(kind: str) -> Json:
    """The JSON Schema of one kind of file."""
    return _Writing().file(kind)


def parts() -> tuple[type[Part], ...]:
    """Every part that a file can have."""
    found: dict[type[Part], None] = {}
    for kind in KINDS:
        writing = _Writing()
        writing.file(kind)
        found |= dict.fromkeys(writing.parts)
    return tuple(one for one in found if one is not OtherwiseField)


def undescribed() -> list[str]:
    """The keys of which nobody has said what they mean, as `part.key`."""
    return [f"{part.__name__}.{key}" for part in parts() for key in _keys(part) if meaning_of(part, key) is None]


def _letters(text: str) -> str:
    """A pattern of the text in letters of any size."""
    return "".join(f"[{one}{one.upper()}]" if one != one.upper() else re.escape(one) for one in text)


_UNITS = "|".join(r"\s+".join(_letters(word) for word in name.split(" ")) for name in sorted(UNIT_NAMES, reverse=True))
_WORD = r"^(?=[\s\S]*\S)[^，、；“”‘’「」]*$"
_LOCAL_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-4]):[0-5][0-9](:[0-5][0-9])?([+-][0-9]{2}:[0-9]{2}|Z)?"
_DURATION = rf"\s*0*[1-9][0-9]*\s*({_UNITS})\s*"


def _name(letters: str) -> Json:
    return {"type": "string", "pattern": rf"^\s*{letters}\s*$"}


_READERS: Mapping[object, Json] = {
    values.sentence: {"type": "string", "pattern": r"\S"},
    values.word: {"type": "string", "pattern": _WORD},
    values.part_name: _name(rf"[a-z][a-z0-9_]{{0,{LONGEST - 1}}}"),
    values.choice_name: _name(rf"(?=[a-z0-9_-]{{1,{LONGEST}}}\s*$)[a-z][a-z0-9]*([_-][a-z0-9]+)*"),
    values.file_name: _name(rf"(?=[a-z0-9_-]{{1,{LONGEST}}}\s*$)[a-z][a-z0-9]*([_-][a-z0-9]+)*"),
    values.yes: {"type": "boolean"},
    values.number: {"type": "number"},
    values.count: {"type": "integer", "minimum": 1},
    values.scalar: {"type": ["string", "number", "boolean"]},
    values.duration: {"type": "string", "pattern": f"^{_DURATION}$"},
    values.share_or_duration: {
        "type": "string",
        "pattern": rf"^({_DURATION}|(?!0+(\.0+)?%)[0-9]{{1,2}}(\.[0-9]{{1,2}})?%)$",
    },
    values.clock_time: {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
    values.local_time: {"type": "string", "pattern": rf"^\s*{_LOCAL_TIME}\s*$"},
    values.limit: {"type": "string", "pattern": rf"^(paused|\s*{_LOCAL_TIME}\s*)$"},
    values.waiting: {"type": "string", "pattern": rf"^({_DURATION}|\s*until +{_LOCAL_TIME}\s*)$"},
    values.anything: {},
    values.condition: {"type": ["string", "number", "boolean"]},
    values.figure: {"type": ["string", "number"]},
    values.fixed_or_condition: {"type": ["string", "number", "boolean"]},
    values.fixed_text: {"type": "string", "pattern": r"\S"},
    values.typed_only: {"not": {}},
    values.moment: {"type": "string", "pattern": r"\S"},
}
"""What each reader of a value accepts; of another one it is only known that it reads a single value."""

_ANY_SCALAR: Json = _READERS[values.scalar]


_DAYS = [*WEEKDAYS, "weekdays", "weekends", "every day"]
_DATE: Json = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_TIME = "([01]?[0-9]|2[0-3]):[0-5][0-9]"
_OPENING: Json = {"type": "string", "pattern": rf"^\s*{_TIME} ?- ?({_TIME}|24:00)\s*$"}
_OPENINGS: Json = {"anyOf": [{"const": "closed"}, _OPENING, {"type": "array", "items": _OPENING}]}
_OWN_DATES: Json = {
    "anyOf": [
        _DATE,
        {"type": "array", "items": _DATE},
        {"type": "object", "propertyNames": _DATE, "additionalProperties": {"type": ["string", "number", "boolean"]}},
    ]
}
_PLAIN: Mapping[str, Json] = {
    "zone": {"type": "string", "pattern": f"^(UTC|({'|'.join(sorted(REGIONS))})/.+)$"},
    "country": {"enum": [*COUNTRIES, REMOVED]},
    "holidays": {"enum": list(HOLIDAYS)},
    "hours": {"type": "object", "propertyNames": {"enum": _DAYS}, "additionalProperties": _OPENINGS},
    "working_days": {
        "anyOf": [{"enum": _DAYS}, {"type": "array", "items": {"enum": _DAYS}, "minItems": 1}],
    },
    "closed": _OWN_DATES,
    "open": _OWN_DATES,
    "dates": {
        "type": "object",
        "propertyNames": _DATE,
        "additionalProperties": {"anyOf": [{"const": REMOVED}, *_OPENINGS["anyOf"]]},
    },
    "shifts": {"type": "object", "additionalProperties": _OPENING},
}
"""The keys of a calendar, which is read by rules of its own."""


def _one_of(*keys: str) -> Json:
    return {"oneOf": [{"required": [key]} for key in keys]}


def _some_of(*keys: str) -> Json:
    return {"anyOf": [{"required": [key]} for key in keys]}


_TOGETHER: Mapping[str, Json] = {
    "DeadlinePart": _one_of("within", "no_later_than"),
    "SoonPart": _some_of(*EFFECT_KEYS),
    "LatePart": _some_of(*EFFECT_KEYS),
    "ReminderPart": _some_of(*EFFECT_KEYS),
    "PromisePart": _one_of(*PROMISES),
    "CheckPart": {**_some_of("need", "must"), "if": {"required": ["must"]}, "then": _some_of("zh", "en")},
    "RulePart": _some_of("zh", "en"),
    "FormPart": _some_of("zh", "en"),
    "StatePart": {
        "dependencies": {
            "approvals": {"required": ["granted", "refused"], "not": _some_of("responsible")},
            "granted": ["approvals"],
            "refused": ["approvals"],
        }
    },
    "StepPart": {
        **_one_of(*ACTS),
        "dependencies": {
            **{key: [*those] if len(those) == 1 else _some_of(*those) for key, those in GO_WITH.items()},
            "do": ["by"],
            "ticket": _some_of("do", "expect"),
        },
    },
    "ExpectPart": {"minProperties": 1},
    "CalendarFile": {"anyOf": [{"required": ["extends"]}, {"required": ["zone", "hours"]}]},
}
"""What is said of the keys of a part together."""


class _Writing:
    """The writing of one schema; `parts` are those that it has come upon."""

    def __init__(self) -> None:
        self.parts: dict[type[Part], None] = {}
        self._definitions: Json = {}

    def file(self, kind: str) -> Json:
        part = KINDS[kind]
        whole = self._part(part, inheriting=kind == "base")
        if kind == "workflow":
            whole = {"if": {"required": ["extends"]}, "then": self._part(part, inheriting=True), "else": whole}
            whole = {"if": {"required": ["base"]}, "then": self._part(KINDS["base"], inheriting=True), "else": whole}
        return {
            "$schema": _DRAFT,
            "title": part.called[0].removeprefix("a "),
            **whole,
            "definitions": dict(sorted(self._definitions.items())),
        }

    def _part(self, part: type[Part], *, inheriting: bool = False) -> Json:
        """A reference to a part; one that is `inheriting` need not be whole."""
        name = f"{part.__name__}.inheriting" if inheriting else part.__name__
        if name not in self._definitions:
            self.parts[part] = None
            self._definitions[name] = {}  # so that a part inside itself ends
            self._definitions[name] = self._map(part, inheriting=inheriting)
        return {"$ref": f"#/definitions/{name}"}

    def _map(self, part: type[Part], *, inheriting: bool) -> Json:
        schema: Schema = part()
        found: Json = {"type": "object", "additionalProperties": False, "properties": {}}
        must = []
        for key, field in sorted(_by_key(schema).items(), key=lambda one: _keys(part).index(one[0])):
            shape = self._shape(field, inheriting=inheriting and key in BLOCKS)
            if key == "follows":
                shape["maxProperties"] = 1
            if inheriting and not (field.required and key in _NAMES):
                shape = {"anyOf": [shape, _TAKEN_AWAY]}
            elif field.required:
                must.append(key)
            found["properties"][key] = _described(part, key, shape)
        if inheriting and part in KINDS.values():
            must = [key for key in _NAMES if key in found["properties"]]
        if must:
            found["required"] = must
        return found if inheriting else found | _TOGETHER.get(part.__name__, {})

    def _shape(self, field: fields.Field[Any], *, inheriting: bool = False) -> Json:
        if isinstance(field, Value):
            return self._value(field)
        if isinstance(field, Several):
            one = self._shape(field.inner)
            return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": field.most}]}
        if isinstance(field, Named):
            inside = self._shape(field.inner, inheriting=inheriting)
            return {
                "type": "object",
                "minProperties": 0 if inheriting else 1,
                "maxProperties": field.most,
                "propertyNames": self._value(Value(field.name_reader)),
                "additionalProperties": {"anyOf": [inside, _TAKEN_AWAY]} if inheriting else inside,
            }
        if isinstance(field, Either):
            shapes = [self._shape(one) for one in field.shapes()]
            return shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
        if isinstance(field, FieldPart):
            return self._field(inheriting=inheriting)
        if isinstance(field, fields.Nested):
            return self._part(type(field.schema), inheriting=inheriting)  # type: ignore[arg-type]
        if type(field) is fields.Raw:
            return _PLAIN.get(field.data_key or str(field.name), {})
        raise TypeError(f"{type(field).__name__} is a field without a shape; let it be an Either, or say it here")

    def _field(self, *, inheriting: bool) -> Json:
        """A field: its type says which keys it has."""
        name = "Field.inheriting" if inheriting else "Field"
        if name not in self._definitions:
            types = [one.value for one in FieldType]
            by_part: dict[type[AnyField], list[str]] = {}
            for one in types:
                by_part.setdefault(FIELD_PARTS.get(one, AnyField), []).append(one)
            cases = [
                {
                    "if": {"properties": {"type": {"enum": names}}, "required": ["type"]},
                    "then": self._part(part, inheriting=inheriting),
                }
                for part, names in by_part.items()
            ]
            described = _described(AnyField, "type", {"enum": types})
            self._definitions[name] = {"type": "object", "properties": {"type": described}, "allOf": cases}
            if inheriting:
                cases.append(
                    {"if": {"not": {"required": ["type"]}}, "then": self._part(OtherwiseField, inheriting=True)}
                )
            else:
                self._definitions[name]["required"] = ["type"]
        return {"$ref": f"#/definitions/{name}"}

    def _value(self, field: Value) -> Json:
        words = getattr(field.reader, "words", None)
        return {"enum": list(words)} if words is not None else dict(_READERS.get(field.reader, _ANY_SCALAR))


def _keys(part: type[Part]) -> tuple[str, ...]:
    return part().keys()


def _by_key(schema: Schema) -> dict[str, fields.Field[Any]]:
    return {field.data_key or name: field for name, field in schema.fields.items()}


def _described(part: type[Part], key: str, shape: Json) -> Json:
    """The shape with the words that an editor shows beside the key."""
    meaning = meaning_of(part, key)
    if meaning is None:
        return shape
    en, zh = meaning.en, meaning.zh
    if meaning.default:
        en, zh = f"{en}. Default: {meaning.default}", f"{zh}。默认：{meaning.default_zh}"
    words = {"description": f"{en}\n\n{zh}".replace("`", ""), "markdownDescription": f"{en}\n\n{zh}"}
    return words | ({"allOf": [shape]} if "$ref" in shape else shape)
