"""The catalogue: all definitions, calendars, registers, roles and departments of a house, published as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from workflow import names
from workflow import roles as role_chains
from workflow.calendar import Calendar
from workflow.definition import Definition, Text
from workflow.problems import DefinitionFaulty, Position, Problem, told
from workflow.procedure_book import ProcedureBook
from workflow.reading import checks, inheritance, schema, source
from workflow.reading.building import build
from workflow.reading.calendars import calendars_that_end, read_calendars
from workflow.reading.checks.by_the_book import ids
from workflow.reading.checks.draft import Check, Draft
from workflow.reading.declared import fields_of
from workflow.reading.emptiness import explain_empty
from workflow.reading.nodes import Finding, Node
from workflow.reading.procedure_book import read_books, unknown_rule
from workflow.reading.registers import read_registers
from workflow.reading.revision import revision_of
from workflow.reading.roles_file import read_roles
from workflow.reading.scenarios import read_scenarios
from workflow.registers import Register
from workflow.roles import Role
from workflow.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What the files of one house say together. There is none with an error in it.

    `warnings` are problems that hold nothing up, `waived` those that an `accept` takes upon itself, with its
    reason. Maps keep the order of the files, which are read in the order of their paths. `scenarios` have been read and
    not run.
    """

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    departments: Mapping[str, Text] = field(default_factory=dict)
    registers: Mapping[str, Register] = field(default_factory=dict)
    book: ProcedureBook = field(default_factory=ProcedureBook)
    scenarios: tuple[Scenario, ...] = ()
    warnings: tuple[Problem, ...] = ()
    waived: tuple[tuple[Problem, str], ...] = ()
    places: Mapping[tuple[str, ...], Position] = field(default_factory=dict)

    def opened(self) -> tuple[Definition, ...]:
        """The definitions that a ticket may be opened with: all but the members of a family."""
        return tuple(one for one in self.definitions.values() if one.head is None)

    @property
    def zone(self) -> str | None:
        """The zone of the calendars; None where they have several, or there is none."""
        zones = {calendar.zone for calendar in self.calendars.values()}
        return zones.pop() if len(zones) == 1 else None

    def chain(self, role: str) -> tuple[str, ...]:
        """The role and those that answer in its place, up to the duty manager; KeyError for an unknown role."""
        return role_chains.chain(self.roles, role)

    def where(self, workflow: str, block: str = "", name: str = "") -> Position | None:
        """Where a definition, or a part of it (`where("repair", "states", "reported")`), is written.

        A promise goes by its place among them, from 0.
        """
        return self.places.get(tuple(step for step in (workflow, block, name) if step))


def compile_catalogue(files: Mapping[str, str | bytes], at: dt.datetime | None = None) -> Catalogue:
    """The catalogue that these files (path -> text) are, for use from `at` on if that is said.

    Raises DefinitionFaulty with every problem of every file, the warnings among them, if one is an error.
    """
    return _compile(files, (checks.NAMES, checks.FAMILIES, checks.SENSE), at)


def compile_published(files: Mapping[str, str | bytes]) -> Catalogue:
    """The catalogue that files already published are: a check that has come since then refuses no old text.

    Raises DefinitionFaulty only where they cannot be read at all.
    """
    return _compile(files, ())


def _compile(
    files: Mapping[str, str | bytes], stages: Sequence[tuple[Check, ...]], at: dt.datetime | None = None
) -> Catalogue:
    compiling = _Compiling(stages, at)
    for path in sorted(files):
        compiling.read(path, files[path])
    return compiling.catalogue()


@dataclass(slots=True)
class _Compiling:
    """The reading of all files together, and what has been found so far."""

    stages: Sequence[tuple[Check, ...]]
    at: dt.datetime | None
    misplaced: set[Position] = field(default_factory=set)
    """Keys that are unknown only because they stand outside of what they belong to."""
    documents: dict[str, list[Node]] = field(default_factory=lambda: {kind: [] for kind in schema.KINDS})
    problems: list[Problem] = field(default_factory=list)
    waived: list[tuple[Problem, str]] = field(default_factory=list)
    orphans: frozenset[str] = frozenset()
    """Definitions whose parent is not there: nobody knows what they lack."""
    lost: bool = False
    """Something of the files could not be read, so that a name that is not found proves nothing."""

    def read(self, path: str, text: str | bytes) -> None:
        documents, found = source.read(text, path)
        problems = list(found)
        self.lost |= any(problem.check in source.LOSING for problem in problems)
        whole = not any(problem.check in source.LOSING for problem in problems)
        if self.stages and len(documents) == 1 and whole:
            self._compare_names(path, documents[0])
        for node in documents:
            kind, problem = schema.kind_of(node)
            if problem is not None:
                self.problems.append(problem)
                self.lost = True
            elif self.stages and kind != "scenario" and _lies_with_scenarios(path):
                self.problems.append(_MISPLACED.at(node.position))
                self.lost = True
            else:
                self.documents[kind].append(node)
                problems, misplaced = explain_empty(node, kind, problems)
                self.misplaced |= misplaced
        self.problems += problems

    def _compare_names(self, path: str, node: Node) -> None:
        """A file with one workflow or base is called like it; one with several documents has a name of its own."""
        what = "workflow" if "workflow" in node.parts else "base"
        named = node.parts.get(what)
        name = named.value if named else None
        if "scenario" in node.parts or named is None or not isinstance(name, str) or not names.is_file_name(name):
            return
        stem = path.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
        if stem != name:
            called_zh = "流程名" if what == "workflow" else "通用部分的名字"
            text = f"the file is called {stem}, its {what} {name}; call both alike, as {name}.yaml"
            text_zh = f"文件名是 {stem}，{called_zh}是 {name}；两者应一致，例如 {name}.yaml"
            self.problems.append(Finding("file_name", text, text_zh).at(named.position))

    def catalogue(self) -> Catalogue:
        roles, departments = self._roles()
        calendars = self._calendars()
        book = self._book()
        registers = self._registers(roles)
        scenarios = self._scenarios()
        nodes, broken = self._flat()
        definitions = self._definitions(nodes, broken, roles, departments, registers)
        calendar_names = frozenset(self._names("calendar"))
        known: dict[object, Any] = {}
        drafts = [
            Draft(
                definition=one,
                node=nodes[name],
                definitions=definitions,
                roles=roles,
                departments=departments,
                calendars=calendar_names,
                registers=registers,
                times=calendars,
                book=book,
                known=known,
            )
            for name, one in definitions.items()
        ]
        self._check(drafts, broken)
        self._compare_rules(book)
        problems = told(self._heard())
        if any(problem.severity == "error" for problem in problems):
            raise DefinitionFaulty(problems)
        return Catalogue(
            definitions=definitions,
            calendars=calendars,
            roles=roles,
            departments=departments,
            registers=registers,
            book=book,
            scenarios=scenarios,
            warnings=tuple(problems),
            waived=tuple(sorted(set(self.waived))),
            places=_places(nodes, definitions),
        )

    # --- Kinds of files -----------------------------------------------------------------------------------------

    def _roles(self) -> tuple[dict[str, Role], dict[str, Text]]:
        roles, departments, problems = read_roles(
            [(node, self._load(node, "roles")) for node in self.documents["roles"]]
        )
        self.problems += problems
        return roles, departments

    def _calendars(self) -> dict[str, Calendar]:
        files = {name: (node, self._load(node, "calendar")) for name, node in self._by_name("calendar").items()}
        calendars, problems = read_calendars({name: file for name, file in files.items() if "calendar" in file[1]})
        if self.at is not None:
            problems += calendars_that_end({name: node for name, (node, _) in files.items()}, calendars, self.at)
        self.problems += problems
        return calendars

    def _book(self) -> ProcedureBook:
        named = self._by_name("procedure_book")
        book, problems = read_books({name: (node, self._load(node, "procedure_book")) for name, node in named.items()})
        self.problems += problems
        return book

    def _compare_rules(self, book: ProcedureBook) -> None:
        """Registers and scenarios name rules that the book has; of definitions a check says so."""
        if not self.stages or not book.rules:
            return
        for node in (*self.documents["register"], *self.documents["scenario"]):
            for path, inside in node.walk():
                named = ids(inside, path) if path[-1:] == ("rules",) else ()
                self.problems += [
                    node.problem(unknown_rule(id_, book.rules), at) for at, id_ in named if id_ not in book.rules
                ]

    def _registers(self, roles: Mapping[str, Role]) -> dict[str, Register]:
        files = {name: (node, self._load(node, "register")) for name, node in self._by_name("register").items()}
        registers, problems = read_registers(files, roles)
        self.problems += problems
        return registers

    def _scenarios(self) -> tuple[Scenario, ...]:
        faulty = {problem.position for problem in self.problems}
        read = []
        for node in self.documents["scenario"]:
            said, problems = schema.load(node, "scenario")
            self.problems += problems
            if not problems and not any(part.position in faulty or part.key in faulty for _, part in node.walk()):
                read.append((node, said))
        scenarios, problems = read_scenarios(read)
        self.problems += problems
        return scenarios

    def _flat(self) -> tuple[dict[str, Node], set[str]]:
        """The definitions with what they extend in them, by name, and which of them have a fault so far."""
        bases = self._by_name("base")
        written = self._by_name("workflow", beside=bases)
        of_bases = schema.KINDS["base"]().keys()
        plain = {name: base.only(of_bases) for name, base in bases.items()}  # what it may not say is told of it alone
        flat, self.orphans, problems = inheritance.flatten({**plain, **written})
        nodes = {name: flat[name] for name in written}
        self.problems += problems
        for name, base in bases.items():
            whole = replace(base, value={**base.parts, **flat[name].parts})
            self.problems += [one for one in schema.load(whole, "base")[1] if one.check not in _OF_PARENTS]
            if not any(inheritance.parent_of(one) == name for one in (*bases.values(), *written.values())):
                self.problems.append(base.problem(_unused(name), ("base",)))
        faulty = {problem.position for problem in self.problems if problem.severity == "error"}
        return nodes, {
            name
            for name, node in nodes.items()
            if faulty and any(part.position in faulty or part.key in faulty for _, part in node.walk())
        }

    def _definitions(
        self,
        nodes: Mapping[str, Node],
        broken: set[str],
        roles: Mapping[str, Role],
        departments: Mapping[str, Text],
        registers: Mapping[str, Register],
    ) -> dict[str, Definition]:
        built: dict[str, Definition] = {}
        loaded = {name: schema.load(node, "workflow") for name, node in nodes.items()}
        fields = {name: fields_of(said) for name, (said, _) in loaded.items()}
        for name, (said, problems) in loaded.items():
            before = len(self.problems)
            self.problems += [one for one in problems if one.check not in _OF_PARENTS or name not in self.orphans]
            one, problems = build(said, nodes[name], roles, departments, fields, registers)
            built[name] = replace(one, name=name)
            self.problems += problems
            if len(self.problems) > before or name in self.orphans:
                broken.add(name)
        return _ranked(built)

    def _check(self, drafts: Iterable[Draft], broken: set[str]) -> None:
        """Stage by stage: a definition comes to the next one if its whole family passed those before."""
        passed = list(drafts)
        for stage in self.stages:
            broken |= {draft.definition.name for draft in passed if self._run(stage, draft)}
            passed = [draft for draft in passed if not any(one.name in broken for one in draft.family())]

    def _run(self, these: tuple[Check, ...], draft: Draft) -> bool:
        problems, waived = checks.run(these, draft)
        self.problems += problems
        self.waived += waived
        return any(problem.severity == "error" for problem in problems)

    # --- Documents ----------------------------------------------------------------------------------------------

    def _load(self, node: Node, kind: str) -> dict[str, Any]:
        said, problems = schema.load(node, kind)
        self.problems += problems
        return said

    def _names(self, kind: str) -> list[str]:
        found = (node.parts[kind].value for node in self.documents[kind] if kind in node.parts)
        return [name for name in found if isinstance(name, str)]

    def _by_name(self, kind: str, beside: Mapping[str, Node] = MappingProxyType({})) -> dict[str, Node]:
        """The documents of a kind by their name, the first of each; one without a name goes by its number.

        A name that is taken `beside` them is taken.
        """
        found: dict[str, Node] = dict(beside)
        for number, node in enumerate(self.documents[kind], start=1):
            named = node.parts.get(kind)
            if named is None or not isinstance(named.value, str):
                found[f"{kind} {number}"] = node
                self.lost = True
                continue
            name = named.value
            if name in found:
                first = found[name].place((kind,))
                text = f"{name} is defined in {first.path}, line {first.line}, already"
                text_zh = f"{name} 已在 {first.path} 第 {first.line} 行定义"
                self.problems.append(Finding("duplicate_name", text, text_zh).at(named.position))
            found.setdefault(name, node)
        return {name: node for name, node in found.items() if name not in beside}

    def _heard(self) -> set[Problem]:
        """The problems to be told: each once, and none that only says that something unread is missing."""
        refused = {problem.position for problem in self.problems if problem.check == "shape"}
        heard = {
            problem
            for problem in self.problems
            if not (problem.check == "plain_value" and problem.position in refused)
            and not (problem.check == "unknown_key" and problem.position in self.misplaced)
        }
        if self.lost:
            return {problem for problem in heard if problem.check not in _OF_OTHER_FILES}
        if self.documents["workflow"] and not self.documents["roles"]:
            heard = {problem for problem in heard if problem.check not in _OF_ROLES}
            first = self.documents["workflow"][0].position.path
            heard.add(_NO_ROLES.at(Position(first, 1, 1)))
        return heard


def _lies_with_scenarios(path: str) -> bool:
    return path.replace("\\", "/").split("/")[-2:-1] == ["scenarios"]


_MISPLACED = Finding(
    "misplaced_file",
    "the folder scenarios is for scenarios only, and nothing in it is published; move this to the folder above",
    "scenarios 文件夹只放情景，里面的内容不会发布；请移到上一级文件夹",
)


def _unused(name: str) -> Finding:
    return Finding(
        "unused_base",
        f"nothing extends {name}, so that it holds nowhere; write `extends: {name}` in a definition",
        f"没有流程继承 {name}，它不起任何作用；请在流程中写 extends: {name}",
        severity="warning",
    )


_OF_ROLES = frozenset({"who", "unknown_role", "role_chain", "table", "set_value"})
"""The checks that cannot be right where no roles and departments are known."""

_NO_ROLES = Finding(
    "unknown_role",
    "there is no file of roles (roles.yaml) among these files, so that no role could be looked up; "
    "check the whole folder of the definitions",
    "这些文件中没有角色文件（roles.yaml），无法核对角色；请检查整个流程定义文件夹",
)

_OF_PARENTS = frozenset({"missing_key", "one_limit"})

_OF_OTHER_FILES = frozenset(
    {
        "who",
        "unknown_role",
        "unknown_calendar",
        "unknown_register",
        "unknown_workflow",
        "role_chain",
        "table",
        "set_value",
        "condition",
    }
)


def _ranked(definitions: dict[str, Definition]) -> dict[str, Definition]:
    """The definitions with their places in families, and their revisions."""
    places = {
        member: (head.name, rank)
        for head in reversed(definitions.values())
        for rank, member in enumerate(head.family, start=1)
        if member != head.name
    }
    ranked: dict[str, Definition] = {}
    for name, one in definitions.items():
        head, rank = places.get(name, (None, 0))
        placed = replace(one, head=head, rank=rank)
        family = definitions[head].family if head else one.family
        ranked[name] = replace(placed, revision=revision_of(placed, family))
    return ranked


def _places(nodes: Mapping[str, Node], definitions: Mapping[str, Definition]) -> dict[tuple[str, ...], Position]:
    found: dict[tuple[str, ...], Position] = {}
    for workflow, node in nodes.items():
        found[workflow,] = node.place(("workflow",), of_key=True)
        for block in inheritance.BLOCKS:
            if block in node.parts:
                found[workflow, block] = node.place((block,), of_key=True)
                found.update(
                    ((workflow, block, name), part.key or part.position)
                    for name, part in node.parts[block].parts.items()
                )
        for index, promise in enumerate(definitions[workflow].promises):
            path = ("promises", index, promise.kind)
            found[workflow, "promises", str(index)] = node.place(path, of_key=True)
    return found
