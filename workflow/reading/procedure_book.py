"""From the files of the procedure book to its rules and forms; every id and document that it names must be there.

Also: that it has the rules and forms which other documents name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow import names
from workflow.definition import Text
from workflow.problems import Problem
from workflow.procedure_book import Form, ProcedureBook, Rule
from workflow.reading.declared import Said
from workflow.reading.nodes import Finding, Node, Path, instead

MOST_NAMED = 20
"""So many ids of a chapter are listed where only the number is wrong."""


def read_books(files: Mapping[str, tuple[Node, dict[str, Any]]]) -> tuple[ProcedureBook, list[Problem]]:
    """The books by name as one, each with its document and what the schema has read of it."""
    rules: dict[str, Rule] = {}
    forms: dict[str, Form] = {}
    problems: list[Problem] = []
    for node, said in files.values():
        documents = {name: _text(one, name) for name, one in said.get("documents", {}).items()}
        for id_, one in said.get("rules", {}).items():
            rule = _rule(id_, one, documents, node)
            if id_ in rules:
                problems.append(node.problem(_twice(id_, rules[id_]), ("rules", id_)))
            rules.setdefault(id_, rule)
        for id_, one in said.get("forms", {}).items():
            form = _form(id_, one, documents, node)
            if id_ in forms:
                problems.append(node.problem(_twice(id_, forms[id_]), ("forms", id_)))
            forms.setdefault(id_, form)
        for block in ("rules", "forms"):
            problems += [node.problem(found, path) for path, found in _unknown_sources(block, said, documents)]
    for node, said in files.values():
        problems += [node.problem(found, path) for path, found in _unknown_see(said, rules)]
    titles = {name: _text(said, name) for name, (_, said) in files.items()}
    return ProcedureBook(titles=titles, rules=rules, forms=forms), problems


def _rule(id_: str, said: Said, documents: Mapping[str, Text], node: Node) -> Rule:
    outside = said.get("outside")
    return Rule(
        id=id_,
        text=_text(said, id_),
        grade=said.get("grade", "soft"),
        source=documents.get(said.get("source", "")),
        section=said.get("section", ""),
        outside=_text(outside, "") if outside else None,
        see=tuple(one for one in said.get("see", ()) if one is not None),
        position=node.place(("rules", id_), of_key=True),
    )


def _form(id_: str, said: Said, documents: Mapping[str, Text], node: Node) -> Form:
    return Form(
        id=id_,
        text=_text(said, id_),
        source=documents.get(said.get("source", "")),
        section=said.get("section", ""),
        position=node.place(("forms", id_), of_key=True),
    )


def _text(said: Said, otherwise: str) -> Text:
    """A text in both languages; where one is missing, the other stands for it."""
    zh, en = said.get("zh", ""), said.get("en", "")
    return Text(en or zh or otherwise, zh or en or otherwise)


def _twice(id_: str, first: Rule | Form) -> Finding:
    place = first.position
    what, what_zh = ("rule", "条款") if isinstance(first, Rule) else ("form", "表单")
    text = f"{id_} is a {what} in {place.path}, line {place.line}, already"
    return Finding("duplicate_name", text, f"{place.path} 第 {place.line} 行已有{what_zh} {id_}", of_key=True)


def _unknown_sources(block: str, said: Said, documents: Mapping[str, Text]) -> Iterator[tuple[Path, Finding]]:
    for id_, one in said.get(block, {}).items():
        source = one.get("source")
        if source is not None and source not in documents:
            meant, meant_zh = names.did_you_mean(source, documents)
            text = f"`documents` has no {source}{meant}"
            finding = Finding(
                "unknown_source", text, f"documents 中没有 {source}{meant_zh}", mend=instead(source, documents)
            )
            yield (block, id_, "source"), finding


def _unknown_see(said: Said, rules: Mapping[str, Rule]) -> Iterator[tuple[Path, Finding]]:
    for id_, one in said.get("rules", {}).items():
        for index, other in enumerate(one.get("see", ())):
            if other is not None and other not in rules:
                yield ("rules", id_, "see", index), _unknown_rule(other, rules)


def unknown_rules(node: Node, book: ProcedureBook) -> Iterator[tuple[Path, Finding]]:
    """The rules that a document names and the book has not; nothing where the house has no book."""
    if book.rules:
        for path, id_ in _named(node, "rules"):
            if id_ not in book.rules:
                yield path, _unknown_rule(id_, book.rules)


def unknown_forms(node: Node, book: ProcedureBook) -> Iterator[tuple[Path, Finding]]:
    """The forms that a document records and the book has not; nothing where the house has none."""
    if book.forms:
        for path, id_ in _named(node, "records"):
            if id_ not in book.forms:
                yield path, _unknown_form(id_, book.forms)


def _named(node: Node, key: str) -> list[tuple[Path, str]]:
    """Every id that follows a key, wherever the key stands, with its path."""
    return [one for path, inside in node.walk() if path[-1:] == (key,) for one in _ids(inside, path)]


def _ids(node: Node, path: Path) -> list[tuple[Path, str]]:
    """The ids of a list, or the single one that stands for a list, each with its path."""
    items = [((*path, index), one) for index, one in enumerate(node.value)] if isinstance(node.value, tuple) else []
    return [(where, one.value) for where, one in items or [(path, node)] if isinstance(one.value, str)]


def _unknown_rule(id_: str, rules: Mapping[str, Rule]) -> Finding:
    """That the book has no such rule, with the one that is probably meant: said, and nothing is held up."""
    meant, meant_zh = _meant(id_, rules)
    return Finding(
        "unknown_rule",
        f"the procedure book has no rule {id_}{meant}",
        f"制度汇编中没有条款 {id_}{meant_zh}",
        severity="warning",
    )


def _unknown_form(id_: str, forms: Mapping[str, Form]) -> Finding:
    """That the book has no such form; one that is written by its name is told by its id."""
    called = next((one.id for one in forms.values() if id_ in (one.text.zh, one.text.en)), None)
    meant, meant_zh = (f"; write {called}", f"；请写 {called}") if called else _meant(id_, forms)
    return Finding(
        "unknown_form",
        f"the procedure book has no form {id_}{meant}",
        f"制度汇编中没有表单 {id_}{meant_zh}",
        severity="warning",
    )


def _meant(id_: str, known: Mapping[str, object]) -> tuple[str, str]:
    """The id that is probably meant; where only the number is wrong, the numbers that there are."""
    for one in known:
        if _bare(one) == _bare(id_):
            return f"; write {one}", f"；请写 {one}"
    alike = [one for one in known if _chapter(one) == _chapter(id_)]
    if not alike:
        return names.did_you_mean(id_, known)
    if len(alike) > MOST_NAMED:
        return f"; there are {alike[0]} to {alike[-1]}", f"；现有 {alike[0]} 至 {alike[-1]}"
    verb = "is" if len(alike) == 1 else "are"
    return f"; there {verb} {names.one_of(alike)}", f"；现有 {names.one_of(alike, 'zh')}"


def _bare(id_: str) -> str:
    """The letters and digits of an id, however they are divided."""
    return "".join(filter(str.isalnum, id_.casefold()))


def _chapter(id_: str) -> str:
    """An id without its number: REP of REP-2."""
    return _bare(id_).rstrip("0123456789")
