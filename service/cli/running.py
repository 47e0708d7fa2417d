"""`duban upgrade`, `serve`, `web` and `schedule`: what keeps an installation running."""

from __future__ import annotations

import os

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


_host = click.option(
    "--host", cls=Option, default="127.0.0.1", show_default=True, says=("The address to listen on.", "监听的地址。")
)
_port = click.option(
    "--port",
    cls=Option,
    type=click.IntRange(1, 65535),
    default=8080,
    show_default=True,
    says=("The port to listen on.", "监听的端口。"),
)


@click.command(
    cls=Command,
    says=(
        "Serve the API, with a scheduler in the same process.",
        "启动服务，并在同一进程中运行定时任务。",
    ),
    examples=("duban serve", "duban serve --host 0.0.0.0 --port 80", "duban serve --demonstration"),
)
@_host
@_port
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
        (
            "Serve the API in several worker processes and no scheduler; for PostgreSQL, beside `duban schedule`.\n\n"
            "SIGTERM lets what has begun come to its end, SIGHUP puts fresh workers in the place of the old ones "
            "without losing a call, and a worker that hangs or dies is replaced."
        ),
        (
            "用多个工作进程提供服务，不含定时任务；与 duban schedule 配合，用于 PostgreSQL。\n\n"
            "收到 SIGTERM 先办完已开始的请求；收到 SIGHUP 用新的工作进程替换原有的，不丢请求；"
            "卡住或退出的工作进程会被替换。"
        ),
    ),
    examples=("duban web", "duban web --host 0.0.0.0 --workers 4", "duban web --workers 2 --threads 16"),
)
@_host
@_port
@click.option(
    "--workers",
    cls=Option,
    type=click.IntRange(1, 256),
    default=None,
    says=("How many processes; without it one for each processor.", "工作进程数；不写时每个处理器一个。"),
)
@click.option(
    "--threads",
    cls=Option,
    type=click.IntRange(1, 20),
    default=8,
    show_default=True,
    says=(
        "How many calls a process works on at the same time, each with a connection to the database.",
        "每个进程同时处理的请求数，每个请求占用一个数据库连接。",
    ),
)
def web(host: str, port: int, workers: int | None, threads: int) -> None:
    from service import serving

    processors = len(os.sched_getaffinity(0))
    serving.serve_in_workers(settings(), host, port, workers=workers or processors, threads=threads)


@click.command(
    cls=Command,
    says=(
        "Run a scheduler by itself; any number may run beside each other on PostgreSQL.",
        "单独运行定时任务；在 PostgreSQL 上可同时运行多个。",
    ),
    examples=("duban schedule", "duban schedule --host 0.0.0.0 --health-port 9101"),
)
@_host
@click.option(
    "--health-port",
    cls=Option,
    type=click.IntRange(1, 65535),
    says=(
        "A port that answers /healthz, /readyz and /metrics; without it none.",
        "提供 /healthz、/readyz 和 /metrics 的端口；不写则不提供。",
    ),
)
def schedule(host: str, health_port: int | None) -> None:
    from service import serving

    serving.schedule(settings(), host, health_port)
