"""Pieces: the rows of which courses are made, joined to one another, and two of them laid side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

NEVER = 1 << 62
LONG_AGO = -NEVER
"""Earlier than all: what the latest of nothing is."""

AFTER_ALL = 1 << 63
"""Behind everything that a piece may give: (instant, AFTER_ALL) lies behind all pieces that begin until then."""

Piece = tuple[int, int, bool]
"""From when, what comes then, and whether that rises as time does."""

Pieces = tuple[Piece, ...]

Better = Callable[[int, int], bool]
"""Whether the first of two instants is the one that is wanted."""


def ends(pieces: Pieces) -> list[int]:
    """Where each piece ends."""
    return [piece[0] for piece in pieces[1:]] + [NEVER]


def joined(pieces: Iterable[Piece]) -> Pieces:
    """The pieces without those that only go on as the one before."""
    made: list[Piece] = []
    begin = before = 0
    up: bool | None = None
    for piece in pieces:
        start, value, rises = piece
        if value >= NEVER and (rises or value > NEVER):
            piece = start, value, rises = start, NEVER, False
        if rises is up and value == (before + start - begin if up else before):
            continue
        begin, before, up = start, value, rises
        made.append(piece)
    return tuple(made)


def chosen(first: Pieces, second: Pieces, better: Better, otherwise: int | None = None) -> list[Piece]:
    """The first where it is better; elsewhere the second, or what is said."""
    made: list[Piece] = []
    for at, mine, up, its, its_up in side_by_side(first, second):
        if better(mine, its):
            made.append((at, mine, up))
        elif otherwise is None:
            made.append((at, its, its_up))
        else:
            made.append((at, otherwise, False))
    return made


def stretches(first: Pieces, second: Pieces, better: Better) -> list[tuple[int, bool]]:
    """From when on the first of two is better, from when on not, and so on."""
    made: list[tuple[int, bool]] = []
    last: bool | None = None
    for at, mine, _, its, _ in side_by_side(first, second):
        wanted = better(mine, its)
        if wanted is not last:
            made.append((at, wanted))
            last = wanted
    return made


def side_by_side(first: Pieces, second: Pieces) -> Iterator[tuple[int, int, bool, int, bool]]:
    """From each instant on what the two courses give and whether that rises, cut where either turns and they cross."""
    one, other = [*first, (NEVER, NEVER, False)], [*second, (NEVER, NEVER, False)]
    start, value, up = one[0]
    its_start, its_value, its_up = other[0]
    following, its_following = one[1][0], other[1][0]
    i = j = 1
    at = min(start, its_start)
    while True:
        end = min(following, its_following)
        mine = value + at - start if up else value
        its = its_value + at - its_start if its_up else its_value
        yield at, mine, up, its, its_up
        if up is not its_up and abs(mine) != NEVER and abs(its) != NEVER:
            # They meet where the one that rises has made up for what it is behind.
            meet = at + (its - mine if up else mine - its)
            for cut in (meet, meet + 1):
                if at < cut < end:
                    yield cut, mine + cut - at if up else mine, up, its + cut - at if its_up else its, its_up
        if end == NEVER:
            return
        at = end
        if following == end:
            start, value, up = one[i]
            i += 1
            following = one[i][0]
        if its_following == end:
            its_start, its_value, its_up = other[j]
            j += 1
            its_following = other[j][0]
