"""Who the caller is: his name, where he holds which role, and what he may open."""

from __future__ import annotations

from flask import Response, jsonify

from service import finding
from service.api import schemas
from service.api.blueprint import Blueprint, caller, lang, now
from service.api.rendering import named, possible_body
from service.db import reading

blueprint = Blueprint("people", "Who the caller is")


@blueprint.route("/me", methods=["GET"])
@blueprint.alt_response(200, schema=schemas.Answer, description="person; by site: roles, and what may be opened there")
def show_me() -> Response:
    """The caller, the roles that he holds at each site, and the forms with which he may open a ticket there."""
    with reading() as session:
        me = finding.standing(session, now(), caller())
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
                    "openings": [
                        {
                            **named(definition.name, definition.text, language),
                            "transitions": [possible_body(one, definition, language) for one in possible],
                        }
                        for definition, possible in me.openings[site]
                        if possible
                    ],
                }
                for site, actor in me.at_sites.items()
            ],
        }
    )
