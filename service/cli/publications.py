"""`duban publications`: what was published when, by whom and why."""

from __future__ import annotations

from dataclasses import asdict

import click

from service.cli.installation import database
from service.cli.instants import catalogue_to_read_by, local
from service.cli.options import format_option
from service.cli.speaking import Command, say
from service.cli.table import as_json, table, visible


@click.command(
    cls=Command,
    says=(
        "Show what was published when, by whom and why, and which files it changed; the newest first.",
        "显示历次发布：时间、发布人、原因和变更的文件；最新的在前。",
    ),
    examples=("duban publications", "duban publications --format json"),
)
@format_option
def publications(form: str) -> None:
    from service import publishing
    from service.db import reading

    with database(), reading() as session:
        found = publishing.publications(session)
        catalogue = catalogue_to_read_by(session)
    if form == "json":
        click.echo(as_json([asdict(one) for one in found]))
        return
    if not found:
        click.echo(
            say("Nothing has been published yet: `duban publish` does it.", "还没有发布：用 duban publish 发布。")
        )
        return
    head = (say("number", "序号"), say("when", "时间"), say("by", "发布人"), say("note", "原因"), say("files", "文件"))
    rows = [
        (
            str(one.id),
            local(one.at, catalogue),
            one.by or say("command line", "命令行"),
            visible(one.note or ""),
            visible(", ".join(one.files)),
        )
        for one in found
    ]
    click.echo(table(head, rows))
