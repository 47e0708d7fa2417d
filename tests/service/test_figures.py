"""Figures of what processes do: they add up, they never fall, and Prometheus can read them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from service.figures import Figures

SAMPLE = re.compile(r'([a-z_]+)(\{[a-z]+="[^"\n]*"(?:,[a-z]+="[^"\n]*")*\})? (\S+)')


def samples(text: str, *, gauges: bool = False) -> dict[str, float]:
    """Every sample of an exposition by its name and labels; each must follow the TYPE of its family."""
    found, typed = {}, set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind in ("counter", "histogram") or (gauges and kind == "gauge")
            typed |= {name} if kind != "histogram" else {f"{name}_bucket", f"{name}_sum", f"{name}_count"}
        elif not line.startswith("# HELP "):
            matched = SAMPLE.fullmatch(line)
            assert matched, line
            assert matched[1] in typed, line
            found[matched[1] + (matched[2] or "")] = float(matched[3])
    return found


def test_the_memory_of_each_process_is_told_and_of_one_that_has_ended_nothing() -> None:
    figures = Figures(parts=3)
    child = os.fork()
    if child == 0:
        figures.write_to(1)
        os._exit(0)
    os.waitpid(child, 0)
    told = samples(figures.memory(), gauges=True)
    if not Path("/proc/self/statm").exists():
        pytest.skip("only Linux tells the memory of a process by a file")
    assert told.keys() == {'process_resident_memory_bytes{worker="0"}'}, "one has ended, the third never was"
    before = told['process_resident_memory_bytes{worker="0"}']
    assert 2**20 < before < 2**33
    held = b"x" * (64 * 2**20)
    after = samples(figures.memory(), gauges=True)['process_resident_memory_bytes{worker="0"}']
    assert after - before > len(held) / 2


def test_what_was_counted_is_told_by_its_labels() -> None:
    figures = Figures()
    figures.count("duban_fired_total", kind="deadline")
    figures.count("duban_fired_total", 2, kind="deadline")
    figures.count("duban_fired_total", kind='a "quoted" \n one')
    told = figures.exposition()
    assert 'duban_fired_total{kind="deadline"} 3' in told
    assert r'duban_fired_total{kind="a \"quoted\" \n one"} 1' in told


def test_what_never_happened_is_told_as_nothing() -> None:
    assert samples(Figures().exposition())["duban_moves_total"] == 0


def test_times_are_told_apart_by_bounds_that_include_them() -> None:
    figures = Figures()
    for seconds in (0.05, 1.0, 1.5, 1e6):
        figures.observe("duban_lateness_seconds", seconds)
    told = samples(figures.exposition())
    assert told['duban_lateness_seconds_bucket{le="0.05"}'] == 1
    assert told['duban_lateness_seconds_bucket{le="1"}'] == 2
    assert told['duban_lateness_seconds_bucket{le="2"}'] == 3
    assert told['duban_lateness_seconds_bucket{le="86400"}'] == 3
    assert told['duban_lateness_seconds_bucket{le="+Inf"}'] == told["duban_lateness_seconds_count"] == 4
    assert told["duban_lateness_seconds_sum"] == pytest.approx(1000002.55)


def test_what_forked_processes_count_adds_up_and_stays_when_one_takes_the_place_of_another() -> None:
    figures = Figures(parts=3)
    for part in (0, 1, 1, 2):  # the second time that part is another process's, the first one having ended
        child = os.fork()
        if child == 0:
            figures.write_to(part)
            for _ in range(100):
                figures.count("duban_moves_total")
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    assert samples(figures.exposition())["duban_moves_total"] == 400


def test_where_there_is_no_room_for_new_figures_the_old_ones_go_on() -> None:
    figures = Figures()
    for number in range(20000):
        figures.count("duban_refusals_total", code=f"made up {number}")
    figures.count("duban_refusals_total", code="made up 0")
    told = samples(figures.exposition())
    assert told['duban_refusals_total{code="made up 0"}'] == 2
    assert 1000 < len(told) < 20000
