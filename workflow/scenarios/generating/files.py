"""Files of scenarios: the text with documents put in, written anew or taken out, and everything else as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workflow.scenario import Scenario
from workflow.scenarios.generating.again import Generated
from workflow.scenarios.generating.document import document_of

BETWEEN = "---"
"""The line between two documents."""


def new_texts(
    generated: Generated, texts: Mapping[str, str], folder: str, known: Iterable[Scenario], heading: str = ""
) -> dict[str, str]:
    """The files that change, by path, with their new text.

    New scenarios come to `folder`/WORKFLOW.yaml, which begins with `heading` where there was none: each before that
    which follows it in the order of the generated ones, otherwise to the end.
    """
    found: dict[str, str] = {}
    own = f"{folder}/{generated.workflow}.yaml"
    places = {one.name: one.position for one in known if one.workflow == generated.workflow}
    kept = {name for name, place in places.items() if place.path == own} - {one.name for one in generated.dropped}
    changes = [(places[one.name], document_of(one), False) for one in generated.renewed]
    changes += [(places[one.name], "", False) for one in generated.dropped]
    last: list[str] = []
    for one in reversed(generated.added):
        next_ = next((name for name in _after(one.name, generated.order) if name in kept), None)
        if next_ is None:
            last.insert(0, document_of(one))
        else:
            changes.append((places[next_], document_of(one), True))
    for place, text, before in sorted(changes, key=lambda each: -each[0].line):
        put = with_document_before if before else with_document
        found[place.path] = put(found.get(place.path, texts.get(place.path, "")), place.line, text)
    if last:
        found[own] = with_documents(found.get(own, texts.get(own, heading)), last)
    return found


def _after(name: str, order: Sequence[str]) -> Sequence[str]:
    return order[order.index(name) + 1 :]


def with_documents(text: str, documents: Sequence[str]) -> str:
    """The text with documents at its end."""
    if text and not text.endswith("\n"):
        text += "\n"
    divided = bool(text.strip()) and not all(line.startswith("#") or not line.strip() for line in text.splitlines())
    return text + (f"{BETWEEN}\n" if divided else "") + f"{BETWEEN}\n".join(documents)


def with_document(text: str, line: int, document: str) -> str:
    """The text with another document, or none, in the place of the one whose first key stands in a line, from 1."""
    lines = text.splitlines(keepends=True)
    first = line - 1
    end = next((place for place in range(first, len(lines)) if _divides(lines[place])), len(lines))
    if document:
        return "".join(lines[:first]) + document + "".join(lines[end:])
    start = next((place for place in range(first, -1, -1) if _divides(lines[place])), None)
    if start is None:  # the first of the file: what divides it from the next goes with it, a comment above stays
        return "".join(lines[:first] + lines[end + 1 :])
    return "".join(lines[:start] + lines[end:])


def with_document_before(text: str, line: int, document: str) -> str:
    """The text with one more document before that whose first key stands in a line, from 1."""
    lines = text.splitlines(keepends=True)
    start = next((place + 1 for place in range(line - 1, -1, -1) if _divides(lines[place])), line - 1)
    return "".join([*lines[:start], document, f"{BETWEEN}\n", *lines[start:]])


def _divides(line: str) -> bool:
    return line.rstrip() == BETWEEN
