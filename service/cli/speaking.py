"""How the commands speak: Chinese or English, the language of each sentence chosen when it is said."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, ClassVar

import click

LANGUAGES = ("zh", "en")

_META = "duban.lang"


def say(en: str, zh: str) -> str:
    """The sentence in the language of this call: `--lang`, or else the terminal's."""
    return zh if lang() == "zh" else en


def lang() -> str:
    """The language of this call, "zh" or "en"."""
    context = click.get_current_context(silent=True)
    chosen = context.meta.get(_META) if context else None
    return str(chosen) if chosen else language_of(os.environ)


def choose_language(context: click.Context, language: str) -> None:
    """Let everything that is said in this context be said in a language."""
    context.meta[_META] = language


def language_of(environ: Mapping[str, str]) -> str:
    """The language that a terminal is set to: Chinese if it says so, English otherwise."""
    told = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), "")
    return "zh" if told.lower().startswith("zh") else "en"


class _Formatter(click.HelpFormatter):
    """Help with its headings in the language of this call."""

    _HEADINGS: ClassVar[Mapping[str, str]] = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or say("Usage: ", "用法："))

    def write_heading(self, heading: str) -> None:
        ending = say(":", "：")
        self.write(f"{'':>{self.current_indent}}{say(heading, self._HEADINGS.get(heading, heading))}{ending}\n")


class _Context(click.Context):
    formatter_class = _Formatter


class Option(click.Option):
    """An option whose help is in both languages."""

    def __init__(self, *args: Any, says: tuple[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.says = says

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        self.help = say(*self.says)
        record = super().get_help_record(ctx)
        if record is None or lang() != "zh":
            return record
        return record[0], record[1].replace("[default: ", "[默认：").replace("[required]", "[必填]")


class Command(click.Command):
    """A command whose help is in both languages and ends with examples; it takes `--lang`."""

    context_class = _Context

    def __init__(self, *args: Any, says: tuple[str, str], examples: tuple[str, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        self.says = says
        self.examples = examples
        self.params.append(_lang_option())

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("Show this message and exit.", "显示本说明。")
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        sentence = say(*self.says).partition("\n")[0]
        return re.split(r"(?<=。)|(?<=\.) ", sentence, maxsplit=1)[0]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # A line that is broken between two Chinese characters goes on without a blank.
        self.help = re.sub(r"(?<=[^\x00-\x7f])\n[ \t]*(?=[^\x00-\x7f])", "", say(*self.says))
        super().format_help_text(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("Examples", "示例")):
            for example in self.examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


class Group(Command, click.Group):
    """Commands about one thing; it is called with the name of one of them."""


def _lang_option() -> Option:
    def choose(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            choose_language(context, value)

    return Option(
        ["--lang"],
        type=click.Choice(LANGUAGES),
        is_eager=True,
        expose_value=False,
        callback=choose,
        says=("The language to answer in; without it the terminal's.", "用哪种语言回答；不写时随终端设置。"),
    )
