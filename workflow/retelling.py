"""Notices made again from a history: what each person was told of it, from the evidence that its entries keep.

Who was told, why, and what for, is in the evidence; the words of a definition and what overtook an item follow from
the entries and the definition. So a notice that was lost is told again as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflow.definition import GRANT, Definition, Effects, Text
from workflow.entry import Entry
from workflow.notices import Item, item_of, overtaken, told_from_json
from workflow.settling import effects_of
from workflow.ticket import Addressee, Decision, Notice

Evidence = Mapping[str, Any]
"""That a person was told of an entry: person, about, position, why, and what else says why it was he."""


def items_again(
    decisions: Sequence[Decision], source: Definition, evidence: Mapping[int, Sequence[Evidence]]
) -> dict[str, tuple[Item, ...]]:
    """What each person was told of one settling, by person; `evidence` by the entries' sequences.

    `source` is the definition before the first decision. A person of None was nobody, and is left out.
    """
    found: dict[str, list[Item]] = {}
    for index, decision in enumerate(decisions):
        entry = decision.entry
        moot_by = overtaken(entry, decisions[index + 1 :])
        for one in sorted(evidence.get(entry.sequence, ()), key=lambda told: told.get("position", 0)):
            person = one["person"]
            if person is None:
                continue
            said = _said(entry, one, source, decision.definition)
            notice = Notice(about=one["about"], to=Addressee(why=one["why"], person=person), say=said)
            told = told_from_json(one, person)
            found.setdefault(person, []).append(
                item_of(entry, notice, one["position"], told, one.get("ask_for"), moot_by)
            )
        source = decision.definition
    return {person: tuple(items) for person, items in found.items()}


def _said(entry: Entry, told: Evidence, source: Definition, definition: Definition) -> Text | None:
    """The definition's own words for a notice."""
    effects: Effects | None = None
    match told["about"]:
        case "move" if entry.name in source.transitions:
            effects = source.transitions[entry.name].effects
        case "state" if entry.target is not None and entry.target in definition.states:
            effects = definition.states[entry.target].effects
            if told.get("ask_for") == GRANT != effects.ask_for:
                return None  # that an answer is wanted, which no state says in words of its own
        case "level" | "reminder" if entry.timer is not None:
            effects, _ = effects_of(definition, entry.timer)
    return effects.say if effects is not None else None
