"""Plain values: what a word without quotes is read as, and which of them two versions of YAML read differently.

YAML 1.1 takes `on` for true, `17:30` for 1050 and `0123` for 83; 1.2 does not. Whatever the two read differently,
or as a date, is refused together with the quoted form to type, and is text from there on.
"""

from __future__ import annotations

import re
from decimal import Decimal

from workflow.names import shortened
from workflow.problems import Instead
from workflow.reading.nodes import Finding, Scalar

LONGEST_NUMBER = 18
"""The most characters of a number."""

_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+\Z")
_SUSPECT = re.compile(r"[-+.0-9~=<yno]", re.IGNORECASE)
"""What a word begins with that could be misread."""

_SWITCH = re.compile(r"(y|n|yes|no|on|off)\Z", re.IGNORECASE)
_NOTHING = frozenset({"~", "null", "Null", "NULL"})
_TIME = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?\Z")
_NUMBER_TO_SOME = re.compile(
    r"[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*(\.[0-9_]*)?(e[-+]?[0-9]+)?|\.[0-9][0-9_]*(e[-+]?[0-9]+)?|\.inf)\Z"
    r"|\.nan\Z",
    re.IGNORECASE,
)


def read_plain(text: str) -> tuple[Scalar, Finding | None]:
    """What a plain word is, and what is wrong with writing it so."""
    if text in ("true", "True", "TRUE"):
        return True, None
    if text in ("false", "False", "FALSE"):
        return False, None
    if len(text) <= LONGEST_NUMBER:
        if _WHOLE.match(text):
            return int(text), None
        if _DECIMAL.match(text):
            return Decimal(text), None
    return text, _misread(text)


def _misread(text: str) -> Finding | None:
    if not _SUSPECT.match(text):
        return None
    whole, text = text, shortened(text)
    quoted = f'"{text}"'
    if _SWITCH.match(text):
        return _finding(
            f"some programs read {text} without quotes as true or false; write {quoted}",
            f"不加引号的 {text} 会被有的程序读成真或假；请写 {quoted}",
            Instead(whole, f'"{whole}"'),
        )
    if _TIME.match(whole):
        return _finding(
            f"some programs read {text} without quotes as a number; write {quoted}",
            f"不加引号的 {text} 会被有的程序读成一个数；请写 {quoted}",
            Instead(whole, f'"{whole}"'),
        )
    if _DATE.match(whole):
        return _finding(
            f"some programs read {text} without quotes as a date; write {quoted}",
            f"不加引号的 {text} 会被有的程序读成日期；请写 {quoted}",
            Instead(whole, f'"{whole}"'),
        )
    if text in _NOTHING:
        return Finding(
            "nothing_follows",
            f"{text} means that nothing stands here; write `removed` to take it away, or {quoted} for the text",
            f"{text} 表示此处为空；要去掉请写 removed，若是文字请写 {quoted}",
        )
    if _NUMBER_TO_SOME.match(whole):
        return _finding(
            f"{text} without quotes is not the same number to every program; "
            f"write {quoted} for the text, or the number in plain digits",
            f"不加引号的 {text} 在不同程序里不是同一个数；若是文字请写 {quoted}，若是数请只用普通数字",
            _number_meant(whole),
        )
    if text in ("=", "<<"):
        return _finding(
            f"{text} has a meaning of its own in YAML; write {quoted}",
            f"{text} 在 YAML 中另有含义；请写 {quoted}",
            Instead(whole, f'"{whole}"'),
        )
    return None


def _number_meant(text: str) -> Instead | None:
    """Digits with a 0 in front are a text; those with _ between them a number."""
    if re.fullmatch(r"0[0-9]+", text):
        return Instead(text, f'"{text}"')
    return Instead(text, text.replace("_", "")) if re.fullmatch(r"[1-9][0-9]*(_[0-9]+)+", text) else None


def _finding(text: str, text_zh: str, mend: Instead | None) -> Finding:
    return Finding("plain_value", text, text_zh, mend=mend)
