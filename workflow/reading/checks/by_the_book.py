"""Rules and forms: that the procedure book has those which a definition names, where the house has a book."""

from __future__ import annotations

from workflow.reading import procedure_book
from workflow.reading.checks.draft import Draft, Found


def unknown_rule(draft: Draft) -> Found:
    """A rule that the procedure book has not."""
    yield from procedure_book.unknown_rules(draft.node, draft.book)


def unknown_form(draft: Draft) -> Found:
    """A form that the procedure book has not."""
    yield from procedure_book.unknown_forms(draft.node, draft.book)
