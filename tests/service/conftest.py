"""The house behind the HTTP interface: on SQLite and on PostgreSQL, furnished once and cleared for each test."""

from __future__ import annotations

from tests.service.api_house import own_house

house = own_house(scope="session")
