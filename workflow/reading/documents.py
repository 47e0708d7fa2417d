"""The documents of all files of a house, by their kind and their name, and what is wrong with them as files.

What a document says is read elsewhere: here only where it stands, of which kind it is and what it is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflow import names
from workflow.problems import Position, Problem
from workflow.reading import schema, source
from workflow.reading.emptiness import explain_empty
from workflow.reading.nodes import Finding, Node

_NAMED = ("base", "calendar", "procedure_book", "register", "workflow")
"""The kinds whose documents have a name, which stands under the kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """All documents of a kind in the order of the files; and what could not be read of them.

    `misplaced` are keys that are unknown only because they stand outside of what they belong to; `lost` says that
    something could not be read, so that a name that is not found proves nothing.
    """

    by_kind: Mapping[str, Sequence[Node]]
    misplaced: frozenset[Position]
    lost: bool

    def names(self, kind: str) -> list[str]:
        """What the documents of a kind are called, as far as they are."""
        return [name for node in self.by_kind[kind] if (name := _name(node, kind)) is not None]

    def by_name(self, kind: str, beside: Mapping[str, Node] | None = None) -> tuple[dict[str, Node], list[Problem]]:
        """The documents of a kind by their name, the first of each; one without a name goes by its number.

        A name that is taken `beside` them is taken.
        """
        others = beside or {}
        found: dict[str, Node] = {}
        problems = []
        for number, node in enumerate(self.by_kind[kind], start=1):
            name = _name(node, kind)
            if name is None:
                found[f"{kind} {number}"] = node
                continue
            taken = others.get(name) or found.get(name)
            if taken is None:
                found[name] = node
            else:
                problems.append(node.problem(_defined_already(name, taken.place((kind,))), (kind,)))
        return found, problems

    def worth_telling(self, problems: Iterable[Problem]) -> set[Problem]:
        """Each of the problems once, and none that only says that something unread is missing."""
        found = set(problems)
        refused = {problem.position for problem in found if problem.check == "shape"}
        heard = {
            problem
            for problem in found
            if not (problem.check == "plain_value" and problem.position in refused)
            and not (problem.check == "unknown_key" and problem.position in self.misplaced)
        }
        if self.lost:
            return {problem for problem in heard if problem.check not in _OF_OTHER_FILES}
        if self.by_kind["workflow"] and not self.by_kind["roles"]:
            heard = {problem for problem in heard if problem.check not in _OF_ROLES}
            first = self.by_kind["workflow"][0].position.path
            heard.add(_NO_ROLES.at(Position(first, 1, 1)))
        return heard


def read_documents(files: Mapping[str, str | bytes], *, lenient: bool) -> tuple[Documents, list[Problem]]:
    """The documents of files (path -> text), and what is wrong with these.

    A `lenient` reading minds neither what a file is called nor where it lies.
    """
    by_kind: dict[str, list[Node]] = {kind: [] for kind in schema.KINDS}
    problems: list[Problem] = []
    misplaced: set[Position] = set()
    lost = False
    for path in sorted(files):
        nodes, found = source.read(files[path], path)
        told = list(found)
        whole = not any(problem.check in source.LOSING for problem in told)
        lost |= not whole
        if not lenient and len(nodes) == 1 and whole:
            problems += _called_otherwise(path, nodes[0])
        for node in nodes:
            kind, problem = schema.kind_of(node)
            if problem is None and not lenient and kind != "scenario" and _lies_with_scenarios(path):
                problem = _MISPLACED.at(node.position)
            if problem is not None:
                problems.append(problem)
                lost = True
                continue
            by_kind[kind].append(node)
            lost |= kind in _NAMED and _name(node, kind) is None
            told, outside = explain_empty(node, kind, told)
            misplaced |= outside
        problems += told
    return Documents(by_kind=by_kind, misplaced=frozenset(misplaced), lost=lost), problems


def _name(node: Node, kind: str) -> str | None:
    named = node.parts.get(kind)
    return named.value if named is not None and isinstance(named.value, str) else None


def _defined_already(name: str, first: Position) -> Finding:
    return Finding(
        "duplicate_name",
        f"{name} is defined in {first.path}, line {first.line}, already",
        f"{name} 已在 {first.path} 第 {first.line} 行定义",
    )


def _called_otherwise(path: str, node: Node) -> Iterator[Problem]:
    """A file with one workflow or base is called like it; one with several documents has a name of its own."""
    what = "workflow" if "workflow" in node.parts else "base"
    name = _name(node, what)
    if "scenario" in node.parts or name is None or not names.is_file_name(name):
        return
    stem = path.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    if stem != name:
        called_zh = "流程名" if what == "workflow" else "通用部分的名字"
        text = f"the file is called {stem}, its {what} {name}; call both alike, as {name}.yaml"
        text_zh = f"文件名是 {stem}，{called_zh}是 {name}；两者应一致，例如 {name}.yaml"
        yield node.problem(Finding("file_name", text, text_zh), (what,))


def _lies_with_scenarios(path: str) -> bool:
    return path.replace("\\", "/").split("/")[-2:-1] == ["scenarios"]


_MISPLACED = Finding(
    "misplaced_file",
    "the folder scenarios is for scenarios only, and nothing in it is published; move this to the folder above",
    "scenarios 文件夹只放情景，里面的内容不会发布；请移到上一级文件夹",
)


_OF_ROLES = frozenset({"who", "unknown_role", "role_chain", "table", "set_value"})
"""The checks that cannot be right where no roles and departments are known."""

_NO_ROLES = Finding(
    "unknown_role",
    "there is no file of roles (roles.yaml) among these files, so that no role could be looked up; "
    "check the whole folder of the definitions",
    "这些文件中没有角色文件（roles.yaml），无法核对角色；请检查整个流程定义文件夹",
)

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
