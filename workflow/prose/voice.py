"""The voice of one definition in one language: what it calls its parts, and how a sentence is put together.

A part is called by the text that people read, in quotation marks; its name in the language follows in brackets only
where two parts of a kind have the same text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol

from workflow import words
from workflow.calendar import Calendar
from workflow.definition import Definition, Field, FieldType, Moment, Text
from workflow.durations import Duration
from workflow.procedure_book import ProcedureBook
from workflow.prose.document import Path, Sentence
from workflow.registers import Register

BUILT_IN_NAMES = {
    **{name: Text(f"the {text.en}", text.read("zh")) for name, text in words.BUILT_INS.items()},
    "opened": Text("the opening of the ticket", "开单时间"),
    "due": Text("the time at which the ticket is due", "工单到期时间"),
}
"""Built-in fields inside a sentence."""

_FROM = {
    "opened": Text("the opening of the ticket", "开单"),
    "due": Text("the time at which the ticket is due", "到期"),
}
"""The same where something is counted from them."""

_BARE = str.maketrans("", "", "“”")
_ENDS = ".!?。！？…”》"
"""What a sentence may end with."""

_INNER = str.maketrans("“”", "‘’")


class Known(Protocol):
    """A catalogue, as far as prose looks at it: the catalogue itself stands above."""

    @property
    def definitions(self) -> Mapping[str, Definition]: ...

    @property
    def registers(self) -> Mapping[str, Register]: ...

    @property
    def calendars(self) -> Mapping[str, Calendar]: ...

    @property
    def book(self) -> ProcedureBook: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a definition names and does not hold: other definitions, registers, its calendar, forms."""

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    registers: Mapping[str, Register] = field(default_factory=dict)
    calendar: Calendar | None = None
    book: ProcedureBook = field(default_factory=ProcedureBook)

    @classmethod
    def of(cls, known: Known, definition: Definition) -> Surroundings:
        """What stands around a definition in a catalogue."""
        return cls(
            definitions=known.definitions,
            registers=known.registers,
            calendar=known.calendars.get(definition.calendar),
            book=known.book,
        )


@dataclass(frozen=True, slots=True)
class Voice:
    """How one definition is told in `lang` ("zh" or "en")."""

    definition: Definition
    lang: str
    around: Surroundings
    row: str | None = None
    """The list of whose rows each is being spoken of: its columns go by their own names."""

    # --- Sentences ------------------------------------------------------------------------------------------------

    def say(self, en: str, zh: str) -> str:
        """The one of the two that is in the language of the document."""
        return zh if self.lang == "zh" else en

    def read(self, text: Text) -> str:
        return text.read(self.lang)

    def sentence(self, en: str, zh: str, path: Path) -> Sentence:
        """A sentence from its words: it begins with a capital letter and ends with a point."""
        return self.ended(self.say(en, zh), path)

    def ended(self, said: str, path: Path) -> Sentence:
        """A sentence from words that are in the language of the document already."""
        return Sentence(said[:1].upper() + said[1:] + self.say(".", "。"), path)

    def step(self, said: str, path: Path) -> Sentence:
        """A sentence that is one of several which follow each other in time."""
        return replace(self.ended(said, path), step=True)

    def note(self, text: str, path: Path) -> Sentence:
        """Guidance of the author, in his own words."""
        said = self.say(f"Note: {text}", f"提示：{text}")
        return Sentence(said if said[-1] in _ENDS else said + self.say(".", "。"), (*path, "note"))

    def form(self, id_: str) -> str:
        """A form as people call it."""
        return self.read(self.around.book.form(id_))

    def both(self, parts: Iterable[str]) -> str:
        """`A, B and C`."""
        return self._listed(list(parts), self.say(" and ", "和"))

    def either(self, parts: Iterable[str]) -> str:
        """`A, B or C`."""
        return self._listed(list(parts), self.say(" or ", "或"))

    def clauses(self, parts: Sequence[str]) -> str:
        """What happens, one after the other, in one sentence."""
        if self.lang == "zh":
            return "，".join(parts)
        return ", and ".join(([", ".join(parts[:-1])] if len(parts) > 1 else []) + list(parts[-1:]))

    def _listed(self, parts: list[str], last: str) -> str:
        return last.join(([self.say(", ", "、").join(parts[:-1])] if len(parts) > 1 else []) + parts[-1:])

    # --- Names ----------------------------------------------------------------------------------------------------

    def inside(self, text: Text) -> str:
        """A text within a sentence: in English without its capital letter, unless it is an abbreviation."""
        said = self.read(text)
        if self.lang == "zh" or said[1:2].isupper():
            return said
        return said[:1].lower() + said[1:]

    def quoted(self, text: str) -> str:
        """In quotation marks; those within it become single ones."""
        return f"“{text.translate(_INNER)}”"

    def with_rules(self, said: str, rules: Sequence[str]) -> str:
        """The words with the rules of the procedure book that they carry out behind them."""
        return said + self.say(f" ({', '.join(rules)})", f"（{'、'.join(rules)}）") if rules else said

    def transition(self, name: str) -> str:
        found = {key: one.text for key, one in self.definition.transitions.items()}
        return self._called(name, found, words.transition(name, self.definition))

    def state(self, name: str) -> str:
        found = {key: one.text for key, one in self.definition.states.items()}
        return self._called(name, found, words.state(name, self.definition))

    def heading(self, state: str) -> str:
        """A state where it is the title of what follows, without quotation marks."""
        return self.state(state).translate(_BARE)

    def deadline(self, name: str) -> str:
        found = {key: one.text for key, one in self.definition.deadlines.items()}
        return self._called(name, found, words.deadline(name, self.definition))

    def reminder(self, name: str) -> str:
        found = {key: one.text for key, one in self.definition.reminders.items()}
        return self._called(name, found, words.reminder(name, self.definition))

    def schedule(self, name: str) -> str:
        found = {key: one.text for key, one in self.definition.recurring.items()}
        return self._called(name, found, found.get(name, words.plain(name)))

    def field(self, name: str) -> str:
        """A field, a built-in (without quotation marks), or a column of a list."""
        listed, _, column = name.partition(".")
        fields = self.definition.fields
        if listed in fields and column in fields[listed].columns:
            if listed == self.row:
                return self.column(name)
            return self.say(
                f"{self.column(name)} of {self.field(listed)}", f"{self.field(listed)}的{self.column(name)}"
            )
        every = {**words.BUILT_INS, **{key: one.text for key, one in fields.items()}}
        if listed not in fields:
            return self._called(name, every, words.field(name, self.definition), quoted=False)
        return self._called(name, every, fields[listed].text)

    def named(self, name: str) -> str:
        """A field inside a sentence: `the priority`, `“Cost”`."""
        return self.read(BUILT_IN_NAMES[name]) if name in BUILT_IN_NAMES else self.field(name)

    def column(self, name: str) -> str:
        """A column of a list by itself."""
        listed, _, column = name.partition(".")
        held = self.definition.fields.get(listed)
        columns = {key: one.text for key, one in held.columns.items()} if held is not None else {}
        return self._called(column, columns, columns.get(column, words.plain(column)))

    def workflow(self, name: str) -> str:
        """Another definition, or this one."""
        found = {key: one.text for key, one in self.around.definitions.items()}
        return self._called(name, found, found.get(name, Text(name)))

    def register(self, name: str) -> str:
        found = {key: one.text for key, one in self.around.registers.items()}
        return self._called(name, found, found.get(name, words.plain(name)))

    def of_entry(self, entry: Field) -> Voice:
        """The voice in which the columns of a register (`parties.class`) go by their own names, as those of a row."""
        return replace(self, definition=replace(self.definition, fields={entry.name: entry}), row=entry.name)

    def choice(self, choices: Mapping[str, Text], name: str) -> str:
        return self._called(name, choices, choices.get(name, words.plain(name)))

    def _called(self, name: str, found: Mapping[str, Text], text: Text, *, quoted: bool = True) -> str:
        said = self.read(text)
        alike = sum(self.read(one) == said for one in found.values())
        return (self.quoted(said) if quoted else said) + (self.say(f" ({name})", f"（{name}）") if alike > 1 else "")

    # --- Where, when, how long --------------------------------------------------------------------------------------

    def standing(self, names: Iterable[str], *, has_been: bool = False) -> str:
        """`the ticket is “A” or “B”`; all open states, or all but one of many, in words."""
        ticket = "the ticket has been" if has_been else "the ticket is"
        asked = frozenset(names)
        everywhere = [state.name for state in self.definition.states.values() if not state.end]
        missing = [name for name in everywhere if name not in asked]
        if not missing and len(everywhere) > 1 and asked == frozenset(everywhere):
            return self.say(f"{ticket} open", "工单未结束")
        if len(asked) > 3 and len(missing) == 1 and len(asked) == len(everywhere) - 1:
            left_out = self.state(missing[0])
            return self.say(f"{ticket} open and not {left_out}", f"工单未结束且不在{left_out}")
        ordered = [name for name in self.definition.states if name in asked]
        found = self.either(self.state(name) for name in [*ordered, *sorted(asked - frozenset(ordered))])
        return self.say(f"{ticket} {found}", f"工单处于{found}")

    def lasting(self, duration: Duration | None) -> str:
        return duration.read(self.lang) if duration is not None else ""

    def repeated(self, every: Duration, at: dt.time | None) -> str:
        """`every 30 minutes`, `every working day at 09:00`."""
        number, word = every.in_words(self.lang)
        length = word if number == 1 else self.say(f"{number} {word}", f"{number}{word}")
        time = f"{at:%H:%M}" if at is not None else ""
        return self.say(f"every {length}", f"每{length}") + (time and self.say(f" at {time}", time))

    def another(self, duration: Duration) -> str:
        """`after another 30 minutes`, `after another day`."""
        number, word = duration.in_words(self.lang)
        return self.say(f"after another {word if number == 1 else f'{number} {word}'}", f"再过{number}{word}")

    def moment(self, moment: Moment) -> str:
        if moment.kind == "end_of_day":
            return self.say("the end of that day", "当日24:00")
        if moment.kind == "end_of_shift":
            return self.say("the end of that shift", "当班结束")
        name = moment.field or ""
        if moment.duration is None:
            return self.named(name)
        named = self.read(_FROM[name]) if name in _FROM else self.field(name)
        length = moment.duration.read(self.lang)
        if moment.kind == "before":
            return self.say(f"{length} before {named}", f"{named}前{length}")
        return self.say(f"{length} after {named}", f"{named}后{length}")

    # --- Values -----------------------------------------------------------------------------------------------------

    def number(self, number: Decimal, type_: FieldType | None = None) -> str:
        return f"{number.normalize():f}" + ("%" if type_ is FieldType.PERCENT else "")

    def value(self, name: str, value: object, field: Field | None) -> str:
        """What a field or built-in is set to, or compared with."""
        if isinstance(value, Moment):
            return self.moment(value)
        if isinstance(value, bool):
            return self.say("yes", "“是”") if value else self.say("no", "“否”")
        if isinstance(value, Decimal):
            return self.number(value, field.type if field else None)
        if isinstance(value, dt.datetime):
            return value.strftime("%Y-%m-%d %H:%M %z")
        if name == "accountable":
            return self.role(str(value))
        if field is not None and field.type is FieldType.DEPARTMENT:
            return self.quoted(self.read(words.name_of(str(value), self.definition)))
        choices = words.PRIORITIES if name == "priority" else field.choices if field is not None else {}
        return self.choice(choices, str(value)) if str(value) in choices else self.quoted(str(value))

    def role(self, name: str) -> str:
        """A role within a sentence."""
        said = self.inside(words.name_of(name, self.definition))
        return self.say(f"the {said}", said)
