"""The rows, one file for each kind of fault."""

from tests.chaos.rows import connections, killed_calls, killed_duties, races, repeats, schedulers, under_load

ALL = (
    killed_calls.ROW,
    under_load.ROW,
    killed_duties.ROW,
    schedulers.KILLED,
    schedulers.FROZEN,
    schedulers.MANY,
    connections.RESTARTED,
    connections.CUT,
    connections.UNREACHABLE,
    repeats.REPEATED,
    repeats.REUSED,
    races.ROW,
)
