"""The kinds of files, and the reading of one document by the schema of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from workflow import names
from workflow.problems import Problem
from workflow.procedure_book import GRADES
from workflow.reading.labels import meant_in_condition
from workflow.reading.nodes import Finding, Node, Path
from workflow.reading.schema import values
from workflow.reading.schema.clock_parts import DeadlinePart, PromisePart, ReminderPart
from workflow.reading.schema.field_parts import FieldPart
from workflow.reading.schema.move_parts import StatePart, TransitionPart
from workflow.reading.schema.parts import Described, Part, Text, TextPart, reader_of
from workflow.reading.schema.recurring_parts import SchedulePart
from workflow.reading.schema.scenario_parts import ScenarioFile
from workflow.reading.schema.shapes import Named, Several, Value, refuse
from workflow.roles import Scope


class DocumentPart(Part):
    called = ("a document header", "文件头")

    number = Value(values.sentence)
    version = Value(values.sentence)
    issued_by = Value(values.sentence)
    drafted = Value(values.sentence)
    reviewed = Value(values.sentence)
    approved = Value(values.sentence)
    changes = Value(values.sentence)


class DefinitionFile(Described):
    called = ("a definition", "流程定义")

    workflow = Value(values.file_name, must=True)
    extends = Value(values.word)
    family = Several(Value(values.word), most=10)
    document = fields.Nested(DocumentPart)
    calendar = Value(values.word, must=True)
    accountable = Value(values.word, must=True)
    followers = Several(Value(values.word))
    scope = Value(values.one_of(["group", "site"]))
    fields_ = Named(FieldPart(), name=values.part_name, key="fields", most=300)
    states = Named(fields.Nested(StatePart), name=values.part_name, must=True, most=100)
    transitions = Named(fields.Nested(TransitionPart), name=values.part_name, must=True)
    deadlines = Named(fields.Nested(DeadlinePart), name=values.part_name, most=50)
    reminders = Named(fields.Nested(ReminderPart), name=values.part_name, most=50)
    promises = Several(fields.Nested(PromisePart))
    recurring = Named(fields.Nested(SchedulePart), name=values.part_name, most=50)


class BaseFile(DefinitionFile):
    """What several definitions have in common. It need not be whole: what is missing is said where it is missed."""

    called = ("a base", "通用部分")

    class Meta(DefinitionFile.Meta):
        exclude = ("workflow", "zh", "en", "family", "document")

    base = Value(values.file_name, must=True)


class RolePart(TextPart):
    called = ("a role", "角色")

    scope = Value(values.one_of([scope.value for scope in Scope]), must=True)
    falls_back_to = Value(values.word)


class RolesFile(Part):
    called = ("a file of roles", "角色文件")

    departments = Named(fields.Nested(TextPart), name=values.part_name)
    roles = Named(fields.Nested(RolePart), name=values.part_name, must=True)


class CalendarFile(Part):
    """Only which keys there are: what they say is for the calendar to read."""

    called = ("a calendar", "日历")

    calendar = Value(values.file_name, must=True)
    zh = Value(values.sentence)
    en = Value(values.sentence)
    extends = Value(values.word)
    zone = fields.Raw()
    country = fields.Raw()
    holidays = fields.Raw()
    hours = fields.Raw()
    working_days = fields.Raw()
    closed = fields.Raw()
    open = fields.Raw()
    dates = fields.Raw()
    shifts = fields.Raw()


class RegisterFile(TextPart):
    called = ("a register", "名册")

    register = Value(values.file_name, must=True)
    columns = Named(FieldPart(), name=values.part_name, most=50)
    kept_by = Several(Value(values.word))
    rules = Several(Value(values.sentence))
    note = Value(values.sentence)


class _Said(TextPart):
    """A text that is written in at least one language."""

    @validates_schema
    def _say_something(self, data: Mapping[str, Any], **_: object) -> None:
        if "zh" not in data and "en" not in data:
            what, what_zh = self.called
            raise refuse("missing_key", f"{what} says nothing; it needs `zh` or `en`", f"{what_zh}缺少 zh 或 en：内容")


class FormPart(_Said):
    called = ("a form", "表单")

    source = Value(values.word)
    section = Value(values.sentence)


class RulePart(_Said):
    called = ("a rule", "条款")

    grade = Value(values.one_of(GRADES), must=True)
    source = Value(values.word)
    section = Value(values.sentence)
    outside = Text()
    see = Several(Value(values.word))


class ProcedureBookFile(TextPart):
    called = ("a procedure book", "制度汇编")

    procedure_book = Value(values.file_name, must=True)
    documents = Named(fields.Nested(TextPart), name=values.part_name)
    rules = Named(fields.Nested(RulePart), name=values.word, most=2000)
    forms = Named(fields.Nested(FormPart), name=values.word, most=500)


KINDS: Mapping[str, type[Part]] = {
    "workflow": DefinitionFile,
    "base": BaseFile,
    "calendar": CalendarFile,
    "roles": RolesFile,
    "register": RegisterFile,
    "procedure_book": ProcedureBookFile,
    "scenario": ScenarioFile,
}
"""The kinds of files by the key that tells them apart."""

_OF_DEFINITIONS = frozenset({"workflow", "states", "transitions", "fields", "deadlines", "reminders", "accountable"})
"""A definition has a `calendar` too, so these keys are looked for first."""

_OF_SCENARIOS = frozenset({"scenario", "given", "steps"})
"""And a scenario has a `workflow` too: these come before."""


def load(node: Node, kind: str) -> tuple[dict[str, Any], list[Problem]]:
    """What a document of a kind says, as far as it can be read, by attribute names; and what is wrong with it."""
    schema = reader_of(KINDS[kind])
    data: Any = node.data()
    try:
        said: dict[str, Any] = schema.load(data)
        return said, []
    except ValidationError as error:
        read = error.valid_data if isinstance(error.valid_data, dict) else {}
        return read, [
            node.problem(meant_in_condition(node, path, finding), path) for path, finding in _findings(error.messages)
        ]


def kind_of(node: Node) -> tuple[str, Problem | None]:
    """Which kind a document is, or why that cannot be told (the kind is then empty)."""
    keys = node.parts.keys()
    if keys & _OF_SCENARIOS:
        return "scenario", None
    if "base" in keys and "workflow" not in keys:
        return "base", None
    if keys & _OF_DEFINITIONS:
        return "workflow", None
    for kind in KINDS:
        if kind in keys:
            return kind, None
    if "departments" in keys:
        return "roles", None
    what = names.one_of(KINDS)
    meant, meant_zh = names.did_you_mean(next(iter(keys), ""), KINDS)
    finding = Finding(
        "unknown_file",
        f"this is none of the kinds of files; each begins with one of {what}, as `workflow: repair`{meant}",
        f"无法判断这是哪一类文件；开头应为 {names.one_of(KINDS, 'zh')} 之一，例如 workflow: repair{meant_zh}",
    )
    return "", finding.at(node.position)


def _findings(messages: Any, path: Path = ()) -> Iterator[tuple[Path, Finding]]:
    if isinstance(messages, Finding):
        yield path, messages
    elif isinstance(messages, list):
        for message in messages:
            yield from _findings(message, path)
    elif isinstance(messages, dict):
        for step, message in messages.items():
            yield from _findings(message, path if step == "_schema" else (*path, step))
    else:
        yield path, Finding("shape", str(messages), str(messages))
