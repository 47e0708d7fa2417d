"""A large house: as many definitions as asked for, after the pattern of the shipped ones, and no two alike.

They have other names, places in their texts, and parts of their own: fields, a transition that fills them, a reminder.
The same number always gives the same files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

DEFINITIONS = Path(__file__).parents[1] / "definitions"
SEED = 20_260_213

_NAMES_WORKFLOWS = re.compile(
    r"\b(?:(?:workflow|base|extends|family|become|wait_for): (?:\{[^}]*\}|\[[^\]]*\]|[\w-]+)|of: [\w-]+|total\([\w-]+)"
)
_DEFINITION = re.compile(r"^workflow: (\S+)", re.MULTILINE)
_CALLED = re.compile(r"^(?:workflow|base): (\S+)", re.MULTILINE)

PLACES = "一期商场 二期商场 北区写字楼 南区公寓 滨江广场 老街步行区 会展中心 地下车库 物流园 学府路店".split()  # noqa: SIM905
MATTERS = (
    "补充说明",
    "现场照片编号",
    "陪同人员",
    "到场时间",
    "材料清单",
    "费用说明",
    "回电号码",
    "楼层与铺位",
    "天气情况",
    "设备编号",
)


def house(definitions: int, seed: int = SEED) -> dict[str, str]:
    """The files of a house with at least so many definitions, by path; families are whole."""
    random = Random(seed)
    shipped = {path.relative_to(DEFINITIONS).as_posix(): path.read_text("utf-8") for path in _shipped()}
    patterns = {name: text for name, text in shipped.items() if _DEFINITION.search(text)}
    opened = set(map(_name, patterns.values()))
    patterns |= {name: text for name, text in shipped.items() if _is_base(text) and _named(text) & opened}
    files = {name: text for name, text in shipped.items() if name not in patterns}
    ordered = sorted(patterns.values(), key=len, reverse=True)
    number = made = 0
    while made < definitions:
        number += 1
        for text in _whole_families(ordered):
            if made >= definitions:
                break
            for one in text:
                named = _renamed(one, f"{number:03}", [_name(each) for each in ordered])
                files[f"{_name(named)}.yaml"] = _varied(named, random)
                made += not _is_base(named)
    return files


def _shipped() -> Iterator[Path]:
    return (path for path in sorted(DEFINITIONS.rglob("*.yaml")) if "scenarios" not in path.parts)


def _name(text: str) -> str:
    found = _CALLED.search(text)
    return found[1] if found else ""


def _is_base(text: str) -> bool:
    return bool(_CALLED.search(text)) and not _DEFINITION.search(text)


def _whole_families(texts: Iterable[str]) -> Iterator[list[str]]:
    """Definitions that go together: each with those that it names and those that name it."""
    waiting = list(texts)
    while waiting:
        together = [waiting.pop(0)]
        for one in together:  # which grows on the way
            near = [other for other in waiting if _name(other) in _named(one) or _name(one) in _named(other)]
            together += near
            waiting = [other for other in waiting if other not in near]
        yield together


def _named(text: str) -> set[str]:
    return {word for line in _NAMES_WORKFLOWS.findall(text) for word in re.findall(r"[\w-]+", line)}


def _renamed(text: str, suffix: str, names: Sequence[str]) -> str:
    known = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    word = re.compile(rf"(?<![\w-])({known})(?![\w-])")
    fields = {name for name in names if re.search(rf"^  {re.escape(name)}: .*type: ticket", text, re.MULTILINE)}

    def other(found: re.Match[str]) -> str:
        waits = found[0].startswith("wait_for")  # which may name a field, too
        return word.sub(lambda one: one[0] if waits and one[0] in fields else f"{one[0]}-{suffix}", found[0])

    return _NAMES_WORKFLOWS.sub(other, text)


def _varied(text: str, random: Random) -> str:
    place = random.choice(PLACES)
    text = re.sub(r"^zh: (.*)$", rf"zh: \1（{place}）", text, count=1, flags=re.MULTILINE)
    if "\nfields:\n" not in text or "\ntransitions:\n" not in text or "\nreminders:" not in text:
        return text
    extra = [
        (f"extra_{number}", matter) for number, matter in enumerate(random.sample(MATTERS, random.randint(2, 6)), 1)
    ]
    fields = "".join(
        f"  {name}: {{zh: {matter}, en: Extra, type: text, min_length: {random.randint(2, 9)}}}\n"
        for name, matter in extra
    )
    text = text.replace("\nfields:\n", f"\nfields:\n{fields}", 1)
    others = ", ".join(name for name, _ in extra[1:])
    noted = (
        f"  add_extra:\n    zh: 补充{place}的情况\n    en: Add what is special here\n    from: anywhere\n    to: same\n"
        f"    by: service_centre\n    fill: [{extra[0][0]}]\n    may_fill: [{others}]\n"
        f"    note: 写明{place}的具体位置和联系人，以便下一班接手。\n"
    )
    text = text.replace("\ntransitions:\n", f"\ntransitions:\n{noted}", 1)
    days = random.randint(2, 20)
    reminder = (
        f"  extra_read:\n    zh: 阅读{place}的补充说明\n    since: add_extra\n    after: {days} days\n"
        "    while: anywhere\n    notify: [responsible, accountable]\n"
    )
    return re.sub(r"\nreminders:(.*)\n", lambda line: f"{line[0]}{reminder}", text, count=1)


def text_of(files: Mapping[str, str]) -> str:
    """How much there is, for people."""
    size = sum(len(text.encode()) for text in files.values())
    lines = sum(text.count("\n") for text in files.values())
    found = sum(len(_DEFINITION.findall(text)) for text in files.values())
    return f"{found} definitions in {len(files)} files, {lines} lines, {size // 1024} KiB"
