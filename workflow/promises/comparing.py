"""Comparing: what holds of two courses at every starting moment of the years, and where it first does not."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.promises.course import NOTHING, Course
from workflow.promises.pieces import NEVER
from workflow.promises.years import Years

_GLANCES = 23
"""How many moments are looked at before all of them are."""


def always_comes(course: Course, years: Years) -> bool:
    """Whether it gives an instant whatever the starting moment is."""
    return course is not NOTHING and all(course.at(at) < NEVER for at in _cuts(years, course))


def never_later(one: Course, other: Course, years: Years) -> bool:
    """Whether the one is at no moment later than the other."""
    if one is other:
        return True
    step = (years.last - years.first) // _GLANCES
    if any(one.at(at) > other.at(at) for at in range(years.first, years.last, step)):
        return False  # mostly a glance is enough
    return all(one.at(at) <= other.at(at) for at in _edges(years, one, other))


def always_later(one: Course, other: Course, years: Years) -> bool:
    """Whether the one is at every moment later than the other."""
    return all(one.at(at) > other.at(at) for at in _edges(years, one, other))


def most_later(one: Course, other: Course, years: Years) -> int:
    """By how much the one is later than the other at the most."""
    return max(one.at(at) - other.at(at) for at in _edges(years, one, other))


def longest(course: Course, allowed: Course | None, years: Years) -> tuple[int, int] | None:
    """The longest time until it, and the first starting moment for which it takes so long.

    With `allowed`, only among the moments for which it comes later than that; None if there are none.
    """
    found: tuple[int, int] | None = None
    for at in _cuts(years, course, *([allowed] if allowed is not None else [])):
        begin = at
        if allowed is not None and course.at(at) <= allowed.at(at):
            begin = _overtaken(course, allowed, at)
            if course.at(begin) <= allowed.at(begin):
                continue
        if begin < years.last and (found is None or course.at(begin) - begin > found[0]):
            found = course.at(begin) - begin, begin
    return found


def _overtaken(course: Course, allowed: Course, at: int) -> int:
    """Where, within the piece that begins here, the one would come to be later than the other if it alone moves on."""
    return at + allowed.at(at) - course.at(at) + 1 if abs(allowed.at(at)) < NEVER else at


def _cuts(years: Years, *courses: Course) -> list[int]:
    """The starting moments from which on each of the courses goes on alike."""
    cuts = {years.first}
    for course in courses:
        cuts.update(start for start, _, _ in course.cut(years.first, years.last))
    return sorted(cuts)


def _edges(years: Years, *courses: Course) -> Iterator[int]:
    """The first and the last of the moments between the cuts: what grows or falls evenly is most there."""
    cuts = _cuts(years, *courses)
    for start, following in zip(cuts, [*cuts[1:], years.last], strict=True):
        yield start
        yield following - 1
