"""Houses of test files: opened once on SQLite and once on PostgreSQL, cleared for each test, closed after the last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from typing import Any, Literal, Protocol, TypeVar

import pytest
from sqlalchemy.engine import URL

SYSTEMS = ("sqlite", "postgresql")


class Clearable(Protocol):
    def clear(self) -> None:
        """Take out what a test has left behind."""


H = TypeVar("H", bound=Clearable)
Open = Callable[[URL], AbstractContextManager[H]]
Furnish = Callable[[str, Open[Any]], Any]
Count = Callable[[pytest.Item, str], None]


def house_on_both(opened: Open[H], scope: Literal["module", "session"] = "module") -> Callable[..., H]:
    """A fixture with a house on a database of its own, in which nothing has happened yet.

    `opened` furnishes an empty database; it is called once for all the tests of a file, or of the run.
    """

    @pytest.fixture(params=SYSTEMS)
    def house(request: pytest.FixtureRequest, count_database: Count) -> H:
        count_database(request.node, request.param)
        found: H = request.getfixturevalue(f"houses_of_the_{scope}")(request.param, opened)
        found.clear()
        return found

    return house


@contextmanager
def furnishing(new_database: Callable[[str], URL]) -> Iterator[Furnish]:
    """Opens each house on each system when it is first asked for, and closes them all at the end."""
    with ExitStack() as houses:

        @cache
        def furnish(system: str, opened: Open[Any]) -> Any:
            return houses.enter_context(opened(new_database(system)))

        yield furnish
