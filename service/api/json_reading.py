"""JSON that is read strictly: whatever parsers read differently, choke on or cannot store is refused."""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

DEEPEST = 32
"""How deep JSON may be nested."""

LONGEST_NUMBER = 400
"""How many characters a JSON number may have."""


class JsonFaulty(Exception):
    """The body is not the JSON that is read here; `why` says what is wrong with it."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The body is no JSON that can be read: {why}.")


def read_json(body: bytes) -> Any:
    """The value of a JSON body; raises JsonFaulty for all that JSON parsers read differently or choke on."""
    try:
        text = body.decode("utf-8")
        if text.startswith("\ufeff"):
            raise JsonFaulty("it begins with a byte order mark, which JSON does not have")
        value = _READER.decode(text)
    except UnicodeDecodeError as error:
        raise JsonFaulty("it is not UTF-8") from error
    except RecursionError as error:
        raise JsonFaulty(f"it is nested deeper than {DEEPEST}") from error
    except ValueError as error:
        raise JsonFaulty(str(error)) from error
    _refuse_texts(value, 0)
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise JsonFaulty(f"the member {twice[:100]!r} is there twice")
    return found


def _no_number(constant: str) -> Any:
    raise JsonFaulty(f"{constant} is no JSON number")


def _whole(number: str) -> int:
    return int(_bounded(number))


def _bounded(number: str) -> str:
    if len(number) > LONGEST_NUMBER:
        raise JsonFaulty(f"a number has {len(number)} characters, at most {LONGEST_NUMBER} are read")
    return number


def _decimal(number: str) -> Decimal:
    """The number as it is written, to its last digit; one that would be infinite elsewhere is refused."""
    try:
        found = Decimal(_bounded(number))
    except InvalidOperation as error:
        raise JsonFaulty(f"the power of {number[:100]} is too large") from error
    if abs(found.adjusted()) > LONGEST_NUMBER:
        raise JsonFaulty(f"the power of {number[:100]} is too large")
    return found


_READER = json.JSONDecoder(
    object_pairs_hook=_members, parse_constant=_no_number, parse_int=_whole, parse_float=_decimal
)

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> bool:
    """Whether both databases store a text alike: it has no NUL and no half of a surrogate pair in it."""
    return _UNSTORABLE.search(text) is None


def _refuse_texts(value: Any, depth: int) -> None:
    """NUL and lone surrogates cannot be stored alike on both databases: they are refused before anything looks."""
    if depth > DEEPEST:
        raise JsonFaulty(f"it is nested deeper than {DEEPEST}")
    if isinstance(value, str):
        if not storable(value):
            raise JsonFaulty("a text has the character NUL or half of a surrogate pair in it")
    elif isinstance(value, dict):
        for name, member in value.items():
            _refuse_texts(name, depth + 1)
            _refuse_texts(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _refuse_texts(member, depth + 1)
