"""The id and the line of a call over HTTP."""

from __future__ import annotations

import logging
import re

import pytest

from service.calls import longest_running
from tests.service.api_house import House


def test_the_id_that_the_caller_sends_is_in_the_answer_in_the_log_and_in_the_history(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "service.calls")
    answer = house.ask("POST", "/tickets", house.opening(), headers={"X-Request-ID": "proxy-1.7:x"})
    assert answer.headers["X-Request-ID"] == "proxy-1.7:x"
    (told,) = (record for record in caplog.records if getattr(record, "action", "") == "answered")
    assert (told.method, told.route, told.status) == ("POST", "/api/v1/tickets", 201)  # type: ignore[attr-defined]
    assert 0 < told.seconds < 60  # type: ignore[attr-defined]
    entry = house.get(f"/tickets/{answer.json['number']}/history")["entries"][0]  # type: ignore[index]
    assert entry["request_id"] == "proxy-1.7:x"


@pytest.mark.parametrize("sent", [None, "", "two words", "x" * 129, "é", "a\tb"])
def test_where_none_is_sent_or_one_that_could_not_stand_in_a_log_one_is_made(house: House, sent: str | None) -> None:
    headers = {} if sent is None else {"X-Request-ID": sent}
    first, second = (house.ask("GET", "/notices", headers=headers).headers["X-Request-ID"] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second


def test_a_call_names_its_ticket_and_its_route_but_nothing_that_was_sent(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    number = house.open()
    house.ask("GET", f"/tickets/{number}?lamp=broken")
    house.ask("GET", "/no/such/place?name=Li")
    told = [record.__dict__ for record in caplog.records if getattr(record, "action", "") == "answered"]
    assert [(one["route"], one["ticket"], one["status"]) for one in told] == [
        ("/api/v1/tickets", None, 201),
        ("/api/v1/tickets/<number>", number, 200),
        (None, None, 404),
    ]
    assert not any(word in str(one) for one in told for word in ("parcel", "broken", "Li", house.secrets["ada"]))


def test_no_call_is_running_once_it_has_been_answered(house: House) -> None:
    house.ask("GET", "/notices")
    assert longest_running() == 0
