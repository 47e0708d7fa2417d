"""How the rules of the procedure book stand, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from service.cli import table
from service.cli.speaking import lang, say
from service.cli.table import GAP, filled, visible, width
from service.cli.wrapping import wrapped

if TYPE_CHECKING:
    from service.rule_standings import Lack, Shown, Standing
    from workflow.problems import Position
    from workflow.procedure_book import Grade, Rule
    from workflow.reading.carried_out import Place


def as_text(shown: Sequence[Standing], among: Sequence[Standing], columns: int) -> str:
    """A paragraph for each rule, and how many there are among all that were looked at."""
    ids = max((width(one.rule.id) for one in shown), default=0)
    labels = max(width(one) for one in _labels())
    wheres = [place.position for one in shown for place in one.places]
    wheres += [story.scenario.position for one in shown for story in one.shown]
    places = max((width(_where(position)) for position in wheres), default=0)
    laid = ["\n".join(_paragraph(one, ids, labels, places, columns)) for one in shown]
    return "\n\n".join([*laid, "\n".join(wrapped(_closing(among), columns))])


def _paragraph(one: Standing, ids: int, labels: int, places: int, columns: int) -> Iterator[str]:
    margin = " " * ids + GAP
    rule = one.rule
    first = filled(rule.id, ids) + GAP + filled(_grade(rule.grade), labels) + GAP
    yield from wrapped(visible(rule.text.read(lang())), columns, first=first)
    for label, lines in _lines(one):
        for number, (where, said) in enumerate(lines):
            start = margin + filled("" if number else label, labels) + GAP
            start += filled(where, places) + GAP if where else ""
            yield from wrapped(visible(said), columns, first=start)


def _lines(one: Standing) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What is said of a rule below its sentence: each label with its lines, each with the place that stands before."""
    rule = one.rule
    by, by_soft, shown, source, outside, see = _labels()
    if rule.source is not None:
        parts = [part for part in (rule.source.read(lang()), rule.section) if part]
        yield source, [("", say(", ", "，").join(parts))]
    if rule.outside is not None:
        yield outside, [("", rule.outside.read(lang()))]
    if rule.see:
        yield see, [("", say(", ", "、").join(rule.see))]
    if one.places:
        yield by_soft if rule.grade == "soft" else by, [(_where(place.position), _part(place)) for place in one.places]
    elif "not_carried_out" in one.lacks:
        yield by, [("", _LACKS["not_carried_out"][lang()])]
    if one.shown:
        yield shown, [(_where(story.scenario.position), _story(story)) for story in one.shown]
    elif "not_shown" in one.lacks:
        yield shown, [("", _LACKS["not_shown"][lang()])]


def _labels() -> tuple[str, str, str, str, str, str]:
    return (
        say("carried out", "执行"),
        say("its text", "写在"),
        say("shown by", "情景"),
        say("source", "出处"),
        say("left out", "不由工单执行"),
        say("as in", "见"),
    )


def _where(position: Position) -> str:
    return f"{position.path}:{position.line}"


def _part(place: Place) -> str:
    return (
        place.part
        or {
            "workflow": say("the whole definition", "整个流程"),
            "base": say("the whole base", "整个通用部分"),
            "register": say("the whole register", "整个名册"),
        }[place.bearer]
    )


def _story(one: Shown) -> str:
    came = say("comes true", "通过") if one.passed else _LACKS["fails"][lang()]
    return say(
        f"{one.scenario.name} ({one.scenario.workflow}): {came}",
        f"{one.scenario.name}（{one.scenario.workflow}）：{came}",
    )


def _grade(grade: Grade) -> str:
    return {"number": say("number", "定量"), "firm": say("firm", "硬性"), "soft": say("soft", "软性")}[grade]


_LACKS: dict[Lack, dict[str, str]] = {
    "not_carried_out": {"en": "NOT CARRIED OUT by any definition", "zh": "没有流程执行"},
    "not_shown": {"en": "NOT SHOWN by any scenario", "zh": "没有情景体现"},
    "fails": {"en": "DOES NOT COME TRUE", "zh": "未通过"},
}


def _closing(among: Sequence[Standing]) -> str:
    firm = [one for one in among if one.rule.to_carry_out]
    missing = sum(bool(one.lacks) for one in firm)
    left = sum(one.left_out for one in among)
    soft = len(among) - len(firm) - left
    rest = [say(f"{left} left out with a reason", f"写明理由不单独执行的 {left} 条")] if left else []
    rest += [say(f"{soft} soft", f"软性 {soft} 条")] if soft else []
    many = say(f"{len(among)} {'rule' if len(among) == 1 else 'rules'}", f"条款 {len(among)} 条")
    if not firm:
        found = say("none to be carried out", "没有需要执行的")
    elif missing:
        are = "is" if missing == 1 else "are"
        found = say(
            f"of {len(firm)} to be carried out, {missing} {are} not, or no scenario shows it",
            f"应执行 {len(firm)} 条，其中 {missing} 条没有流程执行，或没有情景证实",
        )
    else:
        found = say(
            f"all {len(firm)} to be carried out are, and shown", f"应执行的 {len(firm)} 条全部执行，并有情景体现"
        )
    return say("; ", "；").join([f"{many}{say(': ', '：')}{found}", *rest]) + say(".", "。")


def as_json(shown: Sequence[Standing]) -> str:
    """The same for a program."""
    return table.as_json([_as_data(one) for one in shown])


def _as_data(one: Standing) -> dict[str, Any]:
    rule = one.rule
    return {
        "id": rule.id,
        "grade": rule.grade,
        **_both(rule),
        "source": rule.source.read(lang()) if rule.source else None,
        "section": rule.section or None,
        "outside": rule.outside.read(lang()) if rule.outside else None,
        "see": list(rule.see),
        "carried_out": [
            {"path": place.position.path, "line": place.position.line, place.bearer: place.name, "part": place.part}
            for place in one.places
        ],
        "shown_by": [
            {
                "workflow": story.scenario.workflow,
                "scenario": story.scenario.name,
                "path": story.scenario.position.path,
                "line": story.scenario.position.line,
                "passed": story.passed,
            }
            for story in one.shown
        ],
        "missing": list(one.lacks),
    }


def _both(rule: Rule) -> dict[str, str]:
    return {"zh": rule.text.read("zh"), "en": rule.text.en}
