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

    New scenarios come to the end of `folder`/WORKFLOW.yaml, which begins with `heading` where there was none.
    """
    found: dict[str, str] = {}
    places = {one.name: one.position for one in known if one.workflow == generated.workflow}
    changes = [(one, document_of(one)) for one in generated.renewed] + [(one, "") for one in generated.dropped]
    for one, text in sorted(changes, key=lambda each: -places[each[0].name].line):
        place = places[one.name]
        found[place.path] = with_document(found.get(place.path, texts.get(place.path, "")), place.line, text)
    if generated.added:
        path = f"{folder}/{generated.workflow}.yaml"
        before = found.get(path, texts.get(path, heading))
        found[path] = with_documents(before, [document_of(one) for one in generated.added])
    return found


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


def _divides(line: str) -> bool:
    return line.rstrip() == BETWEEN
