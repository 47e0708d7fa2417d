"""Mutating: right files, made wrong in the ways in which people, editors and transfers make them wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from workflow.reading.source import read

_ODD = (
    "on¦no¦17:30¦0123¦1e3¦~¦null¦true¦-¦?¦:¦: ¦#¦ #¦&a¦*a¦!x¦!!str x¦%¦@¦`¦,¦[¦]¦{¦}¦'¦\"¦\\¦>¦|¦---¦...¦<<¦=¦removed¦"
    "anywhere¦new¦same¦clock¦last move¦next in family¦actor¦\t¦\u200b¦\u3000¦\xa0¦\ufeff¦：¦，¦“¦”¦｛¦｝¦名字¦投诉¦"
    "0 days¦99999 days¦3 working days¦３天¦30分钟¦100%¦0%¦-1¦99999999999999999¦1.5¦not¦and or¦(¦)¦((((¦a is b¦"
    "percent(a, b)¦total(a.b, c)¦x.y¦x.¦.x¦1 day before opened¦end of day¦due¦staff of¦whoever did¦"
    "\ud800¦\x00¦\r¦\u2028¦🀄¦e\u0301"
)
ODD = tuple(_ODD.split("¦"))
"""Words and signs with a meaning of their own somewhere, or with none anywhere."""

_TOKEN = re.compile(r"[\w.-]+|[^\w\s]")
_WIDE = str.maketrans(":,{}[]\"'- ", "：，｛｝［］”’－\u3000")


def mutate(text: str, others: Sequence[str], random: Random) -> str | bytes:
    """The text after a few mutations; bytes where it is no longer text. `others` are texts to take pieces from."""
    if random.random() < 0.35:
        text = _in_structure(text, others, random)
        if random.random() < 0.7:
            return text
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5, 10))):
        text = random.choice(_OF_TEXT)(text, others, random)
    if random.random() < 0.04:
        return _bytes(text, random)
    return text


# --- Lines ----------------------------------------------------------------------------------------------------------


def _change_lines(change: Callable[[list[str], int, Random], None]) -> Callable[[str, Sequence[str], Random], str]:
    def mutation(text: str, others: Sequence[str], random: Random) -> str:
        lines = text.split("\n")
        change(lines, random.randrange(len(lines)), random)
        return "\n".join(lines)

    return mutation


def _delete(lines: list[str], at: int, random: Random) -> None:
    del lines[at : at + random.choice((1, 1, 1, 2, 5))]


def _repeat(lines: list[str], at: int, random: Random) -> None:
    end = at + random.choice((1, 1, 3, 10))
    lines[end:end] = lines[at:end] * random.choice((1, 1, 2))


def _swap(lines: list[str], at: int, random: Random) -> None:
    other = random.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _move(lines: list[str], at: int, random: Random) -> None:
    taken = lines[at : at + random.randint(1, 8)]
    del lines[at : at + len(taken)]
    to = random.randint(0, len(lines))
    lines[to:to] = taken


def _indent(lines: list[str], at: int, random: Random) -> None:
    blanks = random.choice((-4, -2, -1, 1, 2, 4))
    for number in range(at, min(len(lines), at + random.choice((1, 1, 2, 6)))):
        line = lines[number]
        lines[number] = " " * blanks + line if blanks > 0 else line[min(-blanks, len(line) - len(line.lstrip(" "))) :]


def _tab(lines: list[str], at: int, random: Random) -> None:
    lines[at] = re.sub("^ +", "\t", lines[at])


def _wide(lines: list[str], at: int, random: Random) -> None:
    line = lines[at]
    start = random.randint(0, len(line))
    end = random.randint(start, min(len(line), start + 4))
    lines[at] = line[:start] + line[start:end].translate(_WIDE) + line[end:]


# --- Tokens and characters ------------------------------------------------------------------------------------------


def _other_token(text: str, others: Sequence[str], random: Random) -> str:
    tokens = list(_TOKEN.finditer(text))
    if not tokens:
        return text + random.choice(ODD)
    one = random.choice(tokens)
    words = ODD if random.random() < 0.4 else _TOKEN.findall(random.choice((text, *others))) or ODD
    return text[: one.start()] + random.choice(words) + text[one.end() :]


def _no_token(text: str, others: Sequence[str], random: Random) -> str:
    tokens = list(_TOKEN.finditer(text))
    if not tokens:
        return text
    one = random.choice(tokens)
    return text[: one.start()] + text[one.end() :]


def _misspell(text: str, others: Sequence[str], random: Random) -> str:
    at = random.randint(0, len(text))
    return (
        text[:at]
        + random.choice((random.choice(ODD), random.choice("abc_-:., {}[]'\"#\n"), ""))
        + text[at + random.randint(0, 1) :]
    )


def _cut(text: str, others: Sequence[str], random: Random) -> str:
    return text[: random.randint(0, len(text))]


def _take_piece(text: str, others: Sequence[str], random: Random) -> str:
    lines, other = text.split("\n"), random.choice((text, *others)).split("\n")
    start = random.randrange(len(other))
    at = random.randint(0, len(lines))
    lines[at:at] = other[start : start + random.randint(1, 12)]
    return "\n".join(lines)


def _another_document(text: str, others: Sequence[str], random: Random) -> str:
    return text + random.choice(("\n---\n", "\n--- ", "\n...\n", "---\n")) + random.choice((text, *others))


_OF_TEXT = (
    *map(_change_lines, (_delete, _repeat, _swap, _move, _indent, _indent, _tab, _wide)),
    _other_token, _other_token, _other_token, _no_token, _no_token, _misspell, _misspell, _misspell, _cut, _take_piece,
    _another_document,
)  # fmt: skip


def _bytes(text: str, random: Random) -> bytes:
    encoding = random.choice(("gb18030", "utf-16", "latin-1", "utf-8-sig", "utf-8"))
    content = bytearray(text.encode(encoding, "replace"))
    for _ in range(random.choice((0, 1, 3))):
        content[random.randrange(len(content) + 1) :][:1] = bytes([random.randrange(256)])
        at = random.randint(0, len(content))
        content[at:at] = random.randbytes(random.choice((1, 2, 8)))
    return bytes(content)


# --- Structure: files that can be read, and say what makes no sense ---------------------------------------------------


def written(data: object) -> str:
    """Data as a file: JSON over many lines, which is YAML as well."""
    return json.dumps(data, ensure_ascii=False, indent=1, default=_number)


def _number(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def pieces(data: object) -> list[tuple[Any, Any, Any]]:
    """Everything inside a map or a list: what it stands in, under which key or index, and what it is."""
    found: list[tuple[Any, Any, Any]] = []
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, inside in steps:
        found.append((data, step, inside))
        found += pieces(inside)
    return found


def _in_structure(text: str, others: Sequence[str], random: Random) -> str:
    documents = [node.data() for node in read(text, "file.yaml")[0]]
    for data in documents:
        for _ in range(random.choice((0, 1, 1, 2, 4)) if len(documents) > 1 else random.choice((1, 1, 2, 4, 8))):
            _change(data, others, random)
    return "\n---\n".join(written(data) for data in documents)


def _copied(data: object) -> Any:
    """A copy: what stood inside itself could not be written."""
    return json.loads(written(data))


def _change(data: object, others: Sequence[str], random: Random) -> None:
    places = pieces(data)
    if not places:
        return
    holder, step, inside = random.choice(places)
    how = random.randrange(7)
    if how == 0:
        del holder[step]
    elif how == 1:  # what stands elsewhere under the same key
        alike = [piece for _, other, piece in places if other == step]
        holder[step] = _copied(random.choice(alike))
    elif how == 2:
        holder[step] = _copied(random.choice(places)[2])
    elif how == 3:
        holder[step] = random.choice(ODD)
    elif how == 4:
        holder[step] = random.choice(
            ([inside], [inside, inside], [], {}, {"zh": inside}, {"if": inside}, None, 0, True, "")
        )
    elif how == 5 and isinstance(holder, dict):
        keys = [one for _, one, _ in places if isinstance(one, str)] + list(ODD)
        holder[random.choice(keys)] = holder.pop(step)
    else:
        taken = [node.data() for node in read(random.choice(others or [""]), "other.yaml")[0]]
        if choices := [piece for one in taken for _, other, piece in pieces(one) if other == step]:
            holder[step] = random.choice(choices)
