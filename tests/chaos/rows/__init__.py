"""The rows, one file for each kind of fault."""

from tests.chaos.rows import killed_calls, killed_duties

ALL = (killed_calls.ROW, killed_duties.ROW)
