"""What the environment says about this installation: read once at the start, then a value."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from service.terminal import FORMS, Form
from workflow.definition import Text

PREFIX = "DUBAN_"
TESTS = "DUBAN_TEST_"
"""Names that begin like this are for the project's own tests, not for the service."""


class SettingsFaulty(ValueError):
    """The environment asks for what does not exist; `faults` has a sentence for each, `text` all of it."""

    def __init__(self, faults: list[Text]) -> None:
        self.faults = tuple(fault.en for fault in faults)
        known = Text(f"Known are {', '.join(KNOWN)}.", f"可用的设置：{'、'.join(KNOWN)}。")
        lines = (*faults, known) if any(isinstance(fault, _Unknown) for fault in faults) else tuple(faults)
        self.text = Text("\n".join(line.en for line in lines), "\n".join(line.read("zh") for line in lines))
        super().__init__(self.text.en)


class _Unknown(Text):
    """Says that a name is no setting; after all of them, the known ones are said once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that can be set from outside; paths are absolute.

    DUBAN_DATABASE_URL  where tickets are kept: sqlite:///var/duban.db, or postgresql://user:password@host/name
    DUBAN_DEFINITIONS   the folder with the definitions: definitions
    DUBAN_LOG           how long-running processes log: text for people, json for programs
    """

    database_url: URL
    definitions: Path
    log: Form = "text"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], *, start: Path) -> Settings:
        """The settings, relative paths counted from `start`; empty counts as not given.

        Raises SettingsFaulty, which names every unknown name and every value that cannot be used.
        """
        given = {
            name: value
            for name, value in environ.items()
            if name.startswith(PREFIX) and not name.startswith(TESTS) and value
        }
        faults: list[Text] = [_unknown(name) for name in sorted(given) if name not in KNOWN]
        url = _database_url(given.get("DUBAN_DATABASE_URL", KNOWN["DUBAN_DATABASE_URL"]), start, faults)
        definitions = start / given.get("DUBAN_DEFINITIONS", KNOWN["DUBAN_DEFINITIONS"])
        log = _form(given.get("DUBAN_LOG", KNOWN["DUBAN_LOG"]), faults)
        if faults or url is None or log is None:
            raise SettingsFaulty(faults)
        return cls(database_url=url, definitions=definitions, log=log)


KNOWN: Mapping[str, str] = {
    "DUBAN_DATABASE_URL": "sqlite:///var/duban.db",
    "DUBAN_DEFINITIONS": "definitions",
    "DUBAN_LOG": "text",
}
"""Every name that is read, with its default."""


def _unknown(name: str) -> Text:
    near = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.8)
    return _Unknown(
        f"{name} is no setting of Duban" + (f"; did you mean {near[0]}?" if near else "."),
        f"{name} 不是 Duban 的设置" + (f"；是否想写 {near[0]}？" if near else "。"),
    )


def _form(text: str, faults: list[Text]) -> Form | None:
    found = next((form for form in FORMS if form == text), None)
    if found is not None:
        return found
    faults.append(
        Text(f"DUBAN_LOG says {text!r}; accepted are text and json.", f"DUBAN_LOG 写的是“{text}”；可写 text 或 json。")
    )
    return found


def _database_url(text: str, start: Path, faults: list[Text]) -> URL | None:
    accepted = "sqlite:///folder/name.db or postgresql://user:password@host/name"
    accepted_zh = accepted.replace(" or ", " 或 ")
    try:
        url = make_url(text)
    except ArgumentError:
        faults.append(
            Text(
                f"DUBAN_DATABASE_URL is not an address of a database; accepted are {accepted}.",
                f"DUBAN_DATABASE_URL 不是数据库地址；可写 {accepted_zh}。",
            )
        )
        return None
    if url.get_backend_name() in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database not in (None, "", ":memory:") and not url.query:
        return url.set(database=str(start / str(url.database)))
    faults.append(
        Text(
            f"DUBAN_DATABASE_URL names {url.render_as_string()}; accepted are {accepted}.",
            f"DUBAN_DATABASE_URL 写的是 {url.render_as_string()}；可写 {accepted_zh}。",
        )
    )
    return None
