"""A definition as a picture: Mermaid text, or an SVG that needs nothing beside itself.

The same definition always gives the same bytes. In the SVG the states and transitions are a graph; beside or
below it stand the transitions from many states and the legend of the deadlines and reminders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workflow.definition import EMPTY, Definition, Text
from workflow.picture.chart import Chart, chart_of
from workflow.picture.mermaid import mermaid_of
from workflow.picture.page import drawn


def mermaid(definition: Definition, lang: str, names: Mapping[str, str] = EMPTY) -> str:
    """The text of a Mermaid flow chart in `lang` ("zh" or "en"); `names` as of `svg`."""
    return mermaid_of(_chart(definition, lang, names))


def svg(definition: Definition, lang: str, current: str | None = None, names: Mapping[str, str] = EMPTY) -> str:
    """The text of an SVG in `lang` ("zh" or "en"), with the state `current` marked.

    `names` has labels of roles and other definitions that are to be read instead of the definition's own.
    Raises ValueError where `current` is no state of the definition.
    """
    if current is not None and current not in definition.states:
        known = ", ".join(definition.states)
        raise ValueError(f"{current} is no state of {definition.name}; its states are {known}")
    return drawn(_chart(definition, lang, names), current=current or "")


def _chart(definition: Definition, lang: str, names: Mapping[str, str]) -> Chart:
    told = {name: Text(label, label) for name, label in names.items()}
    return chart_of(replace(definition, names={**definition.names, **told}), lang)
