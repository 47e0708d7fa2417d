"""How much room text takes, and where its lines break: Chinese at full width, Latin by a small table.

Nobody measures with a font here, so the widths are those of common sans-serif faces, a little on the wide
side. They are in em: times the font size, they are pixels.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_LATIN = {
    0.28: "'|ijlI.,:;!",
    0.34: " ()[]{}-f",
    0.4: 'rt/\\`"',
    0.5: "csxz*",
    0.55: "vykJ^",
    0.63: "bdpqhnuo",
    0.67: "ABEFKLPSTVXYZ&",
    0.76: "CDGHNOQRUw",
    0.94: "mMW%@",
}
_WIDTHS = {letter: width for width, letters in _LATIN.items() for letter in letters}
_LETTER, _FULL, _EMOJI, _BOLD = 0.58, 1.0, 1.35, 1.1

_NEVER_FIRST = frozenset(",.;:!?%)]}，。、；：！？％）】》〉」』”’…·")
_STOPS = frozenset("、，；。！？→…")
_NEVER_LAST = frozenset("([{（【《〈「『“‘")
_NOT_SHOWN = re.compile("[\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def one_line(text: str) -> str:
    """The text as one line that every format can carry.

    Blanks of all kinds become single ones, marks that turn the direction of writing go, and what XML
    forbids becomes the replacement character.
    """
    return " ".join(_NOT_XML.sub("\ufffd", _NOT_SHOWN.sub("", text)).split())


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide the text is in pixels at this font size."""
    return _ems(text) * size * (_BOLD if bold else 1)


def wrap(text: str, size: float, room: float, *, bold: bool = False, even: bool = False) -> tuple[str, ...]:
    """The text in as few lines as `room` pixels allow, if `even` about equally long; a word too long for it is cut."""
    ems = room / size / (_BOLD if bold else 1)
    words: list[str] = []
    for phrase in _phrases(one_line(text)):
        short = _ems(phrase.rstrip()) <= ems
        words += [phrase] if short else [part for piece in _letters(phrase) for part in _cut(piece, ems)]
    fewest = _fill(words, size, room, bold)
    if len(fewest) < 2 or not even:
        return fewest
    # The narrowest room that still needs no further line: found by halving, to the pixel.
    least, most = 0.0, room
    while most - least > 1:
        middle = (least + most) / 2
        lines = _fill(words, size, middle, bold)
        fits = len(lines) == len(fewest) and all(width(line, size, bold=bold) <= middle for line in lines)
        least, most = (least, middle) if fits else (middle, most)
    return _fill(words, size, most, bold)


def _ems(text: str) -> float:
    return sum(map(_em, text))


@cache
def _em(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    if ord(letter) >= 0x1F000 and not unicodedata.name(letter, "").startswith("CJK"):
        return _EMOJI
    # "A" has the quotation marks and dashes that Chinese faces draw at full width.
    return _FULL if _full(letter) else _LETTER


def _phrases(text: str) -> list[str]:
    """The pieces between which a line should break: at blanks, after arrows and Chinese stops, before Chinese brackets.

    Within quotes only at blanks.
    """
    pieces: list[str] = []
    quoted = False
    for letter in text:
        before = pieces[-1][-1:] if pieces else ""
        turns = before in _STOPS or letter == "（"
        ended = before == " " or (turns and not quoted and letter not in _NEVER_FIRST and before not in _NEVER_LAST)
        if before == "" or (letter != " " and ended):
            pieces.append(letter)
        else:
            pieces[-1] += letter
        quoted = letter == "“" or (quoted and letter != "”")
    return pieces


def _letters(phrase: str) -> list[str]:
    """The pieces between which a phrase may break that is longer than a line: Chinese anywhere, Latin nowhere."""
    pieces: list[str] = []
    for letter in phrase:
        before = pieces[-1][-1:] if pieces else ""
        joined = letter == " " or letter in _NEVER_FIRST or before in _NEVER_LAST
        if before and (joined or not (_full(letter) or _full(before))):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _full(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F", "A")


def _cut(piece: str, ems: float) -> list[str]:
    pieces = [""]
    for letter in piece:
        if pieces[-1] and _ems((pieces[-1] + letter).rstrip()) > ems:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _fill(words: list[str], size: float, room: float, bold: bool) -> tuple[str, ...]:
    lines = [""]
    for word in words:
        if lines[-1] and width((lines[-1] + word).rstrip(), size, bold=bold) > room:
            lines.append("")
        lines[-1] += word
    return tuple(line.strip() for line in lines if line.strip())
