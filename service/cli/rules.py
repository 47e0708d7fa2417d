"""`duban rules`: what of the procedure book is carried out where, and which scenarios show it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.faults import PROBLEMS, USAGE, Faulty
from service.cli.folder import compiled_from, files_of
from service.cli.options import definitions_option, format_option
from service.cli.speaking import Command, Option, say

if TYPE_CHECKING:
    from workflow.procedure_book import ProcedureBook

_WIDEST = 120
"""Longer lines are hard to read, however wide the terminal."""


@click.command(
    cls=Command,
    says=(
        """Show the rules of the procedure book: who carries them out, and which scenarios show it.

        Of all rules, or those named: REP-2, or REP for the whole chapter. The scenarios are run. With --missing only
        the firm rules that nothing carries out, that no scenario shows, or whose scenario does not come true; exit
        code 1 if there is any. A rule that the book itself leaves out, with its reason, is not missed.""",
        """列出制度汇编的条款：由哪里执行，哪些情景体现它。

        列出全部条款，或指定的条款：REP-2；写 REP 则是整章。相关情景当场运行。
        加 --missing 只列出没有执行、没有情景体现、或情景未通过的硬性条款；有这样的条款时，退出码为 1。
        制度汇编写明理由、不由工单执行的条款不算缺少。""",
    ),
    examples=("duban rules", "duban rules REP-2 CMP --lang zh", "duban rules --missing", "duban rules --format json"),
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--missing",
    is_flag=True,
    cls=Option,
    says=("Only the rules of which something is missing.", "只列出有缺少的条款。"),
)
@definitions_option
@format_option
@click.pass_context
def rules(context: click.Context, ids: tuple[str, ...], missing: bool, definitions: Path | None, form: str) -> None:
    from service.cli.rules_report import as_json, as_text
    from service.rule_standings import standings

    files = files_of(definitions, scenarios=True)
    catalogue = compiled_from(files, context)
    found = list(standings(catalogue, files, _chosen(ids, catalogue.book)))
    shown = [one for one in found if one.lacks] if missing else found
    if form == "json":
        click.echo(as_json(shown))
    else:
        columns = min(shutil.get_terminal_size().columns, _WIDEST)
        click.echo(as_text(shown, found, columns))
    if missing and shown:
        context.exit(PROBLEMS)


def _chosen(ids: Sequence[str], book: ProcedureBook) -> frozenset[str]:
    """The rules that are named, by their ids or by the letters of a chapter; all without any."""
    from workflow.names import did_you_mean

    if not book.rules:
        en = "there is no procedure book among the definitions: a file that begins with `procedure_book:`"
        raise Faulty(say(en, "流程定义中没有制度汇编：开头为 procedure_book: 的文件"), USAGE)
    found: set[str] = set()
    for asked in ids:
        meant = {id_ for id_ in book.rules if asked.casefold() in (id_.casefold(), _chapter(id_))}
        if not meant:
            like, like_zh = did_you_mean(asked, book.rules)
            if not like:
                chapters = list(dict.fromkeys(id_.partition("-")[0] for id_ in book.rules))
                like, like_zh = f"; its chapters are {', '.join(chapters)}", f"；现有章节：{'、'.join(chapters)}"
            en, zh = f"the procedure book has no rule {asked}{like}", f"制度汇编中没有条款 {asked}{like_zh}"
            raise Faulty(say(en, zh), USAGE)
        found |= meant
    return frozenset(found) if ids else frozenset(book.rules)


def _chapter(id_: str) -> str:
    """The letters before the number: rep of REP-2."""
    return id_.casefold().rstrip("0123456789").rstrip("-_. ")
