"""Rules and forms: that the procedure book has those which a definition names, where the house has a book."""

from __future__ import annotations

from workflow.reading import procedure_book
from workflow.reading.checks.draft import Draft, Found
from workflow.reading.nodes import Node, Path


def unknown_rule(draft: Draft) -> Found:
    """A rule that the procedure book has not."""
    if draft.book.rules:
        for path, id_ in _named(draft.node, "rules"):
            if id_ not in draft.book.rules:
                yield path, procedure_book.unknown_rule(id_, draft.book.rules)


def unknown_form(draft: Draft) -> Found:
    """A form that the procedure book has not."""
    if draft.book.forms:
        for path, id_ in _named(draft.node, "records"):
            if id_ not in draft.book.forms:
                yield path, procedure_book.unknown_form(id_, draft.book.forms)


def _named(node: Node, key: str) -> list[tuple[Path, str]]:
    """Every id that follows a key, wherever the key stands, with its path."""
    return [one for path, inside in node.walk() if path[-1:] == (key,) for one in ids(inside, path)]


def ids(node: Node, path: Path = ()) -> list[tuple[Path, str]]:
    """The ids of a list, or the single one that stands for a list, each with its path."""
    items = [((*path, index), one) for index, one in enumerate(node.value)] if isinstance(node.value, tuple) else []
    return [(where, one.value) for where, one in items or [(path, node)] if isinstance(one.value, str)]
