"""A house with a register of tenants and the site `pier`, for tests of `duban register`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.command_line import Duban, done, on
from tests.service.house import house

TENANTS = """\
register: tenants
zh: 租户
en: Tenants
kept_by: desk
columns:
  area: {type: number, min: 1}
  anchor: {zh: 主力店, en: Anchor store, type: yes_no}
  kind: {zh: 业态, en: Business, type: choice, of: {food: {zh: 餐饮, en: Food}, retail: {zh: 零售, en: Retail}}}
  opened_on: {type: date}
  contact: {type: contact, confidential: personal}
"""


def with_tenants(place: Path, url: URL, patch: pytest.MonkeyPatch, columns: str = "") -> Duban:
    """Calls a command where the definitions are, published on a database; `columns` add to those of the register."""
    for path, text in house(tenants=TENANTS + columns).items():
        file = place / "definitions" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    patch.chdir(place)
    call = on(url)
    done(call("publish"))
    done(call("site", "add", "pier", "--name", "码头商场", "--prefix", "MT"))
    return call


def shown(duban: Duban, *arguments: str) -> list[dict[str, object]]:
    """The tenants of the pier, as programs read them."""
    found: list[dict[str, object]] = json.loads(
        done(duban("register", "show", "tenants", "--site", "pier", "--format", "json", *arguments))
    )
    return found
