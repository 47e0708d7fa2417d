"""Python's collector of garbage in cycles, kept from looking at what is dropped soon anyway, or never."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def keep() -> None:
    """What is loaded by now stays until the process ends, and is never looked through again.

    That is nearly all that a process has: modules, definitions, the application. Going through it takes tens of
    milliseconds, in which no call is answered. What calls leave behind is little, and collected as often as ever.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def held_off() -> Iterator[None]:
    """Nothing is looked through for cycles meanwhile; it is made up for afterwards, when next to nothing is left."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
