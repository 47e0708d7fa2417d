"""The rows of the fault matrix, each a few times: `make chaos` runs them as often as the matrix says."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.chaos.databases import Cluster, Databases, cluster, files
from tests.chaos.matrix import LeftOut, Row, Tally, rows
from tests.chaos.scene import Stage
from tests.chaos.zygote import Zygote


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    found = Zygote(tmp_path_factory.mktemp("zygote"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def stages(zygote: Zygote) -> Iterator[Stages]:
    with ExitStack() as cleanup:
        yield Stages(zygote, cleanup)


class Stages:
    """The kinds of databases that were asked for so far, each with its templates."""

    def __init__(self, zygote: Zygote, cleanup: ExitStack) -> None:
        self.zygote = zygote
        self.cleanup = cleanup
        self.made: dict[str, Stage] = {}

    def on(self, kind: str, url: URL | None = None) -> Stage:
        """SQLite, a server of our own, or the one of the test run at `url`."""
        name = kind if url is None else f"{kind} of the run"
        if name not in self.made:
            databases: Databases
            if kind == "sqlite":
                databases = self.cleanup.enter_context(files())
            elif url is not None:
                databases = Cluster(None, url)
            else:
                databases = self.cleanup.enter_context(cluster())
            folder = Path(self.cleanup.enter_context(tempfile.TemporaryDirectory()))
            self.made[name] = Stage(databases, folder, self.zygote)
            self.cleanup.callback(self.made[name].close)
        return self.made[name]


CASES = [(row, kind) for row in rows().values() for kind in row.databases if row.few]


@pytest.mark.parametrize(("row", "kind"), CASES, ids=[f"{row.name}-{kind}" for row, kind in CASES])
def test_what_a_row_must_keep_is_kept(request: pytest.FixtureRequest, stages: Stages, row: Row, kind: str) -> None:
    url = request.getfixturevalue("postgres_url") if kind == "postgresql" and not row.own_server else None
    tally = Tally(quiet=True)
    try:
        row.run(stages.on(kind, url), tally, row.few)
    except LeftOut as why:
        pytest.skip(str(why))
    assert tally.faults == []
    assert tally.survived == tally.tried > 0
