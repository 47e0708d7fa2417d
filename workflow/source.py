"""From the text of a file to trees of nodes: YAML 1.2 without what surprises authors.

Anchors, aliases, merge keys, tags, directives and duplicate keys are refused, and so is whatever is not plain
text. Each document of a file is read by itself, so that a fault in one hides nothing of the next. Only this
module knows the YAML parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from workflow import syntax
from workflow.nodes import Finding, Node
from workflow.plain import read_plain
from workflow.problems import Position, Problem

LARGEST = 256 * 1024
"""The most bytes of a file."""

DEEPEST = 30
"""The most lists and maps within each other."""

MOST = 50_000
"""The most keys and values of a file."""

LOSING = frozenset({"not_text", "too_big", "yaml", "yaml_feature"})
"""The checks after which something of the file is missing from its documents."""

SENTENCES = frozenset({"zh", "en", "say", "note"})
"""The keys whose values people read."""

_UNPRINTABLE = re.compile("[^\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_DOCUMENT = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_SENTENCE_AS_KEY = re.compile(r"[^\x00-\x7f]|\s")


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
    decoded = _decode(text, start)
    if isinstance(decoded, Problem):
        return (), (decoded,)
    normal = decoded.replace("\r\n", "\n")
    strange = tuple(_strange_characters(normal, path))
    if strange:
        return (), strange
    reading = _Reading(path, normal.split("\n"))
    documents = [node for line, chunk in _chunks(normal) if (node := reading.document(chunk, line)) is not None]
    if not documents and not reading.problems:
        empty = Finding("empty_file", "the file says nothing; it begins with `workflow: name`, for example",
                        "文件是空的；应以例如 workflow: name 开头")
        return (), (empty.at(start),)
    return tuple(documents), tuple(reading.problems)


def _decode(text: str | bytes, start: Position) -> str | Problem:
    if isinstance(text, str):
        return text
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        return Finding(
            "not_text",
            f"byte 0x{text[error.start]:02x} is not UTF-8; save the file in the encoding UTF-8",
            f"字节 0x{text[error.start]:02x} 不是 UTF-8；请用 UTF-8 编码保存文件",
        ).at(Position(start.path, line, column))
    return decoded


def _strange_characters(text: str, path: str) -> Iterator[Problem]:
    """The first character of each kind that does not belong in a text."""
    seen: set[str] = set()
    for found in _UNPRINTABLE.finditer(text):
        character = found.group()
        if character in seen:
            continue
        seen.add(character)
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
        yield _strange(character).at(Position(path, line, column))


def _strange(character: str) -> Finding:
    if character == "\t":
        return Finding("not_text", "this is a tab; write blanks instead", "这里是制表符；请改用空格")
    if character == "\ufeff":
        return Finding("not_text", "the file has a byte order mark; save it as UTF-8 without BOM",
                       "文件带有字节顺序标记；请存为不带 BOM 的 UTF-8")
    return Finding("not_text", f"the character U+{ord(character):04X} does not belong in a text; take it away",
                   f"字符 U+{ord(character):04X} 不能出现在文本里；请去掉")


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The documents of a text, each with the number of lines before it; `---` begins a new one."""
    starts = [0, *(found.start() for found in _DOCUMENT.finditer(text) if found.start() > 0), len(text)]
    for start, end in zip(starts, starts[1:], strict=False):
        yield text.count("\n", 0, start), text[start:end]


@dataclass(slots=True)
class _Reading:
    """The reading of one file: where it is, and what has been found so far."""

    path: str
    lines: list[str]
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def document(self, text: str, first_line: int) -> Node | None:
        """The tree of one document; None if it is empty or cannot be read, and then a problem says why."""
        for number, line in enumerate(text.split("\n")):
            if line.startswith("%"):
                self._feature(Position(self.path, first_line + number + 1, 1), "a line that begins with % is an order to "
                              "the YAML parser; take it away, or put the text in quotes", "以 % 开头的行是给 YAML 解析器的指令；请去掉，或给文字加引号")
                return None
        parser = YAML(typ="safe", pure=True)
        composing = _Composing(self, parser.parse(text), first_line)
        try:
            return composing.document()
        except MarkedYAMLError as error:
            self.problems.append(self._unreadable(error, first_line))
        except (YAMLError, ValueError, IndexError) as error:
            # The parser's own slips on odd input (a wrong number in an escape, for one) are faults of the text as well.
            reason = str(error).partition("\n")[0]
            self.problems.append(syntax.unknown(reason).at(Position(self.path, max(composing.last_line, first_line + 1), 1)))
        except _Lost:
            pass
        return None

    def _unreadable(self, error: MarkedYAMLError, first_line: int) -> Problem:
        def spot(mark: object) -> tuple[int, int] | None:
            line, column = getattr(mark, "line", None), getattr(mark, "column", None)
            return (line + first_line, column) if isinstance(line, int) and isinstance(column, int) else None

        finding, (line, column) = syntax.explain(
            str(error.problem or ""), spot(error.problem_mark) or (first_line, 0), spot(error.context_mark), self.lines
        )
        return finding.at(Position(self.path, line + 1, column + 1))

    def _feature(self, position: Position, text: str, text_zh: str) -> None:
        self.problems.append(Finding("yaml_feature", text, text_zh).at(position))


class _Lost(Exception):
    """The rest of a document is not read, and a problem already says why."""


@dataclass(slots=True)
class _Composing:
    """The making of one document's tree from the parser's events."""

    reading: _Reading
    events: Iterator[Event]
    first_line: int
    last_line: int = 0

    def document(self) -> Node | None:
        node: Node | None = None
        for event in self.events:
            if not isinstance(event, NodeEvent):
                continue
            if node is not None:
                raise self._lost("yaml", event, "a second document begins here; put a line of --- before it",
                                 "这里开始了另一个文档；请在前面加一行 ---")
            if not (isinstance(event, ScalarEvent) and _is_empty(event)):
                node = self._node(event, None, 1)
        return node

    def _node(self, event: Event, key: Position | None, depth: int) -> Node:
        self.reading.count += 1
        if self.reading.count > MOST:
            raise self._lost("too_big", event, f"the file has more than {MOST} keys and values; divide it",
                             f"文件的键和值超过 {MOST} 个；请分成几个文件")
        self._refuse_features(event)
        position = self._position(event)
        self.last_line = position.line
        if isinstance(event, ScalarEvent):
            return self._scalar(event, key)
        if depth > DEEPEST:
            raise self._lost("too_big", event, f"more than {DEEPEST} lists and maps stand within each other here",
                             f"此处的列表和映射嵌套超过 {DEEPEST} 层")
        if isinstance(event, SequenceStartEvent):
            return Node(self._items(depth), position, key)
        return Node(self._map(depth, flow=bool(getattr(event, "flow_style", False))), position, key)

    def _items(self, depth: int) -> tuple[Node, ...]:
        items: list[Node] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            if isinstance(event, ScalarEvent) and _is_empty(event):
                self._found(self._position(event), "nothing_follows", "an item of this list is empty; take it away",
                            "列表中有一项是空的；请去掉")
            else:
                items.append(self._node(event, None, depth + 1))
        return tuple(items)

    def _map(self, depth: int, *, flow: bool) -> Mapping[str, Node]:
        parts: dict[str, Node] = {}
        before: tuple[str, Node] | None = None
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            name, place = self._key(event)
            following = next(self.events)
            if isinstance(following, ScalarEvent) and _is_empty(following):
                self._refuse_features(following)
                self.reading.problems.append(self._nothing_after(name, place, before, flow=flow).at(place))
                node = Node(None, place, place)
            else:
                node = self._node(following, place, depth + 1)
            if name in parts:
                first = parts[name].key or place
                self._found(place, "duplicate_key", f"{name} stands here and in line {first.line}; keep one of them",
                            f"{name} 在此处和第 {first.line} 行重复；请只留一个")
                continue
            parts[name] = node
            before = (name, node)
        return parts

    def _nothing_after(self, name: str, place: Position, before: tuple[str, Node] | None, *, flow: bool) -> Finding:
        """What to say of a key without a value; inside { } it is often the rest of a sentence with a comma in it."""
        if flow and (mended := syntax.mend_colon(name)):
            return Finding("nothing_follows", f"the colon in {name} is not one of YAML; write `{mended}`, with a blank",
                           f"{name} 里的冒号不是 YAML 的冒号加空格；请写 {mended}")
        if flow and before is not None and isinstance(before[1].value, str):
            begun = before[1].position
            line = self.reading.lines[place.line - 1]
            sentence = line[begun.column - 1 : place.column - 1 + len(name)]
            if begun.line == place.line and _SENTENCE_AS_KEY.search(before[1].value + name):
                whole = f'{before[0]}: "{sentence}"'
                return Finding(
                    "split_sentence",
                    f"a comma inside {{ }} ends the text before it; put the sentence in quotes ({whole}) or on a line of its own",
                    f"花括号里的半角逗号会把句子截断；请给整句加引号（{whole}），或另起一行写",
                )
        return Finding("nothing_follows", f"nothing follows {name}; write `removed` to take it away",
                       f"{name} 后面没有内容；要去掉请写 removed")

    def _key(self, event: Event) -> tuple[str, Position]:
        self.reading.count += 1
        place = self._position(event)
        self._refuse_features(event)
        if isinstance(event, CollectionStartEvent) or not isinstance(event, ScalarEvent):
            raise self._lost("yaml", event, "a key is a name; here stands a list or a map", "键应是一个名字；此处是列表或映射")
        if event.style is None or event.style == "":
            value, finding = read_plain(event.value)
            if event.value == "<<":
                raise self._lost("yaml_feature", event, "merge keys are not read; write the keys out, or use `extends`",
                                 "不支持合并键 <<；请把内容写全，或用 extends")
            if finding is None and not isinstance(value, str):
                finding = Finding("plain_value", f'a key is text; write "{event.value}"', f'键是文字；请写 "{event.value}"')
            if finding is not None:
                self.reading.problems.append(finding.at(place))
        self._refuse_escaped(event)
        return event.value, place

    def _scalar(self, event: ScalarEvent, key: Position | None) -> Node:
        place = self._position(event)
        in_one_piece = event.start_mark.line == event.end_mark.line
        if event.style is None or event.style == "":
            value, finding = read_plain(event.value)
            if finding is not None:
                self.reading.problems.append(finding.at(place))
                if finding.check == "nothing_follows":
                    return Node(None, place, key)
            self._warn_of_comment(event, key)
            return Node(value, place, key, 0 if in_one_piece else None)
        self._refuse_escaped(event)
        written = event.end_mark.column - event.start_mark.column - 2
        quoted = event.style in ("'", '"') and in_one_piece and written == len(event.value)
        return Node(event.value, place, key, 1 if quoted else None)

    def _warn_of_comment(self, event: ScalarEvent, key: Position | None) -> None:
        """A sentence that is cut off by a ` #` in it reads as if that were meant."""
        if key is None or event.end_mark.line != event.start_mark.line:
            return
        line = self.reading.lines[event.end_mark.line + self.first_line]
        name = self.reading.lines[key.line - 1][key.column - 1 :].partition(":")[0]
        if name in SENTENCES and re.match(r" #", line[event.end_mark.column :]):
            hash_sign = Position(self.reading.path, key.line, event.end_mark.column + 2)
            self.reading.problems.append(Finding(
                "comment_in_text",
                "the text ends before this #; if it belongs to the text, put the text in quotes, else put two blanks before it",
                "文字到这个 # 之前为止；如果 # 属于文字，请给整句加引号，否则请在它前面空两格",
                severity="warning",
            ).at(hash_sign))

    def _refuse_escaped(self, event: ScalarEvent) -> None:
        """An escape may write what could not stand in the file itself."""
        found = _UNPRINTABLE.search(event.value)
        if found:
            self.reading.problems.append(_strange(found.group()).at(self._position(event)))
            raise _Lost

    def _refuse_features(self, event: Event) -> None:
        tag = getattr(event, "tag", None)
        if isinstance(event, AliasEvent):
            raise self._lost("yaml_feature", event, f"*{event.anchor} would repeat another place; write it out, or put the text in quotes",
                             f"*{event.anchor} 是对别处的引用，不支持；请写全，若是文字请加引号")
        if getattr(event, "anchor", None):
            name = event.anchor  # type: ignore[attr-defined]
            raise self._lost("yaml_feature", event, f"&{name} would name this place; take it away, or put the text in quotes",
                             f"&{name} 是锚点，不支持；请去掉，若是文字请加引号")
        if tag is not None:
            raise self._lost("yaml_feature", event, "a word that begins with ! is a tag; put a text in quotes, "
                             "and write a condition in words: not large",
                             "以 ! 开头的词是标签，不支持；文字请加引号，条件请用词写：not large")

    def _lost(self, check: str, event: Event, text: str, text_zh: str) -> _Lost:
        self._found(self._position(event), check, text, text_zh)
        return _Lost()

    def _found(self, position: Position, check: str, text: str, text_zh: str) -> None:
        self.reading.problems.append(Finding(check, text, text_zh).at(position))

    def _position(self, event: Event) -> Position:
        return Position(self.reading.path, event.start_mark.line + self.first_line + 1, event.start_mark.column + 1)


def _is_empty(event: ScalarEvent) -> bool:
    return not event.value and not event.style and not event.tag and not event.anchor


