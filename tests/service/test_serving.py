"""Processes that run for long, and that must hear when they are told to stop."""

from __future__ import annotations

import subprocess
import sys

WAITING = """
import signal, threading
from service.serving import wait_for_signals

def told(*_):
    raise SystemExit(7)

def tell():
    threading.Event().wait(0.2)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    threading.Event().wait()

signal.signal(signal.SIGTERM, told)
threading.Thread(target=tell, daemon=True).start()
wait_for_signals()
"""


def test_a_signal_is_heard_that_does_not_interrupt_the_wait_of_the_main_thread() -> None:
    told = subprocess.run([sys.executable, "-c", WAITING], timeout=30, check=False)
    assert told.returncode == 7
