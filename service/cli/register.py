"""`duban register`: the entries of registers, also many at once from a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.faults import USAGE, Faulty
from service.cli.installation import database
from service.cli.instants import catalogue_to_read_by, end_of, local
from service.cli.options import format_option
from service.cli.register_history import changes_as_table, changes_of
from service.cli.register_import import heads_of, put_row, template, write_all
from service.cli.register_shown import as_row, as_table, seen
from service.cli.register_table import read_table, write_head
from service.cli.speaking import Command, Group, Option, lang, say
from service.cli.table import as_json, table, visible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workflow.catalogue import Catalogue
    from workflow.registers import Register


site_option = click.option(
    "--site",
    cls=Option,
    metavar="ID",
    says=("The site; without it, entries of all sites.", "项目；不写则为所有项目共用的条目。"),
)


@click.group(
    cls=Group,
    says=(
        "Registers: parties, templates and whatever else fields name. Entries hold at once, without publishing.",
        "名册：租户、模版等可供字段选用的条目。条目即时生效，无需发布。",
    ),
    examples=("duban register list", "duban register import parties parties.csv --site starport"),
)
def register() -> None:
    pass


@register.command(
    "list",
    cls=Command,
    says=("Show the registers and what their entries have.", "显示名册及其各列。"),
    examples=("duban register list", "duban register list --format json"),
)
@format_option
def list_registers(form: str) -> None:
    from service.db import reading

    with database(), reading() as session:
        found = catalogue_to_read_by(session).registers.values()
    if form == "json":
        click.echo(
            as_json(
                [
                    {
                        "register": one.name,
                        "zh": one.text.zh,
                        "en": one.text.en,
                        "columns": {column.name: column.type.value for column in one.columns.values()},
                        "kept_by": list(one.kept_by),
                    }
                    for one in found
                ]
            )
        )
    elif not found:
        click.echo(
            say(
                "There is no register: a file that begins with `register:` among the definitions makes one.",
                "还没有名册：在流程定义中加入以 register: 开头的文件即可。",
            )
        )
    else:
        head = (say("register", "名册"), say("name", "名称"), say("columns", "列"), say("kept by", "维护者"))
        rows = [
            (one.name, visible(one.text.read(lang())), " ".join(one.columns), " ".join(one.kept_by)) for one in found
        ]
        click.echo(table(head, rows))


@register.command(
    "show",
    cls=Command,
    says=(
        "Show the entries of a register, those of all sites among them; long cells are cut, in JSON they are whole.",
        "显示名册的条目，含所有项目共用的条目；过长的内容在表格中截短，JSON 中完整。",
    ),
    examples=(
        "duban register show parties",
        "duban register show parties --site starport",
        "duban register show parties --site starport --over --format json",
        "duban register show parties --site starport --incomplete",
    ),
)
@click.argument("register")
@click.option(
    "--site",
    cls=Option,
    metavar="ID",
    says=(
        "Only this site and what all sites share; without it, every site.",
        "只显示该项目及所有项目共用的条目；不写则为每个项目。",
    ),
)
@click.option(
    "--over",
    cls=Option,
    is_flag=True,
    says=("Also what holds no longer, or not yet.", "包括已停用和尚未生效的条目。"),
)
@click.option(
    "--incomplete",
    cls=Option,
    is_flag=True,
    says=("Only entries that lack something, and what.", "只显示资料不完整的条目及所缺内容。"),
)
@format_option
def show_entries(register: str, site: str | None, over: bool, incomplete: bool, form: str) -> None:
    from service import sites
    from service.db import reading
    from service.now import SystemNow

    with database(), reading() as session:
        catalogue, declared = _declared(session, register)
        if site is not None:
            sites.require_site(session, site)
        at = SystemNow().instant(session)
        found = [one for one in seen(session, declared, site, None if over else at) if one.missing or not incomplete]
    if form == "json":
        click.echo(as_json([as_row(one, at) for one in found]))
    elif not found:
        click.echo(say("There is no such entry.", "没有这样的条目。"))
    else:
        click.echo(as_table(found, declared, catalogue, missing=incomplete))


@register.command(
    "put",
    cls=Command,
    says=(
        "Write an entry: a new one, or what is said here over what it said. COLUMN= takes a value out.",
        "写入条目：新增，或用此处所写的内容更新。COLUMN= 表示清空该列。",
    ),
    examples=(
        "duban register put parties d08 --site starport --name 海风书店 area=86.5 kind=retail",
        'duban register put parties d08 --site starport contact="周女士 13800000000"',
        "duban register put templates invitation --name 邀请函模版 --since 2026-01-01",
    ),
)
@click.argument("register")
@click.argument("key")
@click.argument("values", nargs=-1, metavar="[COLUMN=VALUE]...")
@site_option
@click.option("--name", cls=Option, says=("What people read; a new entry needs it.", "显示的名称；新条目必填。"))
@click.option("--name-en", cls=Option, says=("What people read in English.", "英文名称。"))
@click.option(
    "--since", cls=Option, metavar="DATE", says=("From when it may be chosen; now.", "从何时起可选；默认现在。")
)
@click.option(
    "--until", cls=Option, metavar="DATE", says=("The last day, or the time of its end.", "最后一天或终止时间。")
)
def put_entry(
    register: str,
    key: str,
    values: tuple[str, ...],
    site: str | None,
    name: str | None,
    name_en: str | None,
    since: str | None,
    until: str | None,
) -> None:
    from service.db import writing
    from service.now import SystemNow

    said = {"name": name, "name_en": name_en, "since": since, "until": until}
    with database(), writing() as session:
        catalogue, declared = _declared(session, register)
        columns: dict[str, str] = {}
        for one in values:
            column, sign, text = one.partition("=")
            if not sign:
                raise Faulty(say(f"write {one} as {one}=VALUE", f"请把 {one} 写成 {one}=值"), USAGE)
            columns[column] = text
        row = {**{part: text for part, text in said.items() if text is not None}, **columns}
        new = put_row(session, declared, catalogue, key, row, site, SystemNow().instant(session)) == "added"
    done = say("added", "已新增") if new else say("changed", "已更新")
    click.echo(say(f"{key} {done}.", f"{done} {key}。"))


@register.command(
    "history",
    cls=Command,
    says=(
        """Show who has changed an entry, when, and what it said before and after.

        It shows every column: whoever has the command line may read them all.""",
        """显示条目的变更记录：何时、由谁、改前改后的内容。

        显示全部各列：能使用命令行的人可以查看全部内容。""",
    ),
    examples=("duban register history parties a12 --site starport",),
)
@click.argument("register")
@click.argument("key")
@site_option
@format_option
def show_history(register: str, key: str, site: str | None, form: str) -> None:
    from service import registers
    from service.db import reading
    from service.register_entries import RegisterEntryUnknown

    with database(), reading() as session:
        catalogue, declared = _declared(session, register)
        found = registers.find(session, declared, key, site)
        if found is None:
            raise RegisterEntryUnknown(register, key, everywhere=site is None)
        changes = changes_of(registers.versions(session, found), declared)
    if form == "json":
        click.echo(as_json(changes))
        return
    click.echo(changes_as_table(changes, declared, catalogue))


@register.command(
    "retire",
    cls=Command,
    says=(
        "An entry can no longer be chosen; tickets that name it go on showing it.",
        "停用条目：不能再选；已引用它的工单照常显示。",
    ),
    examples=(
        "duban register retire parties d08 --site starport",
        "duban register retire parties d08 --site starport --until 2026-06-30",
    ),
)
@click.argument("register")
@click.argument("key")
@site_option
@click.option(
    "--until",
    cls=Option,
    metavar="DATE",
    says=("The last day, or the time of its end; now.", "最后一天或终止时间；默认现在。"),
)
def retire_entry(register: str, key: str, site: str | None, until: str | None) -> None:
    from service import register_entries
    from service.db import writing
    from service.now import SystemNow

    with database(), writing() as session:
        catalogue, declared = _declared(session, register)
        at = SystemNow().instant(session)
        over = end_of(until, catalogue) if until is not None else at
        said = {"until": over.isoformat()}
        register_entries.change(session, declared, key, said, site=site, version=None, by=None, at=at)
    end = local(over, catalogue)
    click.echo(say(f"{key} holds until {end}.", f"{key} 有效至 {end}。"))


@register.command(
    "import",
    cls=Command,
    says=(
        """Write the entries of a table (CSV, or the first sheet of an Excel workbook .xlsx): all of them, or none.

        The first line names `key` and whatever else is told: name, name_en, since, until, columns; each as it is
        called in the file of the register, or as people read it. An empty cell takes the value out. With --dry-run
        nothing is written, and what would be is told.""",
        """导入表格（CSV，或 Excel 工作簿 .xlsx 的第一张表）中的条目：全部写入，或全部不写。

        首行写键（key）以及要写的各项：名称、英文名称、生效时间、终止时间、各列；可写列名，也可写中文或英文名称。
        空格表示清空该值。写明 --dry-run 时只说明会怎样，不写入。""",
    ),
    examples=(
        "duban register import parties parties.csv --site starport --dry-run",
        "duban register import templates templates.xlsx",
    ),
)
@click.argument("register")
@click.argument("file", type=click.Path(path_type=Path))
@site_option
@click.option("--dry-run", is_flag=True, cls=Option, says=("Write nothing.", "不写入。"))
def import_entries(register: str, file: Path, site: str | None, dry_run: bool) -> None:
    from service.db import writing
    from service.now import SystemNow

    with database(), writing() as session:
        catalogue, declared = _declared(session, register)
        read = read_table(file, heads_of(declared))
        done = write_all(session, declared, catalogue, read, site, SystemNow().instant(session))
        if dry_run:
            session.rollback()
    rows = done.total()
    added, changed, same = done["added"], done["changed"], done["unchanged"]
    if dry_run:
        told = say(
            f"{rows} entries read: {added} would be added, {changed} changed, {same} are as they are. "
            "Nothing has been written.",
            f"共 {rows} 条：将新增 {added} 条，更改 {changed} 条，{same} 条不变。未写入。",
        )
    else:
        told = say(
            f"{rows} entries read: {added} added, {changed} changed, {same} as they were.",
            f"共 {rows} 条：新增 {added} 条，更改 {changed} 条，{same} 条不变。",
        )
    click.echo(told)


@register.command(
    "template",
    cls=Command,
    says=(
        """Write the first line of a table that can be filled in and imported: CSV, or .xlsx if FILE ends so.""",
        """写出可以填写并导入的表格的首行：CSV；文件名以 .xlsx 结尾时为 Excel 工作簿。""",
    ),
    examples=("duban register template parties -o parties.xlsx", "duban register template parties --lang zh"),
)
@click.argument("register")
@click.option(
    "-o",
    "--output",
    cls=Option,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    says=("The file, which must not be there yet.", "要写的文件，不能已经存在。"),
)
def write_template(register: str, output: Path | None) -> None:
    from service.db import reading

    with database(), reading() as session:
        head = template(_declared(session, register)[1])
    write_head(head, output)


def _declared(session: Session, register: str) -> tuple[Catalogue, Register]:
    from service import revisions
    from service.account_faults import NotKnown

    catalogue = revisions.current(session).catalogue
    if register not in catalogue.registers:
        raise NotKnown("register", register, catalogue.registers)
    return catalogue, catalogue.registers[register]
