"""Whatever definition somebody writes: what is generated for it passes, and generating again changes nothing."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from tests.properties.promises.making import MadeUp, definitions
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.problems import DefinitionFaulty
from workflow.scenarios.generating.again import generate
from workflow.scenarios.generating.files import new_texts
from workflow.scenarios.running import run
from workflow.scenarios.stage import Stage


def with_scenarios(known: Catalogue, files: dict[str, str]) -> dict[str, str]:
    """The files with what is generated for every workflow that may be opened."""
    stage = Stage(known)
    for definition in known.opened():
        files = files | new_texts(generate(definition, known, stage), files, "scenarios", known.scenarios)
    return files


@seed(20261122)
@settings(
    max_examples=25, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(definitions())
def test_what_is_generated_passes_and_is_written_once(made: MadeUp) -> None:
    files = dict(made.files)
    try:
        known = compile_catalogue(files)
    except DefinitionFaulty:
        assume(False)
        return
    written = with_scenarios(known, files)
    again = compile_catalogue(written)
    for one in again.scenarios:
        outcome = run(one, Stage(again))
        assert outcome.passed, (one.name, [(each.text.en, each.expected, each.happened) for each in outcome.mismatches])
    assert with_scenarios(again, written) == written
