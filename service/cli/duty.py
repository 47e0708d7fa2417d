"""Warnings of a site that a change leaves without a duty manager who can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from service.cli.instants import catalogue_to_read_by
from service.cli.speaking import say

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@contextmanager
def leaving_sites_without(session: Session) -> Iterator[list[str]]:
    """Gives a list that names, after the block, the sites that lost their last reachable duty manager in it."""
    from service.now import SystemNow
    from service.readiness import unanswered_sites

    roles = catalogue_to_read_by(session).roles
    before = unanswered_sites(session, SystemNow().instant(session), roles)
    lost: list[str] = []
    yield lost
    after = unanswered_sites(session, SystemNow().instant(session), roles)
    lost.extend(site for site in after if site not in before)


def warn_of_duty(sites: list[str]) -> None:
    """Say of each site that nobody is told there any more, and how that is changed."""
    for site in sites:
        click.echo(
            say(
                f"Warning: {site} has no duty manager who can be reached, so nobody may be told of what is late there: "
                f"`duban role give PERSON duty_manager --site {site}`.",
                f"警告：{site} 没有可联系的值班经理，那里的超时可能无人收到通知："
                f"duban role give PERSON duty_manager --site {site}。",
            ),
            err=True,
        )
