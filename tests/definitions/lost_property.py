"""The examples of the reference as the tests of its sentences tell of them: something lost, something damaged."""

from __future__ import annotations

from tests.builders import Story
from tests.definitions.reference_page import WHOLE, compiled
from workflow import people
from workflow.catalogue import Catalogue
from workflow.definition import Who
from workflow.problems import DefinitionFaulty
from workflow.ticket import Actor, Held, Notice


def someone(name: str, *held: str) -> Actor:
    """`service_centre`, or `head/security` for a role of a department."""
    return Actor(id=name, name=name, holds=frozenset(Held(*one.split("/")) for one in held))


ANN = someone("ann", "service_centre")
BOB = someone("bob", "service_centre")
HEAD = someone("sam", "head/security")
MANAGER = someone("max", "operations_manager")

DAMAGE = next(block for block in WHOLE if block.startswith("workflow: damage"))
HEAD_OF_DAMAGE, SMALL, LARGE = DAMAGE.split("---\n")


def variation(text: str = "") -> Catalogue:
    """The page's examples, and lost property with these parts in it."""
    return compiled(f"workflow: variation\nextends: lost-property\n{text.lstrip()}")


def lost(text: str = "") -> Story:
    """Something found on Monday 5 January 2026 at ten, in lost property with these parts in it."""
    story = Story(variation(text).definitions["variation"])
    return story.do("take_in", "2026-01-05 10:00", ANN, title="An umbrella", item="umbrella", value=2000)


def harm(head: str = HEAD_OF_DAMAGE, small: str = SMALL, large: str = LARGE) -> str:
    """The family of the page under another name, so that it may be written otherwise."""
    return f"{head}---\n{small}---\n{large}".replace("damage", "harm")


def damage(head: str = HEAD_OF_DAMAGE, small: str = SMALL, large: str = LARGE) -> Story:
    """Damage reported at the same time; its files may be written otherwise."""
    known = compiled(harm(head, small, large)).definitions
    family = {name: one for name, one in known.items() if one.head == "harm"}
    return Story(known["harm"], family=family).do("report", "2026-01-05 10:00", ANN, title="A broken door")


def faults(*texts: str) -> set[str]:
    """The names of the checks that find something wrong with a file."""
    try:
        return {one.check for one in compiled(*texts).warnings}
    except DefinitionFaulty as error:
        return {one.check for one in error.problems}


def told(notices: tuple[Notice, ...]) -> list[str]:
    return [one.to.person or one.to.role or "" for one in notices]


def meant(text: str) -> tuple[Who, ...]:
    """People in words, as a file names them."""
    known = variation()
    one = known.definitions["variation"]
    return (people.parse_who(text, roles=known.roles, fields=one.fields, transitions=tuple(one.transitions)),)
