"""What is said of a call that means nothing: the sentences of the command line library, in Chinese as well."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import IO, Any

import click

from service.cli.speaking import LANGUAGES, choose_language, say

_CHINESE = (
    (r"No such (?:option:?|command) '?(\S+?)'?\. Did you mean (.+)\?", "没有 {0}；是否想写 {1}？"),
    (r"No such (?:option:?|command) '?(\S+?)'?\. \(Did you mean one of: (.+)\?\)", "没有 {0}；是否想写 {1}？"),
    (r"No such option:? '?(\S+?)'?\.?(?: .*)?", "没有选项 {0}。"),
    (r"No such command '(.+?)'\.(?: .*)?", "没有命令 {0}。"),
    (r"Missing command\.", "缺少命令。"),
    (r"Missing (?:argument|option|parameter) '(.+?)'\.(?:\s+Choose from:\s+(.*))?", "缺少 {0}。"),
    (r"Got unexpected extra arguments? \((.+)\)", "多余的参数：{0}"),
    (r"Option '(.+?)' requires (?:an argument|\d+ arguments)\.", "选项 {0} 后面要写一个值。"),
    (r"Option '(.+?)' does not take a value\.", "选项 {0} 后面不能写值。"),
    (r"Invalid value for '(.+?)': '(.*)' is not one of (.+)\.", "{0} 不能是 {1}；可用：{2}。"),
    (r"Invalid value for '(.+?)': '(.*)' is not a valid integer( range)?\.", "{0} 应为整数，不是 {1}。"),
    (r"Invalid value for '(.+?)': (\S+) is not in the range (.+)\.", "{0} 不能是 {1}；应为 {2}。"),
    (r"Invalid value for '(.+?)': \S+ '(.*)' does not exist\.", "{0}：{1} 不存在。"),
    (r"Invalid value for '(.+?)': (.+)", "{0} 的值不对：{1}"),
)
"""Patterns of what the library says, and the same in Chinese; what fits none is shown as it is."""


class Misused(click.UsageError):
    """A wrong call, told in the language that was asked for in it."""

    def show(self, file: IO[Any] | None = None) -> None:
        if self.ctx is not None:
            with self.ctx.scope(cleanup=False):
                self._show(file)
        else:
            self._show(file)

    def _show(self, file: IO[Any] | None) -> None:
        err = file is None
        if self.ctx is not None:
            click.echo(self.ctx.get_usage(), file=file, err=err)
            line = f"{self.ctx.command_path} --help"
            click.echo(say(f"Try '{line}' for help.", f"说明见 {line}。") + "\n", file=file, err=err)
        message = self.format_message()
        click.echo(say(f"Error: {message}", f"错误：{chinese(message)}"), file=file, err=err)


def misused(error: click.UsageError, asked: str | None, context: click.Context | None = None) -> click.UsageError:
    """The same error, to be told in the language `asked` for, or that of the context in which it was made."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error
    where = error.ctx or context
    if where is not None and asked is not None:
        choose_language(where, asked)
    return Misused(error.format_message(), where)


def language_asked(arguments: Sequence[str]) -> str | None:
    """What `--lang` says in the arguments of a call, also of one that cannot be understood."""
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            value = value or next(iter(arguments[place + 1 :]), "")
            return value if value in LANGUAGES else None
    return None


def chinese(message: str) -> str:
    """The sentence in Chinese."""
    for pattern, sentence in _CHINESE:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return sentence.format(*(part or "" for part in found.groups())).replace("', '", "、").replace("'", "")
    return message
