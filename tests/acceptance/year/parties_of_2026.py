"""Everybody with whom the house has to do in 2026: who is there all year, who comes, who goes, who becomes another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tests.acceptance.year.days_of_2026 import local

LONG_AGO = local("2024-05-01")
NEVER = local("9999-01-01")


@dataclass(frozen=True, slots=True)
class Party:
    """A party of a class, from `since` until before `until`, both local."""

    key: str
    kind: str
    since: dt.datetime = LONG_AGO
    until: dt.datetime = NEVER


BECOMES_ANCHOR = "m190"
BECOMES_ANCHOR_AT = local("2026-08-10 09:00")
"""When a merchant has grown so that property management looks after him from now on."""

_COMING = {
    "m191": local("2026-03-16"),
    "m192": local("2026-06-01"),
    "m193": local("2026-09-30"),  # on the last day of the month, while the service is down
    "m194": local("2026-12-31"),
    "a11": local("2026-05-20"),
    "t20": local("2026-11-02"),
}
_GOING = {
    "m195": local("2026-02-01"),  # from the first of the month on he is not there
    "m196": local("2026-04-18"),
    "m197": local("2026-07-15"),
    "m198": local("2026-10-02"),  # in October he was there for a day, and nobody could see him
    "m199": local("2026-12-31"),
    "a12": local("2026-09-08"),
    "t19": local("2026-01-20"),
}

PARTIES = [
    Party(key, kind, _COMING.get(key, LONG_AGO), _GOING.get(key, NEVER))
    for prefix, kind, number in (
        ("m", "merchant", 200),
        ("a", "anchor", 12),
        ("t", "tenant", 20),
        ("c", "customer", 5),
        ("owners", "owners_committee", 1),
        ("merchants", "merchants_committee", 1),
    )
    for key in (f"{prefix}{place:02}" for place in range(1, number + 1))
]


def stretches(kind: str, *, foreseen: bool = False) -> list[Party]:
    """The parties of a class, each for the time in which it was one; `foreseen`: as the year begins."""
    found = [party for party in PARTIES if party.kind == kind]
    if foreseen:
        return found
    return [
        Party(one.key, kind, one.since, BECOMES_ANCHOR_AT) if one.key == BECOMES_ANCHOR else one for one in found
    ] + [Party(BECOMES_ANCHOR, kind, BECOMES_ANCHOR_AT)] * (kind == "anchor")
