"""Reading: a file as the documents that are in it, and everything that is wrong with how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from yaml.cyaml import CParser
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import Event, StreamEndEvent

from workflow.problems import Position, Problem
from workflow.reading.nodes import Finding, Node
from workflow.reading.source import syntax
from workflow.reading.source.characters import decode, strange_characters
from workflow.reading.source.composing import Composing, Lost

LARGEST = 256 * 1024
"""The most bytes of a file."""

MOST_DOCUMENTS = 100
"""The most documents of a file."""

LOSING = frozenset({"not_text", "too_big", "yaml", "yaml_feature"})
"""The checks after which something of the file is missing from its documents."""

_DOCUMENT = re.compile(r"^---(?=\s|$)", re.MULTILINE)


def read(text: str | bytes, path: str) -> tuple[tuple[Node, ...], tuple[Problem, ...]]:
    """The documents of a file, and everything that is wrong with how it is written."""
    start = Position(path, 1, 1)
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST:
        finding = Finding(
            "too_big",
            f"the file has {size} bytes, a definition file at most {LARGEST}; divide it into several files",
            f"文件有 {size} 字节，定义文件最多 {LARGEST} 字节；请分成几个文件",
        )
        return (), (finding.at(start),)
    decoded = decode(text, start)
    if isinstance(decoded, Problem):
        return (), (decoded,)
    normal = decoded.replace("\r\n", "\n")
    strange = tuple(strange_characters(normal, path))
    if strange:
        return (), strange
    lines = normal.split("\n")
    documents: list[Node] = []
    problems: list[Problem] = []
    count = 0
    for number, (first_line, chunk) in enumerate(_chunks(normal), start=1):
        if number > MOST_DOCUMENTS:
            many = Finding(
                "too_big",
                f"the file has more than {MOST_DOCUMENTS} documents; divide it",
                f"文件中的文档超过 {MOST_DOCUMENTS} 个；请分成几个文件",
            )
            problems.append(many.at(Position(path, first_line + 1, 1)))
            break
        composing = Composing(path, lines, _events(chunk), first_line, count)
        node = _document(composing, chunk)
        if node is not None:
            documents.append(node)
        problems += composing.problems
        count = composing.count
    if not documents and not problems:
        empty = Finding(
            "empty_file",
            "the file says nothing; it begins with `workflow: name`, for example",
            "文件是空的；应以例如 workflow: name 开头",
        )
        return (), (empty.at(start),)
    return tuple(documents), tuple(problems)


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The documents of a text, each with the number of lines before it; `---` begins a new one."""
    starts = [0, *(found.start() for found in _DOCUMENT.finditer(text) if found.start() > 0), len(text)]
    for start, end in pairwise(starts):
        yield text.count("\n", 0, start), text[start:end]


def _events(text: str) -> Iterator[Event]:
    """The parser's events, each when it is asked for: whoever has seen enough goes no deeper."""
    parser = CParser(text)
    event = parser.get_event()
    while type(event) is not StreamEndEvent:
        yield event
        event = parser.get_event()


def _document(composing: Composing, text: str) -> Node | None:
    """The tree of one document; None if it is empty or cannot be read, and then a problem says why."""
    first = composing.first_line
    for number, line in enumerate(text.split("\n"), start=first + 1):
        if line.startswith("%"):
            directive = Finding(
                "yaml_feature",
                "a line that begins with % is an order to the YAML parser; take it away, or put the text in quotes",
                "以 % 开头的行是给 YAML 解析器的指令；请去掉，或给文字加引号",
            )
            composing.problems.append(directive.at(Position(composing.path, number, 1)))
            return None
    try:
        return composing.document()
    except Lost:
        pass  # a problem says why
    except MarkedYAMLError as error:
        lines = composing.lines[: first + len(text.splitlines())]
        composing.problems.append(_unreadable(error, composing, lines or [""]))
    except (YAMLError, ValueError, IndexError) as error:
        # The parser's own slips on odd input (a wrong number in an escape, for one) are faults of the text as well.
        reason = str(error).partition("\n")[0]
        place = Position(composing.path, max(composing.last_line, first + 1), 1)
        composing.problems.append(syntax.unknown(reason).at(place))
    return None


def _unreadable(error: MarkedYAMLError, composing: Composing, lines: Sequence[str]) -> Problem:
    def spot(mark: object) -> syntax.Spot | None:
        line, column = getattr(mark, "line", None), getattr(mark, "column", None)
        if isinstance(line, int) and isinstance(column, int):
            return line + composing.first_line, column
        return None

    finding, (line, column) = syntax.explain(
        str(error.problem or ""),
        spot(error.problem_mark) or (composing.first_line, 0),
        spot(error.context_mark),
        composing.brackets[-1] if composing.brackets else None,
        lines,
    )
    return finding.at(Position(composing.path, line + 1, column + 1))
