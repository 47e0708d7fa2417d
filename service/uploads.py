"""Files as people send them: kept as bytes, never run, read or changed, with a name that harms nobody who saves it.

A file that no ticket names belongs to whoever sent it, and is forgotten after a while.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import tables
from workflow.definition import Text

LARGEST = 10 * 1024 * 1024
"""The most bytes of a file."""

MOST_WAITING = 200 * 1024 * 1024
"""The most bytes that one person may have sent without a ticket naming them."""

KEPT = dt.timedelta(days=7)
"""How long a file is kept that no ticket names."""

LONGEST_NAME = 120
NAMELESS = "file"
ANY_TYPE = "application/octet-stream"

IDS = uuid.UUID("1c1a1d0b-53e5-5f0c-9a52-7f7d2a0f9d53")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What a file's id looks like."""

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
_HARMFUL = frozenset('<>:"|?*')
_UNREADABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class FileRefused(ValueError):
    """The file is not kept; `text` says why, in both languages."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


class FileTooLarge(FileRefused):
    """The file has more bytes than are kept; `size` where it is known."""

    def __init__(self, size: int | None = None) -> None:
        self.size = size
        has = f"; this one has {_megabytes(size)}" if size is not None else ""
        has_zh = f"，此文件为 {_megabytes(size)}" if size is not None else ""
        super().__init__(
            Text(
                f"A file has at most {_megabytes(LARGEST)}{has}. Make it smaller, or divide it.",
                f"文件最大 {_megabytes(LARGEST)}{has_zh}。请压缩或拆分后再上传。",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What is known of a file without opening it; `uploaded_by` is the id of who sent it."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    uploaded_by: str
    uploaded_at: dt.datetime


def keep(
    session: Session, person: str, *, name: str | None, media_type: str | None, content: bytes, at: dt.datetime
) -> Uploaded:
    """Keep a file; the same one sent again by the same person is the same file. Raises FileRefused."""
    if len(content) > LARGEST:
        raise FileTooLarge(len(content))
    if not content:
        raise FileRefused(Text("The file is empty; choose another one.", "文件是空的；请另选文件。"))
    digest = hashlib.sha256(content).hexdigest()
    called, kind = safe_name(name or ""), safe_type(media_type or "")
    id_ = str(uuid.uuid5(IDS, f"{person}\n{called}\n{kind}\n{digest}"))
    table = tables.File
    known = session.execute(update(table).where(table.id == id_).values(uploaded_at=at).returning(table.id)).first()
    if known is None:
        _refuse_hoarding(session, person, len(content))
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        added = dialect.insert(table).values(
            id=id_,
            name=called,
            media_type=kind,
            size=len(content),
            sha256=digest,
            content=content,
            uploaded_by_id=person,
            uploaded_at=at,
        )
        # Somebody who sends it at the same moment may have been first.
        session.execute(added.on_conflict_do_update(index_elements=["id"], set_={"uploaded_at": at}))
    return Uploaded(
        id=id_, name=called, media_type=kind, size=len(content), sha256=digest, uploaded_by=person, uploaded_at=at
    )


def noted(session: Session, ids: Collection[str]) -> dict[str, Uploaded]:
    """What is known of these files, by id, as far as they are there."""
    if not ids:
        return {}
    table = tables.File
    columns = (table.id, table.name, table.media_type, table.size, table.sha256)
    chosen = select(*columns, table.uploaded_by_id, table.uploaded_at).where(table.id.in_(ids))
    return {
        row.id: Uploaded(
            id=row.id,
            name=row.name,
            media_type=row.media_type,
            size=row.size,
            sha256=row.sha256,
            uploaded_by=row.uploaded_by_id,
            uploaded_at=row.uploaded_at,
        )
        for row in session.execute(chosen)
    }


def content(session: Session, file: str) -> bytes:
    """The bytes of a file that is there."""
    found: bytes = session.execute(select(tables.File.content).where(tables.File.id == file)).scalar_one()
    return found


def sent_by(session: Session, person: str, ids: Collection[str]) -> frozenset[str]:
    """Those of these files that the person sent; until the transaction ends nobody forgets them."""
    if not ids:
        return frozenset()
    table = tables.File
    chosen = select(table.id).where(table.id.in_(ids), table.uploaded_by_id == person)
    return frozenset(session.execute(chosen.with_for_update(read=True, key_share=True)).scalars())


def held(session: Session, ids: Collection[str]) -> bool:
    """Whether all these files are still there; until the transaction ends nobody forgets them."""
    table = tables.File
    chosen = select(table.id).where(table.id.in_(ids)).with_for_update(read=True, key_share=True)
    return len(session.execute(chosen).all()) == len(ids)


def forget(session: Session, before: dt.datetime) -> int:
    """Drop the files that were sent before an instant and that no ticket names; gives how many.

    Those that somebody is just naming are left alone; whether one is named is asked once nobody can name it any more.
    """
    table = tables.File
    chosen = select(table.id).where(table.uploaded_at < before, _waiting()).with_for_update(skip_locked=True)
    ids = session.execute(chosen).scalars().all()
    if not ids:
        return 0
    dropped = session.execute(
        delete(table)
        .where(table.id.in_(ids), _waiting())
        .execution_options(synchronize_session=False)
        .returning(table.id)
    )
    return len(dropped.all())


def safe_name(given: str) -> str:
    """A name that is no path and hides nothing, for whoever saves the file; its ending stays."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    plain = "".join(
        "_" if character in _HARMFUL else character
        for character in last
        if unicodedata.category(character) not in _UNREADABLE
    )
    plain = " ".join(plain.split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return plain[:LONGEST_NAME] or NAMELESS


def safe_type(given: str) -> str:
    """The media type that was said of a file, if it is one."""
    plain = given.partition(";")[0].strip().lower()
    return plain if _TYPE.fullmatch(plain) else ANY_TYPE


def _waiting() -> ColumnElement[bool]:
    """That no ticket names the file."""
    return ~exists().where(tables.Attachment.file_id == tables.File.id)


def _refuse_hoarding(session: Session, person: str, size: int) -> None:
    table = tables.File
    waiting = select(func.coalesce(func.sum(table.size), 0)).where(table.uploaded_by_id == person, _waiting())
    if int(session.execute(waiting).scalar_one()) + size > MOST_WAITING:
        most = _megabytes(MOST_WAITING)
        raise FileRefused(
            Text(
                f"You have sent {most} of files that no ticket names yet; name them in a ticket first.",
                f"您上传而未用于工单的文件已达 {most}；请先在工单中使用。",
            )
        )


def _megabytes(size: int) -> str:
    return f"{size / (1024 * 1024):.1f}".removesuffix(".0") + " MB"
