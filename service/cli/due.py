"""`duban due`: when a limit would end, and why then."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from service.cli.faults import PROBLEMS, USAGE, Faulty
from service.cli.folder import compiled, definition_called, files_of
from service.cli.options import definitions_option, format_option
from service.cli.speaking import Command, Option, lang, say
from service.cli.table import as_json, table

if TYPE_CHECKING:
    from workflow.calendar import Calendar
    from workflow.definition import Moment
    from workflow.due import Stretch
    from workflow.durations import Duration, Unit
    from workflow.reading.given import Calendars


@click.command(
    cls=Command,
    says=(
        """Say when a limit would end, and why then: what counts on the way, and what is skipped.

        The limit is written as in a definition, "end of day" and "end of shift" too, or is that of a deadline. A start
        without an offset is local to the calendar; a year whose public holidays are not known yet is refused.

        --batch answers questions of programs, one JSON line for each line: {"calendar": "mall", "start":
        "2026-02-13T16:00", "within": "3 working days"} by {"due": …, "skipped": […]}, and {"calendar": …, "start": …,
        "end": …, "unit": "working minutes"} by {"used": …, "skipped": […]}. Instead of a name, the calendar may be a
        map of the keys of a calendar file. What cannot be answered is answered by {"error": …}.""",
        """说明时限何时到期以及原因：途中哪些时间计入，哪些跳过。

        时限的写法与流程定义相同（也可写 "end of day"、"end of shift"），也可以指定某个定义的时限。
        起点不写时差时按日历所在时区；法定节假日尚未公布的年份不予计算。

        --batch 供程序使用，逐行回答 JSON：{"calendar": "mall", "start": "2026-02-13T16:00", "within": "3 working days"}
        得到 {"due": …, "skipped": […]}；{"calendar": …, "start": …, "end": …, "unit": "working minutes"}
        得到 {"used": …, "skipped": […]}。calendar 也可以是日历文件各个键的映射。无法回答时为 {"error": …}。""",
    ),
    examples=(
        'duban due "3 working days" --from 2026-02-13T16:00 --calendar mall',
        'duban due "end of day" --from 2026-02-13T16:00',
        "duban due --deadline complaint-important.start --from 2026-02-13T16:00",
        "duban due --batch -",
    ),
)
@click.argument("limit", required=False)
@click.option(
    "--from",
    "start",
    cls=Option,
    metavar="TIME",
    says=("When it begins, as 2026-02-13T16:00; without it, now.", "起点，例如 2026-02-13T16:00；不写时为现在。"),
)
@click.option(
    "--calendar",
    "calendar",
    cls=Option,
    metavar="NAME",
    says=("The calendar; not needed where there is only one.", "日历；只有一个时可不写。"),
)
@click.option(
    "--deadline",
    cls=Option,
    metavar="WORKFLOW.NAME",
    says=("A deadline whose limit is meant.", "以某个时限为准。"),
)
@click.option(
    "--batch",
    cls=Option,
    type=click.Path(),
    metavar="FILE",
    says=("Answer the JSON lines of a file, or of the standard input (-).", "逐行回答文件中的 JSON；- 为标准输入。"),
)
@definitions_option
@format_option
@click.pass_context
def due(
    context: click.Context,
    limit: str | None,
    start: str | None,
    calendar: str | None,
    deadline: str | None,
    batch: str | None,
    definitions: Path | None,
    form: str,
) -> None:
    if sum(one is not None for one in (limit, deadline, batch)) != 1:
        raise Faulty(
            say("name one of: a limit, --deadline, --batch", "请写明其中之一：时限、--deadline 或 --batch"), USAGE
        )
    from workflow.reading.given import Calendars

    if batch is not None:
        if start is not None or calendar is not None:
            raise Faulty(
                say("a line of --batch names its own calendar and start", "--batch 的每行自带日历和起点"), USAGE
            )
        try:
            lines = click.open_file(batch, "rb")
        except OSError as error:
            raise Faulty(f"{batch}: {error.strerror}", USAGE) from error
        with lines:
            _answer_all(lines, Calendars(files_of(definitions)))
        return
    if deadline is not None:
        meant, named = _limit_of(deadline, definitions, context)
        calendar = calendar or named
    else:
        meant = _limit(str(limit))
    house = _calendar(Calendars(files_of(definitions)), calendar)
    _tell(house, _start(start, house), meant, form)


def _answer_all(lines: IO[Any], calendars: Calendars) -> None:
    """One line for each, as soon as it is read, so that a program may ask on."""
    from workflow.due_questions import answer

    out = sys.stdout.buffer
    for line in lines:
        text = json.dumps(answer(line, calendars, lang()), ensure_ascii=False)
        out.write(text.encode("utf-8", "backslashreplace") + b"\n")
        out.flush()


def _tell(calendar: Calendar, start: dt.datetime, limit: Duration | Moment, form: str) -> None:
    from workflow.calendar import HorizonPassed
    from workflow.due import YearUnknown, due_at, way
    from workflow.due_questions import local, out_of_reach, stretches
    from workflow.durations import Duration, Unit
    from workflow.moments import moment_at

    unit = limit.unit if isinstance(limit, Duration) else Unit.ELAPSED
    try:
        if isinstance(limit, Duration):
            over = due_at(calendar, start, limit)
        else:  # it rests on the start alone, and so is never empty
            over = moment_at(limit, {}, start, calendar, as_limit=True) or start
    except YearUnknown as error:
        raise Faulty(error.text.read(lang()), PROBLEMS) from error
    except HorizonPassed as error:
        raise Faulty(out_of_reach(error).text.read(lang()), PROBLEMS) from error
    found = way(calendar, start, over, unit)
    zone = ZoneInfo(calendar.zone)
    if form == "json":
        answer: dict[str, Any] = {"due": local(over, zone), **stretches(calendar, found, lang())}
        click.echo(as_json(answer))
        return
    begins, ends = _shown(start, zone), _shown(over, zone, over=True)
    if isinstance(limit, Duration):
        amount = limit.read(lang())
    elif limit.kind == "end_of_day":
        amount = say("end of day", "当日结束")
    else:
        amount = say("end of shift", "当班结束")
    click.echo(say(f"{amount} from {begins}: until {ends}.", f"自 {begins} 起 {amount}，到期时间为 {ends}。"))
    click.echo(
        say(
            f"Calendar: {calendar.read('en')}, {calendar.zone}.", f"日历：{calendar.read('zh')}，时区 {calendar.zone}。"
        )
        + "\n"
    )
    head = say("from,until,counts,why", "从,到,计入,原因").split(",")
    click.echo(table(head, [list(_row(one, zone, unit)) for one in found]))


def _row(one: Stretch, zone: ZoneInfo, unit: Unit) -> Iterator[str]:
    yield _shown(one.start, zone)
    yield _shown(one.end, zone, over=one.end > one.start)
    yield say("skipped", "跳过") if one.skipped else _spoken(one.passed, unit)
    yield one.reason.text.read(lang()) if one.reason else ""


def _spoken(amount: dt.timedelta, unit: Unit) -> str:
    """An amount that has passed: a day has 24 hours where days are counted."""
    from workflow.durations import Unit

    days, rest = divmod(amount, dt.timedelta(days=1)) if unit in (Unit.DAYS, Unit.WORKING_DAYS) else (0, amount)
    seconds = rest // dt.timedelta(seconds=1)
    parts = (
        (days, say(" d", "天")),
        (seconds // 3600, say(" h", "小时")),
        (seconds // 60 % 60, say(" min", "分")),
        (seconds % 60, say(" s", "秒")),
    )
    return say(" ", "").join(f"{number}{word}" for number, word in parts if number) or say("at once", "立即")


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _shown(instant: dt.datetime, zone: ZoneInfo, *, over: bool = False) -> str:
    """A local time to read; where something is over at midnight, that is 24:00 of the day before."""
    local = instant.astimezone(zone)
    time = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    date = local.date()
    if over and local.time() == dt.time():
        date, time = date - dt.timedelta(days=1), "24:00"
    weekday = date.weekday()
    return say(f"{_WEEKDAYS[weekday]} {date} {time}", f"{date} 周{'一二三四五六日'[weekday]} {time}")


def _start(text: str | None, calendar: Calendar) -> dt.datetime:
    from service.now import instant_here
    from workflow.due_questions import Unanswerable, instant_of

    if text is None:
        return instant_here().replace(microsecond=0)
    try:
        return instant_of(text, calendar)
    except Unanswerable as error:
        raise Faulty(error.text.read(lang()), USAGE) from error


def _limit(text: str) -> Duration | Moment:
    """An amount of time, or a moment that rests on the start alone."""
    from workflow.durations import DurationFaulty, parse_duration
    from workflow.reading.moment_words import parse_moment

    words = " ".join(text.lower().split())
    if words in ("end of day", "end of shift"):
        return parse_moment(words)
    try:
        return parse_duration(text)
    except DurationFaulty as error:
        raise Faulty(say(error.sentence, error.sentence_zh), USAGE) from error


def _calendar(calendars: Calendars, name: str | None) -> Calendar:
    from workflow.due_questions import told
    from workflow.names import one_of
    from workflow.problems import DefinitionFaulty
    from workflow.reading.given import CalendarUnknown

    if name is None:
        if len(calendars.names) != 1:
            there = one_of(calendars.names)
            raise Faulty(say(f"name a --calendar; there are: {there}", f"请写明 --calendar；现有：{there}"), USAGE)
        name = calendars.names[0]
    try:
        return calendars.named(name)
    except CalendarUnknown as error:
        raise Faulty(error.text.read(lang()), USAGE) from error
    except DefinitionFaulty as error:
        raise Faulty(told(error, lang()), PROBLEMS) from error


def _limit_of(deadline: str, definitions: Path | None, context: click.Context) -> tuple[Duration | Moment, str]:
    """The limit of a deadline, written WORKFLOW.NAME, and the calendar of its definition."""
    from workflow.names import did_you_mean, one_of

    workflow, _, name = deadline.partition(".")
    definition = definition_called(workflow, compiled(definitions, context))
    found = definition.deadlines.get(name)
    if found is None:
        meant, meant_zh = did_you_mean(name, definition.deadlines)
        there = one_of(definition.deadlines) or "-"
        raise Faulty(
            say(
                f"{workflow} has no deadline {name}{meant}; it has: {there}",
                f"{workflow} 没有时限 {name}{meant_zh}；现有：{there}",
            ),
            USAGE,
        )
    if found.within is not None:
        return found.within, definition.calendar
    moment = found.no_later_than
    field = moment.field if moment is not None else None
    if moment is not None and field is None:
        return moment, definition.calendar
    if field == "due":
        raise Faulty(
            say(
                f"the limit of {deadline} is told by when the ticket is due; duban recurring lists when those are",
                f"{deadline} 的时限取决于工单的到期日；请用 duban recurring 查看各工单何时到期",
            ),
            USAGE,
        )
    raise Faulty(
        say(
            f"the limit of {deadline} is told by {field} of the ticket, so no duration leads to it",
            f"{deadline} 的时限取决于工单的 {field}，无法按时长计算",
        ),
        USAGE,
    )
