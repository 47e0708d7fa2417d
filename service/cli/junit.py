"""Results of scenarios as JUnit XML, which build servers read: a suite for each workflow, a case for each scenario."""

from __future__ import annotations

import xml.etree.ElementTree as Xml
from collections.abc import Sequence
from typing import TYPE_CHECKING

from service.cli.scenario_report import as_read, compared, problem_of, untaken
from service.cli.speaking import say
from service.cli.table import visible

if TYPE_CHECKING:
    from service.scenario_runs import Ran


def as_junit(ran: Sequence[Ran], lang: str) -> bytes:
    """The document, in UTF-8; whatever stands in a scenario, it can be read."""
    root = Xml.Element("testsuites", {"name": "duban test", **_counts(ran)})
    for workflow in dict.fromkeys(one.scenario.workflow for one in ran):
        mine = [one for one in ran if one.scenario.workflow == workflow]
        suite = Xml.SubElement(root, "testsuite", {"name": visible(workflow), **_counts(mine)})
        for one in mine:
            _case(suite, one, lang)
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _case(suite: Xml.Element, one: Ran, lang: str) -> None:
    place = one.scenario.position
    case = Xml.SubElement(
        suite,
        "testcase",
        classname=visible(one.scenario.workflow),
        name=visible(one.scenario.name),
        file=visible(place.path),
        line=str(place.line),
        time=f"{one.seconds:.3f}",
    )
    if one.scenario.generated:
        Xml.SubElement(Xml.SubElement(case, "properties"), "property", name="generated", value="true")
    if not one.passed:
        first = one.mismatches[0]
        failure = Xml.SubElement(case, "failure", type=first.what, message=visible(first.text.read(lang)))
        lines = [line for each in one.mismatches for line in (problem_of(each).line(lang), *compared(each, lang))]
        lines += untaken(one)
        if one.story:
            lines += [
                "",
                say("what had happened:", "此前发生的事："),
                *(f"  {as_read(each, lang)}" for each in one.story),
            ]
        failure.text = "\n".join(map(visible, lines))


def _counts(ran: Sequence[Ran]) -> dict[str, str]:
    return {
        "tests": str(len(ran)),
        "failures": str(sum(not one.passed for one in ran)),
        "errors": "0",
        "time": f"{sum(one.seconds for one in ran):.3f}",
    }
