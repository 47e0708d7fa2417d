"""Who the caller is: his name, where he holds which role, and what he may open."""

from __future__ import annotations

from flask import Response, jsonify

from service import finding, revisions
from service.api import schemas
from service.api.blueprint import Blueprint, caller, lang, now
from service.api.rendering import named, opening_body
from service.db import reading

blueprint = Blueprint("people", "Who the caller is")


@blueprint.route("/me", methods=["GET"])
@blueprint.alt_response(200, schema=schemas.Answer, description="person, sites with roles, what may be opened")
def show_me() -> Response:
    """The caller, the roles that he holds at each site, and the forms that open a ticket."""
    with reading() as session:
        me = finding.standing(session, now(), caller())
        published = revisions.current(session)
    language = lang()
    return jsonify(
        {
            "person": {"id": caller(), "name": me.name},
            "sites": [
                {
                    "site": site,
                    "roles": [
                        {"role": held.role, "department": held.department} for held in sorted(actor.holds, key=str)
                    ],
                }
                for site, actor in me.at_sites.items()
            ],
            "openings": [
                {
                    **named(one.name, one.text, language),
                    "transitions": [opening_body(each, one, language) for each in one.openings()],
                }
                for one in published.catalogue.opened()
            ],
        }
    )
