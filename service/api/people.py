"""Who the caller is and who the others are: names, roles, sites with their departments, and what may be opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, jsonify

from service import colleagues, finding, handing_over
from service.api import answers, schemas
from service.api.answers.people import HandedOverAll, Me, People, Sites
from service.api.blueprint import Blueprint, lang, now
from service.api.forms import Place, possible_bodies
from service.api.problems import NotThere
from service.api.rendering import blocker_body, named, person_body
from service.api.signing_in import caller
from service.calls import request_id, wrote
from service.db import reading
from service.revisions import Published
from service.staff import load_directory
from workflow import words
from workflow.ticket import Held

blueprint = Blueprint("people", "Who the caller is, his colleagues, and their sites")


@blueprint.route("/me", methods=["GET"])
@blueprint.alt_response(200, schema=Me, description="person; by site: roles, and what may be opened there")
def show_me() -> Response:
    """The caller, the roles that he holds at each site, and the forms with which he may open a ticket there."""
    with reading() as session:
        me = colleagues.standing(session, now(), caller())
    language = lang()
    sites = []
    for site, openings in me.openings.items():
        place = Place(site=site, departments=me.departments[site])
        actor = me.at_sites.get(site)
        sites.append(
            {
                "site": site,
                "name": me.sites[site].called(language),
                "roles": _roles(sorted(actor.holds, key=str) if actor else (), me.published, language),
                "openings": [
                    {
                        **named(definition.name, definition.text, language),
                        "transitions": possible_bodies(possible, definition, language, place),
                    }
                    for definition, possible in openings
                    if possible
                ],
            }
        )
    return jsonify({"person": {"id": caller(), "name": me.person.called(language)}, "sites": sites})


@blueprint.route("/sites", methods=["GET"])
@blueprint.alt_response(200, schema=Sites, description="sites, each with its departments")
def list_sites() -> Response:
    """The sites at which the caller holds something, with the departments that may be named there."""
    with reading() as session:
        me = colleagues.standing(session, now(), caller())
    language, departments = lang(), me.published.catalogue.departments
    found = [
        {
            "id": site,
            "name": me.sites[site].called(language),
            "departments": [
                named(one, departments.get(one, words.plain(one)), language) for one in me.departments[site]
            ],
        }
        for site in me.at_sites
    ]
    return jsonify({"sites": found})


@blueprint.route("/people", methods=["GET"])
@blueprint.arguments(schemas.PeopleQuery, location="query")
@blueprint.alt_response(200, schema=People, description="people of the site, each with his roles there")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
def list_people(query: Mapping[str, Any]) -> Response:
    """Who holds a role at a site, for those who hold one there too."""
    site = query["site"]
    with reading() as session:
        me = colleagues.standing(session, now(), caller())
        if site not in me.at_sites:
            raise NotThere("site", site, list(me.at_sites))
        found = colleagues.colleagues(session, now(), site)
    people = [
        {
            "id": one.person.id,
            "name": one.person.called(lang()),
            "away": one.person.away,
            "roles": _roles(one.holds, me.published, lang()),
        }
        for one in found
    ]
    return jsonify({"site": site, "people": people})


MOST = 200
"""Tickets that are handed over by one call."""


@blueprint.route("/people/<holder>/hand-over", methods=["POST"])
@blueprint.arguments(schemas.HandOver)
@blueprint.alt_response(200, schema=HandedOverAll, description="what became of each ticket")
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
@blueprint.alt_response(422, schema=answers.Problem, content_type="application/problem+json")
def hand_over(body: Mapping[str, Any], holder: str) -> Response:
    """Hand over what somebody holds, each ticket by the move that its definition has for it; doing it again goes on."""
    with reading() as session:
        at = now().instant(session)
        people = load_directory(session, at, {}).people
        for person in filter(None, (holder, body.get("to"))):
            if person not in people:
                raise NotThere("person", person, ["those of GET /api/v1/people"])
        to = handing_over.taker(session, holder, body.get("to"))
        numbers = tuple(body.get("tickets") or finding.held(session, now(), caller(), holder))
    found = list(
        handing_over.hand_over(
            now(), numbers[:MOST], holder=holder, to=to, by=caller(), dry_run=body["dry_run"], request_id=request_id()
        )
    )
    wrote([entry for one in found for entry in one.entries], at)
    language = lang()
    names = {person.id: person.called(language) for person in people.values()}
    return jsonify(
        {
            "holder": person_body(holder, names),
            "to": person_body(to, names),
            "tickets": [
                {
                    "number": one.number,
                    "workflow": one.workflow and one.workflow.read(language),
                    "title": one.title,
                    "handed_over": not one.blockers,
                    "blockers": [blocker_body(blocker, "", language) for blocker in one.blockers],
                }
                for one in found
            ],
            "left": len(numbers[MOST:]),
        }
    )


def _roles(held: Iterable[Held], published: Published, language: str) -> list[dict[str, Any]]:
    """Roles with what people call them; a role that the newest publication does not have is called by its name."""
    roles, departments = published.catalogue.roles, published.catalogue.departments
    return [
        {
            "role": one.role,
            "label": (roles[one.role].text if one.role in roles else words.plain(one.role)).read(language),
            "department": one.department
            and named(one.department, departments.get(one.department, words.plain(one.department)), language),
        }
        for one in held
    ]
