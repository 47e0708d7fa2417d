"""Routes of files: sending one, and opening one as a download; nothing that was sent is ever run or shown in a page."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from flask import Response, request, send_file
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from service import attachments, uploads
from service.api import answers
from service.api.answers.files import File
from service.api.blueprint import Blueprint, NotAForm, answered_once, now
from service.api.rendering import Body, file_body
from service.api.signing_in import caller
from service.db import reading
from service.uploads import LARGEST, FileRefused, FileTooLarge
from workflow.definition import Text

blueprint = Blueprint("files", "Files: send one, then name it in a field of type file")

AROUND = 64 * 1024
"""What a form may take around the file: borders, names, headers."""

PART = "file"

_FORM: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": [PART],
                "properties": {PART: {"type": "string", "contentMediaType": "application/octet-stream"}},
            }
        }
    },
}


@blueprint.route("/files", methods=["POST"])
@blueprint.doc(requestBody=_FORM)
@blueprint.alt_response(201, schema=File, description="The file; its id is what a field holds")
@blueprint.alt_response(413, schema=answers.Problem, content_type="application/problem+json")
@blueprint.alt_response(415, schema=answers.Problem, content_type="application/problem+json")
@blueprint.alt_response(422, schema=answers.Problem, content_type="application/problem+json")
def send() -> Response:
    """Send a file of at most 10 MB; the same file sent again is the same file."""
    name, media_type, content = _sent()

    def work(session: Session) -> tuple[int, Body]:
        at = now().instant(session)
        kept = uploads.keep(session, caller(), name=name, media_type=media_type, content=content, at=at)
        return 201, file_body(kept)

    # A form is written anew each time it is sent, so its bytes tell no two requests apart.
    told = "\n".join((name or "", media_type or "", hashlib.sha256(content).hexdigest()))
    return answered_once(work, digest=hashlib.sha256(told.encode()).hexdigest())


@blueprint.route("/files/<file>", methods=["GET"])
@blueprint.alt_response(
    200,
    description="The bytes, to be saved",
    success=True,
    content_type=uploads.ANY_TYPE,
    schema={"type": "string", "contentMediaType": uploads.ANY_TYPE},
)
@blueprint.alt_response(404, schema=answers.Problem, content_type="application/problem+json")
def open_file(file: str) -> Response:
    """A file's bytes: for who sent it, and once a ticket names it for whoever may read that field of the ticket."""
    with reading() as session:
        found = attachments.open_file(session, now(), file, caller())
    answer = send_file(
        io.BytesIO(found.content),
        mimetype=found.noted.media_type,
        as_attachment=True,
        download_name=found.noted.name,
        etag=found.noted.sha256,
        max_age=0,
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _sent() -> tuple[str | None, str | None, bytes]:
    """Name, media type and bytes of the one file of the form."""
    request.max_content_length = LARGEST + AROUND
    if request.mimetype != "multipart/form-data":
        raise NotAForm
    if (request.content_length or 0) > LARGEST + AROUND:
        raise FileTooLarge
    try:
        parts = [(name, part) for name, those in request.files.lists() for part in those]
        others = list(request.form)
    except RequestEntityTooLarge as error:
        raise FileTooLarge from error
    if others or [name for name, _ in parts] != [PART]:
        found = ", ".join(sorted({*others, *(name for name, _ in parts)}))[:200]
        raise FileRefused(
            Text(
                f"The form has one part, called {PART}, with the file in it; this one has: {found or 'nothing'}.",
                f"表单应只有一个名为 {PART} 的部分，内为文件；现有：{found or '无'}。",
            )
        )
    part = parts[0][1]
    return part.filename, part.mimetype, part.stream.read(LARGEST + 1)
