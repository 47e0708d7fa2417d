"""Taking turns: nobody waits in vain, also where somebody asks again and again."""

from __future__ import annotations

import threading

from service.turns import Turns

PATIENCE = 20.0


def waiting_for(turns: Turns, count: int) -> None:
    """Until so many are in the queue."""
    pause = threading.Event()
    for _ in range(2000):
        if len(turns._waiting) == count:  # nobody else can tell whether a thread waits already
            return
        pause.wait(0.005)
    raise AssertionError(f"{count} should wait")


def test_turns_come_in_the_order_in_which_they_were_asked_for_and_who_had_one_waits_again() -> None:
    turns, order = Turns(), []
    assert turns.acquire(PATIENCE)

    def take(name: str) -> None:
        assert turns.acquire(PATIENCE)
        order.append(name)
        turns.release()

    threads = []
    for name in ("first", "second", "third"):
        threads.append(threading.Thread(target=take, args=(name,)))
        threads[-1].start()
        waiting_for(turns, len(threads))
    turns.release()
    take("who had it")
    for thread in threads:
        thread.join()
    assert order == ["first", "second", "third", "who had it"]


def test_who_has_waited_long_enough_goes_and_keeps_nobody_from_his_turn() -> None:
    turns = Turns()
    assert turns.acquire(PATIENCE)
    assert not turns.acquire(0.01)
    turns.release()
    assert turns.acquire(0)
    turns.release()
