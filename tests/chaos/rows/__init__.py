"""The rows, one file for each kind of fault."""

from tests.chaos.rows import killed_calls, killed_duties, races, repeats, under_load

ALL = (
    killed_calls.ROW,
    under_load.ROW,
    killed_duties.ROW,
    repeats.REPEATED,
    repeats.REUSED,
    races.ROW,
)
