"""Who, in a sentence: `the head of the repairing department and whoever did “Receive”`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from workflow import words
from workflow.definition import Text, Who
from workflow.prose.voice import Voice

_WORDS = {
    **words.WHO,
    "responsible": Text("whoever must act then", "当时的责任人"),
    "actor": Text("whoever does it", "办理人"),
    "clock": Text("the system by itself", "系统自动"),
}


@dataclass(frozen=True, slots=True)
class People:
    """Some people as a sentence names them. `many` is for the verb."""

    text: str
    many: bool

    @property
    def are(self) -> str:
        return "are" if self.many else "is"


def people(who: Iterable[Who], voice: Voice) -> People:
    """All of them."""
    found = list(who)
    return People(_joined(found, voice, voice.both), len(found) > 1)


def one_of(who: Iterable[Who], voice: Voice) -> str:
    """Any of them, as of those who may do something."""
    return _joined(list(who), voice, voice.either)


def person(who: Who, voice: Voice) -> str:
    """One of them."""
    if who.kind == "word":
        return voice.read(_WORDS.get(who.name, words.plain(who.name)))
    if who.kind == "did":
        done = voice.transition(who.name)
        return voice.say(f"whoever did {done}", f"{done}的办理人")
    if who.kind == "field":
        return _named(who.name, voice)
    return _of_department([who], voice, voice.both) if who.of is not None else voice.role(who.name)


def _joined(who: Sequence[Who], voice: Voice, join: Callable[[Iterable[str]], str]) -> str:
    """In their order; roles of one department that follow each other share it."""
    found: list[str] = []
    for of, same in groupby(who, lambda one: one.of):
        if of is None:
            found += [person(one, voice) for one in same]
        elif voice.lang == "zh":
            first, *others = same
            found.append(person(first, voice))
            found += [voice.read(words.name_of(one.name, voice.definition)) for one in others]
        else:
            found.append(_of_department(list(same), voice, join))
    return join(found)


def _of_department(who: Sequence[Who], voice: Voice, join: Callable[[Iterable[str]], str]) -> str:
    """`the manager or head of the repairing department`."""
    roles = join(voice.inside(words.name_of(one.name, voice.definition)) for one in who)
    field = who[0].of or ""
    of = voice.inside(words.field(field, voice.definition))
    if "." not in field:
        return voice.say(f"the {roles} of the {of}", f"{of}的{roles}")
    if field.partition(".")[0] == voice.row:
        return voice.say(f"the {roles} of the {of} in that row", f"该行{of}的{roles}")
    rows = voice.field(field.partition(".")[0])
    return voice.say(f"the {roles} of the {of} in each row of {rows}", f"{rows}各行{of}的{roles}")


def _named(name: str, voice: Voice) -> str:
    """The person that a field or column holds."""
    listed, dot, _ = name.partition(".")
    if not dot:
        return voice.say(f"the person in {voice.field(name)}", f"{voice.field(name)}所填的人")
    column = voice.column(name)
    if listed == voice.row:
        return voice.say(f"the person in {column} of that row", f"该行{column}所填的人")
    rows = voice.field(listed)
    return voice.say(f"the person in {column} of each row of {rows}", f"{rows}各行{column}所填的人")
