"""The command line `duban`, one file for each group of commands: each parses, calls one thing, says what came of it.

What a command needs is imported when it runs, so that `--help` costs nothing.
"""

from __future__ import annotations

import io
import sys
from typing import Any

import click

from service.cli.backup import backup
from service.cli.check import check
from service.cli.departments import department
from service.cli.doctor import doctor
from service.cli.draw import draw
from service.cli.due import due
from service.cli.editor import editor
from service.cli.explain import explain
from service.cli.faults import told
from service.cli.misuse import language_asked, misused
from service.cli.people import people, person
from service.cli.publications import publications
from service.cli.publish import publish
from service.cli.recurring import recurring
from service.cli.register import register
from service.cli.roles import role
from service.cli.rules import rules
from service.cli.running import schedule, serve, upgrade, web
from service.cli.sites import site
from service.cli.speaking import Group, Option, choose_language
from service.cli.test import test
from service.cli.tokens import token

__all__ = ["main"]


class _Duban(Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order in which one comes to need them

    def make_context(self, info_name: str | None, args: list[str], *parts: Any, **extra: Any) -> click.Context:
        asked = language_asked(args)
        try:
            context = super().make_context(info_name, args, *parts, **extra)
        except click.UsageError as error:
            raise misused(error, asked) from error
        if asked is not None:
            choose_language(context, asked)
        return context

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A terminal without Chinese shows escapes, not a traceback.
                stream.reconfigure(errors="backslashreplace")
        with told():
            try:
                return super().invoke(ctx)
            except click.UsageError as error:
                raise misused(error, None, ctx) from error


@click.group(
    cls=_Duban,
    says=(
        "Duban 督办: lifecycles of tickets as data, and deadlines that always reach a named person.",
        "督办：用数据描述工单流程，时限总能落实到具体的人。",
    ),
    examples=("duban check", "duban COMMAND --help"),
)
@click.version_option(
    package_name="duban",
    message="%(prog)s %(version)s",
    cls=Option,
    says=("Show the version and exit.", "显示版本。"),
)
def main() -> None:
    pass


for command in (
    check,
    test,
    draw,
    explain,
    rules,
    due,
    editor,
    publish,
    publications,
    recurring,
    upgrade,
    backup,
    serve,
    web,
    schedule,
    doctor,
    site,
    department,
    person,
    role,
    people,
    register,
    token,
):
    main.add_command(command)
