"""`duban upgrade`, `duban serve` and `duban schedule`: what keeps an installation running."""

from __future__ import annotations

import click

from service.cli.faults import Faulty
from service.cli.installation import database, settings
from service.cli.speaking import Command, Option, lang, say


@click.command(
    cls=Command,
    says=(
        "Bring the database to the schema that this version needs. Nothing that is stored is lost.",
        "把数据库升级到本版本所需的结构。已有数据不会丢失。",
    ),
    examples=("duban upgrade", "DUBAN_DATABASE_URL=postgresql://duban@db/duban duban upgrade"),
)
def upgrade() -> None:
    from service import migrations

    with database(any_schema=True):
        before, after = migrations.upgrade()
    if before == after:
        click.echo(say(f"The database is at schema {after} already.", f"数据库结构已是 {after}。"))
    else:
        was = before or say("none", "无")
        click.echo(say(f"Schema: {was} -> {after}.", f"数据库结构：{was} → {after}。"))


@click.command(
    cls=Command,
    says=(
        "Serve the API, with a scheduler in the same process.",
        "启动服务，并在同一进程中运行定时任务。",
    ),
    examples=("duban serve", "duban serve --host 0.0.0.0 --port 80", "duban serve --demonstration"),
)
@click.option(
    "--host", cls=Option, default="127.0.0.1", show_default=True, says=("The address to listen on.", "监听的地址。")
)
@click.option(
    "--port",
    cls=Option,
    type=click.IntRange(1, 65535),
    default=8080,
    show_default=True,
    says=("The port to listen on.", "监听的端口。"),
)
@click.option(
    "--demonstration",
    cls=Option,
    is_flag=True,
    says=(
        "With a demonstration site, its staff, and a repair that is about to be late.",
        "带演示项目、演示员工和一张即将超时的报修单。",
    ),
)
def serve(host: str, port: int, demonstration: bool) -> None:
    from service import serving
    from service.publishing import PublishingRefused
    from workflow.problems import DefinitionFaulty

    try:
        serving.serve(settings(), host, port, demonstration)
    except DefinitionFaulty as error:
        raise Faulty("\n".join(problem.line(lang()) for problem in sorted(error.problems))) from error
    except PublishingRefused as error:
        raise Faulty("\n".join(reason.read(lang()) for reason in error.reasons)) from error


@click.command(
    cls=Command,
    says=(
        "Run a scheduler by itself; any number may run beside each other on PostgreSQL.",
        "单独运行定时任务；在 PostgreSQL 上可同时运行多个。",
    ),
    examples=("duban schedule",),
)
def schedule() -> None:
    from service import serving

    serving.schedule(settings())
