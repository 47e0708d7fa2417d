"""How people, sites and the rest may be called: ids that never change, and names that people read."""

from __future__ import annotations

import re
import unicodedata

from service.account_faults import NameFaulty
from workflow.definition import Text
from workflow.people import WORDS

LONGEST = 100
"""The most characters of a name that people read."""

RESERVED = frozenset((*WORDS, "system", "duban"))
"""Ids that would be taken for something else in a history; `clock` moves tickets and can never sign in."""

_ID = re.compile(r"[a-z][a-z0-9_]{0,62}")
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,9}")
_UNREADABLE = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")


def checked_id(kind: str, given: str) -> str:
    """An id of a person or a site, as it is; raises NameFaulty."""
    if not _ID.fullmatch(given):
        raise NameFaulty(
            kind,
            given,
            Text(
                "it begins with a-z and goes on with a-z, 0-9 and _, 63 characters at most",
                "以 a-z 开头，其后为 a-z、0-9 和 _，最多 63 个字符",
            ),
        )
    if given in RESERVED:
        others = sorted(RESERVED - {given})
        raise NameFaulty(
            kind, given, Text(f"the word is taken, like {', '.join(others)}", f"该词已被占用，另有 {'、'.join(others)}")
        )
    return given


def checked_name(kind: str, given: str) -> str:
    """What people read, without blanks around it; raises NameFaulty."""
    name = given.strip()
    if not 0 < len(name) <= LONGEST or any(unicodedata.category(one) in _UNREADABLE for one in name):
        raise NameFaulty(
            kind,
            given,
            Text(
                f"1 to {LONGEST} characters that can be read, on one line", f"1 到 {LONGEST} 个可显示的字符，写在一行"
            ),
        )
    return name


def checked_label(given: str) -> str:
    """What a token is for."""
    return checked_name("label", given)


def checked_prefix(given: str) -> str:
    """What the numbers of a site's tickets begin with; raises NameFaulty."""
    if not _PREFIX.fullmatch(given):
        raise NameFaulty(
            "number prefix",
            given,
            Text("it has 1 to 10 characters A-Z and 0-9, the first a letter", "1 到 10 个 A-Z 和 0-9，以字母开头"),
        )
    return given
