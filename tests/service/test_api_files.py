"""Files over HTTP: sent as a form sends them, opened as downloads by those who may, and never more than that."""

from __future__ import annotations

import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from service import moves, uploads
from service.db import asking, writing
from service.moves import Request
from service.storing import ChangedMeanwhile
from tests.service.api_house import refusal

PDF = b"%PDF-1.7 \x00\xff"


def send(house, content=PDF, name="report.pdf", kind="application/pdf", person="ada", **more):
    form = more.pop("form", {"file": file_of(content, name, kind)})
    border, body = encode_multipart(form)
    return house.ask(
        "POST", "/files", body, person=person, content_type=f"multipart/form-data; boundary={border}", **more
    )


def file_of(content=PDF, name="a.pdf", kind="application/pdf"):
    return FileStorage(io.BytesIO(content), filename=name, content_type=kind)


def sent(house, *args, **more):
    answer = send(house, *args, **more)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.json["id"]


def opens(house, file, person="ada"):
    return house.ask("GET", f"/files/{file}", person=person).status_code == 200


def test_a_file_comes_back_as_it_was_sent_to_be_saved_and_not_shown(house):
    said = send(house, name="维修 报告.pdf").json

    answer = house.ask("GET", f"/files/{said['id']}")

    assert answer.data == PDF
    assert (said["name"], said["media_type"], said["size"]) == ("维修 报告.pdf", "application/pdf", len(PDF))
    assert answer.mimetype == "application/pdf"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert "filename*=UTF-8''%E7%BB%B4" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("/", "file"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("fdp\u202efdp.exe", "fdpfdp.exe"),
        ('a"b<c>.txt', "a_b_c_.txt"),
        ("报告" * 100 + ".docx", "报告" * 57 + "报.docx"),
    ],
)
def test_a_name_is_made_safe(house, given, kept):
    assert uploads.safe_name(given) == kept
    said = send(house, name=given.replace("\r\n", "")).json
    assert "/" not in said["name"]
    assert "\\" not in said["name"]
    assert house.ask("GET", f"/files/{said['id']}").status_code == 200


@pytest.mark.parametrize("kind", ["", "text", "a/b/c", "text/html\nx", "图/片"])
def test_a_media_type_that_is_none_becomes_plain_bytes(kind):
    assert uploads.safe_type(kind) == uploads.ANY_TYPE


def test_a_page_that_was_sent_is_not_shown_as_one(house):
    answer = house.ask("GET", f"/files/{sent(house, b'<script>', 'x.html', 'text/html')}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_is_too_large_is_refused_with_a_sentence(house):
    with house.untouched():
        found = refusal(send(house, b"x" * (uploads.LARGEST + 1)), 413)
        assert "at most 10 MB; this one has 10" in found["detail"]
        refusal(send(house, b"x" * (uploads.LARGEST + 1024 * 1024)), 413)
        assert "10 MB" in refusal(send(house, b"x" * (uploads.LARGEST + 1024 * 1024), lang="zh"), 413)["detail"]
    assert len(house.ask("GET", f"/files/{sent(house, b'x' * uploads.LARGEST)}").data) == uploads.LARGEST


def test_a_request_that_is_no_form_with_one_file_is_refused(house):
    with house.untouched():
        refusal(house.ask("POST", "/files", {"file": "x"}), 415)
        refusal(house.ask("POST", "/files", b"raw", content_type="application/pdf"), 415)
        refusal(send(house, b""), 422)
        refusal(send(house, form={}), 422)
        refusal(send(house, form={"file": "text"}), 422)
        refusal(send(house, form={"photo": file_of()}), 422)
        refusal(send(house, form={"file": file_of(), "note": "x"}), 422)
        refusal(send(house, form={"file": [file_of(), file_of(name="b.pdf")]}), 422)
        refusal(house.ask("POST", "/files", b"broken", content_type="multipart/form-data"), 422)


def test_the_same_file_sent_again_is_the_same_file(house):
    assert sent(house) == sent(house, headers={"Idempotency-Key": "k"}) == sent(house, headers={"Idempotency-Key": "k"})
    assert sent(house, person="ben") != sent(house)
    assert sent(house, name="other.pdf") != sent(house)
    refusal(send(house, b"other", headers={"Idempotency-Key": "k"}), 422)


def test_the_same_file_sent_at_once_is_the_same_file(house):
    for headers in ({}, {"Idempotency-Key": "once"}):
        name = f"{len(headers)}.pdf"
        answers = house.together(*[lambda name=name, headers=headers: send(house, name=name, headers=headers)] * 4)
        assert [answer.status_code for answer in answers] == [201] * 4
        assert len({answer.json["id"] for answer in answers}) == 1


# --- Who may open one -------------------------------------------------------------------------------------------------


def test_a_file_is_its_senders_until_a_ticket_names_it_and_then_its_readers(house):
    file = sent(house)
    assert opens(house, file)
    for person in ("ben", "guard", "tower_desk", "stranger"):
        assert not opens(house, file, person)
    number = house.open()
    assert house.move(number, "attach", fields={"photo": file}).status_code == 200

    assert opens(house, file, "ben")
    assert opens(house, file, "guard")
    assert not opens(house, file, "tower_desk")
    assert not opens(house, file, "stranger")


def test_a_file_in_a_confidential_field_is_for_those_who_may_read_the_field(house):
    file = sent(house)
    number = house.open()
    house.ask("POST", "/registers/tenants/entries", {"site": "pier", "key": "acme", "name": "安记"}, person="guard")
    answer = house.move(number, "attach", fields={"papers": [{"paper": file, "of_whom": "acme"}]})
    assert answer.status_code == 200, answer.get_data(as_text=True)

    row = house.get(f"/tickets/{number}", "guard")["fields"]["papers"][0]
    assert row == {"paper": {"withheld": "personal"}, "of_whom": {"name": "acme", "label": "安记"}}
    assert not opens(house, file, "guard")
    assert opens(house, file, "ben")


def test_only_what_one_has_sent_oneself_can_be_named(house):
    file = sent(house, person="guard")
    number = house.open()
    with house.untouched():
        for raw in (file, "x", "00000000-0000-0000-0000-000000000000", 5, [file]):
            refusal(house.move(number, "attach", fields={"photo": raw}), 422)


def test_what_the_ticket_names_already_can_be_named_again_by_anybody(house):
    number = house.open()
    file = sent(house)
    house.move(number, "attach", fields={"photo": file})
    assert house.move(number, "attach", person="ben", fields={"photo": file}).status_code == 200


def test_a_file_that_was_replaced_stays_in_the_history(house):
    number = house.open()
    first, second = sent(house), sent(house, b"second")
    house.move(number, "attach", fields={"photo": first})
    house.move(number, "attach", fields={"photo": second})

    entries = house.get(f"/tickets/{number}/history")["entries"]
    assert [one["filled"]["photo"]["id"] for one in entries[1:]] == [first, second]
    assert entries[1]["filled"]["photo"]["name"] == "report.pdf"
    assert house.get(f"/tickets/{number}")["fields"]["photo"]["content_at"] == f"/api/v1/files/{second}"
    assert opens(house, first, "guard")


def test_a_dry_run_attaches_nothing(house):
    number = house.open()
    file = sent(house)
    assert house.move(number, "attach", fields={"photo": file}, dry_run=True).json["fields"]["photo"]["id"] == file
    assert not opens(house, file, "ben")


@pytest.mark.parametrize(
    "file", ["x", "..%2F..%2Fetc%2Fpasswd", "%00", "0" * 500, "00000000-0000-0000-0000-000000000000"]
)
def test_a_file_that_is_not_there_is_not_found(house, file):
    refusal(house.ask("GET", f"/files/{file}"), 404, 400)


def test_files_that_no_ticket_names_are_forgotten_and_named_ones_are_not(house):
    named, unnamed = sent(house), sent(house, b"second")
    house.move(house.open(), "attach", fields={"photo": named})
    house.now.forward(dt.timedelta(days=8))
    fresh = sent(house, b"third")

    with house.app.app_context(), writing() as session:
        assert uploads.forget(session, house.now.at - uploads.KEPT) == 1

    assert opens(house, named)
    assert opens(house, fresh)
    assert not opens(house, unnamed)


def naming(house, number, file):
    """What naming a file in a ticket comes to, not written yet."""
    with asking() as session:
        request = Request(person="ada", transition="attach", fields={"photo": file})
        return moves.decided_alone(session, house.now, number, request)


def test_a_file_that_was_forgotten_after_it_was_decided_about_is_not_named(house):
    file, number = sent(house), house.open()
    house.now.forward(dt.timedelta(days=8))
    with house.app.app_context():
        decided = naming(house, number, file)
        with writing() as session:
            assert uploads.forget(session, house.now.at - uploads.KEPT) == 1
        with house.untouched(), pytest.raises(ChangedMeanwhile), writing() as session:
            moves.carry_out(session, decided)
    refusal(house.move(number, "attach", fields={"photo": file}), 422)


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)
def test_a_file_that_somebody_is_just_naming_is_neither_waited_for_nor_forgotten(house):
    file, number = sent(house), house.open()
    house.now.forward(dt.timedelta(days=8))
    with house.app.app_context():
        decided = naming(house, number, file)

    def forget():
        with house.app.app_context(), writing() as session:
            return uploads.forget(session, house.now.at - uploads.KEPT)

    with ThreadPoolExecutor(1) as pool, house.app.app_context(), writing() as session:
        moves.carry_out(session, decided)
        assert pool.submit(forget).result(30) == 0
    assert forget() == 0
    assert opens(house, file)


def test_a_move_that_finds_its_file_gone_is_decided_again(house, monkeypatch):
    file, number = sent(house), house.open()
    held, seen = uploads.held, []

    def gone_at_first(session, ids):
        seen.append(held(session, ids))
        return len(seen) > 1

    monkeypatch.setattr("service.storing.uploads.held", gone_at_first)
    assert house.move(number, "attach", fields={"photo": file}).status_code == 200
    assert seen == [True, True]


def test_nobody_fills_the_house_with_files_that_no_ticket_names(house, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_WAITING", 20)
    sent(house, b"x" * 15)
    with house.untouched():
        refusal(send(house, b"y" * 15), 422)
    assert send(house, b"y" * 15, person="ben").status_code == 201
