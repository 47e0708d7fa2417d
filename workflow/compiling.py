"""From the files of a house to its catalogue: what they say together, and every problem of every file at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import Definition, Text
from workflow.problems import DefinitionFaulty, Position, Problem, told
from workflow.procedure_book import ProcedureBook
from workflow.reading import checks, inheritance, schema
from workflow.reading.building import build
from workflow.reading.calendars import calendars_that_end, read_calendars
from workflow.reading.checks.draft import Check, Draft
from workflow.reading.declared import fields_of
from workflow.reading.documents import Documents, read_documents
from workflow.reading.nodes import Finding, Node
from workflow.reading.procedure_book import read_books, unknown_rules
from workflow.reading.registers import read_registers
from workflow.reading.revision import revision_of
from workflow.reading.roles_file import read_roles
from workflow.reading.scenarios import read_scenarios
from workflow.registers import Register
from workflow.roles import Role
from workflow.scenario import Scenario


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
    documents, problems = read_documents(files, lenient=not stages)
    return _Compiling(stages, at, documents, problems).catalogue()


@dataclass(slots=True)
class _Compiling:
    """The reading of all documents together, and what has been found so far."""

    stages: Sequence[tuple[Check, ...]]
    at: dt.datetime | None
    documents: Documents
    problems: list[Problem]
    waived: list[tuple[Problem, str]] = field(default_factory=list)
    orphans: frozenset[str] = frozenset()
    """Definitions whose parent is not there: nobody knows what they lack."""

    def catalogue(self) -> Catalogue:
        roles, departments = self._roles()
        calendars = self._calendars()
        book = self._book()
        registers = self._registers(roles)
        scenarios = self._scenarios()
        nodes, broken = self._flat()
        definitions = self._definitions(nodes, broken, roles, departments, registers)
        calendar_names = frozenset(self.documents.names("calendar"))
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
        problems = told(self.documents.worth_telling(self.problems))
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

    def _roles(self) -> tuple[dict[str, Role], dict[str, Text]]:
        roles, departments, problems = read_roles(
            [(node, self._load(node, "roles")) for node in self.documents.by_kind["roles"]]
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
        if self.stages:
            for node in (*self.documents.by_kind["register"], *self.documents.by_kind["scenario"]):
                self.problems += [node.problem(found, path) for path, found in unknown_rules(node, book)]

    def _registers(self, roles: Mapping[str, Role]) -> dict[str, Register]:
        files = {name: (node, self._load(node, "register")) for name, node in self._by_name("register").items()}
        registers, problems = read_registers(files, roles)
        self.problems += problems
        return registers

    def _scenarios(self) -> tuple[Scenario, ...]:
        faulty = {problem.position for problem in self.problems}
        read = []
        for node in self.documents.by_kind["scenario"]:
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

    def _load(self, node: Node, kind: str) -> dict[str, Any]:
        said, problems = schema.load(node, kind)
        self.problems += problems
        return said

    def _by_name(self, kind: str, beside: Mapping[str, Node] | None = None) -> dict[str, Node]:
        found, problems = self.documents.by_name(kind, beside)
        self.problems += problems
        return found


def _unused(name: str) -> Finding:
    return Finding(
        "unused_base",
        f"nothing extends {name}, so that it holds nowhere; write `extends: {name}` in a definition",
        f"没有流程继承 {name}，它不起任何作用；请在流程中写 extends: {name}",
        severity="warning",
    )


_OF_PARENTS = frozenset({"missing_key", "one_limit"})
"""The checks that only a whole definition can pass: not a base, nor a child whose parent is not there."""


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
