"""Routes of tickets: open, find, show, move, and ask what may be done, what happened and what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify
from sqlalchemy.orm import Session

from service import finding, ledger, moves, outbox, relatives
from service.api import answers, schemas
from service.api.answers.evidence import Clocks, History
from service.api.answers.forms import Transitions
from service.api.answers.tickets import Ticket, TicketPage
from service.api.approving import approval_body
from service.api.blueprint import Blueprint, Resolved, decided_and_answered, lang, now
from service.api.evidence import line_body, told_body
from service.api.forms import Place, possible_bodies
from service.api.reckoning import count_body, reminder_body
from service.api.rendering import Body, instant, relatives_body, ticket_body
from service.api.signing_in import caller, confirm, confirms
from service.calls import request_id, wrote
from service.db import asking, reading
from service.finding import Seen, Wanted
from service.moves import Decided, Request
from service.opening import decided_opening

blueprint = Blueprint("tickets", "Tickets: open, find, show and move them")

Arguments = Mapping[str, Any]


@blueprint.route("/tickets", methods=["POST"])
@confirms
@blueprint.arguments(schemas.TicketOpening)
@blueprint.alt_response(201, schema=Ticket, description="The ticket that was opened")
@blueprint.alt_response(422, schema=answers.Problem, content_type="application/problem+json")
def open_ticket(opening: Arguments) -> Response:
    """Open a ticket."""

    def decide(session: Session) -> Resolved:
        request = _request(opening, opening.get("transition") or "")
        decided = decided_opening(session, now(), workflow=opening["workflow"], site=opening["site"], request=request)
        confirm(session, decided.stamp, decided.at)
        return _carrying_out(session, decided, 201)

    return decided_and_answered(decide, dry_run=opening["dry_run"])


@blueprint.route("/tickets", methods=["GET"])
@blueprint.arguments(schemas.TicketQuery, location="query")
@blueprint.alt_response(200, schema=TicketPage, description="A page of tickets")
def find_tickets(query: Arguments) -> Response:
    """Find tickets, newest first; `cursor` asks for the page after."""
    assignee = query.get("assignee")
    wanted = Wanted(
        site=query.get("site"),
        workflow=query.get("workflow"),
        state=query.get("state"),
        open=query.get("open"),
        assignee=caller() if assignee == "me" else assignee,
        late=query.get("late"),
        text=query.get("q"),
        before=query.get("cursor"),
        limit=query["limit"],
    )
    with reading() as session:
        page = finding.search(session, now(), caller(), wanted)
        return jsonify({"tickets": [ticket_body(one, lang()) for one in page.seen], "cursor": page.following})


@blueprint.route("/tickets/<number>", methods=["GET"])
@confirms
@blueprint.alt_response(200, schema=Ticket, description="The ticket")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
def show_ticket(number: str) -> Response:
    """Show a ticket with its open clocks and the transitions that the caller may make."""
    with asking() as session:
        seen = finding.show(session, now(), number, caller())
        confirm(session, seen.row.stamp, seen.at)
        return jsonify(_page_body(session, seen))


@blueprint.route("/tickets/<number>/transitions", methods=["GET"])
@confirms
@blueprint.alt_response(200, schema=Transitions, description="transitions: each with what it asks and its blockers")
def list_transitions(number: str) -> Response:
    """What may I do, what does each need, why not the others."""
    with asking() as session:
        seen = finding.show(session, now(), number, caller())
        confirm(session, seen.row.stamp, seen.at)
        loaded = seen.loaded
        place = Place(site=loaded.ticket.site, departments=tuple(sorted(loaded.facts.departments)))
        found = possible_bodies(finding.possible(seen), loaded.definition, lang(), place)
        return jsonify({"number": number, "version": loaded.ticket.version, "transitions": found})


@blueprint.route("/tickets/<number>/transitions", methods=["POST"])
@confirms
@blueprint.arguments(schemas.TicketMove)
@blueprint.alt_response(200, schema=Ticket, description="The ticket after the move")
@blueprint.alt_response(403, schema=answers.Problem, content_type="application/problem+json")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
@blueprint.alt_response(409, schema=answers.Problem, content_type="application/problem+json")
@blueprint.alt_response(422, schema=answers.Problem, content_type="application/problem+json")
def move_ticket(move: Arguments, number: str) -> Response:
    """Make a move; with `dry_run`, show what it would change and store nothing."""

    request = _request(move, move["transition"], version=move["version"])

    def decide(session: Session) -> Resolved:
        decided = moves.decided_alone(session, now(), number, request)
        if decided is None and request.dry_run:
            decided = moves.decided_with_kin(session, now(), number, request)
        if decided is None:
            return Resolved(lambda held: _moved(held, moves.move_ticket(held, now(), number, request), 200))
        confirm(session, decided.stamp, decided.at)
        return _carrying_out(session, decided, 200)

    return decided_and_answered(decide, dry_run=request.dry_run)


@blueprint.route("/tickets/<number>/history", methods=["GET"])
@blueprint.alt_response(200, schema=History, description="entries, oldest first")
def show_history(number: str) -> Response:
    """The audit trail: what happened, when it counted and when it was written, by whom, and who was told why."""
    with reading() as session:
        seen = finding.show(session, now(), number, caller())
        lines = ledger.history(session, seen.loaded.id)
        seen = finding.labelled(session, seen, [(one.definition, one.entry.filled) for one in lines])
        return jsonify({"number": number, "entries": [line_body(one, seen, lang()) for one in lines]})


@blueprint.route("/tickets/<number>/clocks", methods=["GET"])
@blueprint.alt_response(200, schema=Clocks, description="clocks: every run of every deadline; reminders")
def show_clocks(number: str) -> Response:
    """The ledger: when each clock ran and was paused, how much is used, and what is due when."""
    with reading() as session:
        seen = finding.show(session, now(), number, caller())
        loaded = seen.loaded
        ticket, zone = loaded.ticket, loaded.calendar.zone
        counts = ledger.counts(ticket.clocks, ticket.timers, loaded.definition, seen.at, loaded.calendar)
        reminders = [reminder_body(one, seen, lang()) for one in ticket.timers if one.key.kind == "reminder"]
        return jsonify(
            {
                "number": number,
                "at": instant(seen.at, zone),
                "calendar": {"name": loaded.calendar.name, "revision": loaded.calendar_revision, "zone": zone},
                "clocks": [count_body(one, seen, lang()) for one in counts],
                "reminders": reminders,
            }
        )


def _request(sent: Arguments, transition: str, version: int | None = None) -> Request:
    return Request(
        person=caller(),
        transition=transition,
        fields=sent["fields"],
        version=version,
        row=sent.get("row"),
        dry_run=sent["dry_run"],
        request_id=request_id(),
    )


def _page_body(session: Session, seen: Seen) -> Body:
    """A ticket with what its own page shows beside: what the caller may do now, the approval asked for, its kin."""
    return {
        **ticket_body(seen, lang(), finding.may_make(seen)),
        "approval": approval_body(seen, lang()),
        **relatives_body(relatives.relatives(session, seen), lang()),
    }


def _carrying_out(session: Session, decided: Decided, status: int) -> Resolved:
    """What is left to do once it is decided; the answer is made ready before, where it cannot become another."""
    if decided.request.dry_run:
        return Resolved(lambda session: _moved(session, decided, status))
    if decided.changes is None:
        return Resolved(lambda session: _moved(session, moves.carry_out(session, decided), status))
    answer = _moved(session, decided, status)

    def work(session: Session) -> tuple[int, Mapping[str, Any]]:
        moves.carry_out(session, decided)
        return answer

    return Resolved(work, one_statement=decided.changes.one_statement)


def _moved(session: Session, decided: Decided, status: int) -> tuple[int, Mapping[str, Any]]:
    """The ticket after its move; a dry run answers 200 with what would be."""
    if not decided.request.dry_run:
        wrote((one.entry for one in decided.outcome.decisions), decided.at)
    seen = finding.after(session, decided, caller())
    body = _page_body(session, seen)
    if not decided.request.dry_run:
        return status, body
    names = seen.directory.names(lang())
    told = [
        told_body(one, names, seen.loaded.definition, lang())
        for entries in outbox.evidence_of(decided.outcome.items).values()
        for one in entries
    ]
    return 200, {**body, "dry_run": True, "told": told}
