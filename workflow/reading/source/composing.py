"""From the parser's events to one document's tree of nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    Event,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from workflow.names import shortened
from workflow.problems import Instead, Position, Problem, Replacement
from workflow.reading.nodes import Finding, Node
from workflow.reading.source import duplicates, syntax
from workflow.reading.source.characters import UNPRINTABLE, strange
from workflow.reading.source.plain import read_plain

DEEPEST = 30
"""The most lists and maps within each other."""

MOST = 50_000
"""The most keys and values of a file."""

SENTENCES = frozenset({"zh", "en", "say", "note"})
"""The keys whose values people read."""

_SENTENCE_AS_KEY = re.compile(r"[^\x00-\x7f]|\s")


class Lost(Exception):
    """The rest of a document is not read, and a problem already says why."""


@dataclass(slots=True)
class Composing:
    """The making of one document's tree from the parser's events."""

    path: str
    lines: list[str]
    events: Iterator[Event]
    first_line: int
    count: int = 0
    """Of keys and values so far, those of the documents before it in the file included."""
    problems: list[Problem] = field(default_factory=list)
    last_line: int = 0
    end_line: int = 0
    """The line in which what has been read ends."""
    under: list[str] = field(default_factory=list)
    """The keys of the maps that are being read, from outside in."""
    brackets: list[tuple[int, int]] = field(default_factory=list)
    """Where the brackets were opened that are still open: line and column from 0."""

    def document(self) -> Node | None:
        node: Node | None = None
        for event in self.events:
            if not isinstance(event, NodeEvent):
                continue
            if node is not None:
                raise self._lost(
                    "yaml",
                    event,
                    "a second document begins here; put a line of --- before it",
                    "这里开始了另一个文档；请在前面加一行 ---",
                )
            if not _is_empty(event):
                node = self._node(event, None, 1)
        return node

    def _node(self, event: NodeEvent, key: Position | None, depth: int) -> Node:
        self.count += 1
        if self.count > MOST:
            raise self._lost(
                "too_big",
                event,
                f"the file has more than {MOST} keys and values; divide it",
                f"文件的键和值超过 {MOST} 个；请分成几个文件",
            )
        self._refuse_features(event)
        position = self._position(event)
        self.last_line = self.end_line = position.line
        if type(event) is ScalarEvent:
            self.end_line = self._last_line(event)
            return self._scalar(event, position, key)
        if depth > DEEPEST:
            raise self._lost(
                "too_big",
                event,
                f"more than {DEEPEST} lists and maps stand within each other here",
                f"此处的列表和映射嵌套超过 {DEEPEST} 层",
            )
        flow = bool(event.flow_style)
        if flow:
            self.brackets.append((position.line - 1, position.column - 1))
        listed = isinstance(event, SequenceStartEvent)
        value = self._items(depth, flow=flow) if listed else self._map(depth, flow=flow)
        if flow:
            self.brackets.pop()
        return Node(value, position, key, tail=self._tail())

    def _tail(self) -> Position:
        return Position(self.path, self.end_line, len(self.lines[self.end_line - 1]) + 1)

    def _last_line(self, event: ScalarEvent | CollectionEndEvent) -> int:
        """The line in which a value ends; the parser lets a text below | or > end only where the next thing begins."""
        line: int = event.end_mark.line + self.first_line + 1
        if type(event) is ScalarEvent and event.style in ("|", ">"):
            line = min(line, len(self.lines)) - (event.end_mark.column == 0)
            while not self.lines[line - 1].strip():
                line -= 1
        return line

    def _items(self, depth: int, *, flow: bool) -> tuple[Node, ...]:
        items: list[Node] = []
        for event in self.events:
            if isinstance(event, CollectionEndEvent):
                if flow:
                    self.end_line = self._last_line(event)
                break
            if _is_empty(event):
                self.end_line = self._position(event).line
                self._found(
                    self._position(event),
                    "nothing_follows",
                    "an item of this list is empty; take it away",
                    "列表中有一项是空的；请去掉",
                )
            else:
                items.append(self._node(event, None, depth + 1))
        return tuple(items)

    def _map(self, depth: int, *, flow: bool) -> Mapping[str, Node]:
        parts: dict[str, Node] = {}
        before: tuple[str, Node] | None = None
        for event in self.events:
            if isinstance(event, CollectionEndEvent):
                if flow:
                    self.end_line = self._last_line(event)
                break
            name, place = self._key(event)
            following = next(self.events)
            if _is_empty(following):
                finding = self._nothing_after(name, place, before, flow=flow)
                if finding.check == "split_sentence":  # it is no key at all
                    self.problems = [problem for problem in self.problems if problem.position != place]
                    self.problems.append(finding.at(place))
                    continue
                self.problems.append(finding.at(place))
                self.end_line = place.line
                node = Node(None, place, place, tail=self._tail())
            else:
                self.under.append(name)
                node = self._node(following, place, depth + 1)
                self.under.pop()
            if name in parts:
                finding = duplicates.finding(name, node, parts, self.under, self.lines)
                self.problems.append((replace(finding, mend=None) if flow else finding).at(place))
                if not self.under and node.parts and parts[name].parts:  # what is said of the rest is then true of both
                    parts[name] = replace(parts[name], value={**parts[name].parts, **node.parts, **parts[name].parts})
                continue
            parts[name] = node
            before = (name, node)
        return parts

    def _nothing_after(self, name: str, place: Position, before: tuple[str, Node] | None, *, flow: bool) -> Finding:
        """What to say of a key without a value; inside { } it is often the rest of a sentence with a comma in it."""
        if flow and (mended := syntax.mend_colon(name)):
            return Finding(
                "nothing_follows",
                f"the colon in {shortened(name)} is not one of YAML; write `{shortened(mended)}`, with a blank",
                f"{shortened(name)} 里的冒号不是 YAML 的冒号加空格；请写 {shortened(mended)}",
                mend=Instead(name, mended),
            )
        if flow and (number := syntax.number_with_commas(self.lines[place.line - 1], place.column - 1)):
            return Finding(
                "split_sentence",
                f"a comma inside {{ }} ends what stands before it; write {number}, a number has no commas in it",
                f"花括号里的半角逗号会把内容截断；请写 {number}，数字里不写千分位逗号",
                mend=Instead(",", "", before=1),
            )
        if flow and before is not None and isinstance(before[1].value, str):
            begun = before[1].position
            line = self.lines[place.line - 1]
            sentence = line[begun.column - 1 : place.column - 1 + len(name)]
            if begun.line == place.line and _SENTENCE_AS_KEY.search(before[1].value + name):
                whole = f'{before[0]}: "{shortened(sentence, to=200)}"'
                return Finding(
                    "split_sentence",
                    "a comma inside { } ends the text before it; "
                    f"put the sentence in quotes ({whole}) or on a line of its own",
                    f"花括号里的半角逗号会把句子截断；请给整句加引号（{whole}），或另起一行写",
                    mend=Instead(sentence, f'"{sentence}"', before=place.column - begun.column),
                )
        return Finding(
            "nothing_follows",
            f"nothing follows {shortened(name)}; write what it says, or take the line away",
            f"{shortened(name)} 后面没有内容；请写内容，或去掉这一行",
        )

    def _key(self, event: NodeEvent) -> tuple[str, Position]:
        self.count += 1
        place = self._position(event)
        self._refuse_features(event)
        if type(event) is not ScalarEvent:
            raise self._lost(
                "yaml", event, "a key is a name; here stands a list or a map", "键应是一个名字；此处是列表或映射"
            )
        if not event.style:
            value, finding = read_plain(event.value)
            if event.value == "<<":
                raise self._lost(
                    "yaml_feature",
                    event,
                    "merge keys are not read; write the keys out, or use `extends`",
                    "不支持合并键 <<；请把内容写全，或用 extends",
                )
            if finding is None and not isinstance(value, str):
                finding = Finding(
                    "plain_value", f'a key is text; write "{event.value}"', f'键是文字；请写 "{event.value}"'
                )
            if finding is not None:
                self.problems.append(finding.at(place))
        self._refuse_escaped(event)
        return event.value, place

    def _scalar(self, event: ScalarEvent, place: Position, key: Position | None) -> Node:
        in_one_piece = event.start_mark.line == event.end_mark.line
        if not event.style:
            value, finding = read_plain(event.value)
            if finding is not None:
                self.problems.append(finding.at(place))
                if finding.check == "nothing_follows":
                    return Node(None, place, key, tail=self._tail())
            self._warn_of_comment(event, key)
            return Node(value, place, key, 0 if in_one_piece else None, self._tail())
        self._refuse_escaped(event)
        written = event.end_mark.column - event.start_mark.column - 2
        quoted = event.style in ("'", '"') and in_one_piece and written == len(event.value)
        return Node(event.value, place, key, 1 if quoted else None, self._tail())

    def _warn_of_comment(self, event: ScalarEvent, key: Position | None) -> None:
        """A sentence that is cut off by a ` #` in it reads as if that were meant."""
        if key is None or event.end_mark.line != event.start_mark.line:
            return
        line = self.lines[event.end_mark.line + self.first_line]
        name = self.lines[key.line - 1][key.column - 1 :].partition(":")[0]
        if name in SENTENCES and re.match(r" #", line[event.end_mark.column :]):
            hash_sign = Position(self.path, key.line, event.end_mark.column + 2)
            self.problems.append(
                Finding(
                    "comment_in_text",
                    "the text ends before this #; if it belongs to the text, put the text in quotes, "
                    "else put two blanks before it",
                    "文字到这个 # 之前为止；如果 # 属于文字，请给整句加引号，否则请在它前面空两格",
                    severity="warning",
                ).at(hash_sign)
            )

    def _refuse_escaped(self, event: ScalarEvent) -> None:
        """An escape may write what could not stand in the file itself."""
        found = UNPRINTABLE.search(event.value)
        if found:
            # Its mend would take away what does not stand here.
            self.problems.append(replace(strange(found.group()), mend=None).at(self._position(event)))
            raise Lost

    def _refuse_features(self, event: NodeEvent) -> None:
        anchor = event.anchor
        if type(event) is AliasEvent:
            name = shortened(anchor)
            raise self._lost(
                "yaml_feature",
                event,
                f"*{name} would repeat another place; write it out, or put the text in quotes",
                f"*{name} 是对别处的引用，不支持；请写全，若是文字请加引号",
            )
        if anchor is not None:
            name = shortened(anchor)
            raise self._lost(
                "yaml_feature",
                event,
                f"&{name} would name this place; take it away, or put the text in quotes",
                f"&{name} 是锚点，不支持；请去掉，若是文字请加引号",
            )
        if event.tag is not None:
            raise self._lost(
                "yaml_feature",
                event,
                "a word that begins with ! is a tag; put a text in quotes, and write a condition in words: not large",
                "以 ! 开头的词是标签，不支持；文字请加引号，条件请用词写：not large",
            )

    def _lost(self, check: str, event: Event, text: str, text_zh: str, mend: Instead | None = None) -> Lost:
        self._found(self._position(event), check, text, text_zh, mend)
        return Lost()

    def _found(
        self, position: Position, check: str, text: str, text_zh: str, mend: Instead | Replacement | None = None
    ) -> None:
        self.problems.append(Finding(check, text, text_zh, mend=mend).at(position))

    def _position(self, event: Event) -> Position:
        return Position(self.path, event.start_mark.line + self.first_line + 1, event.start_mark.column + 1)


def _is_empty(event: Event) -> bool:
    """Whether nothing is written where a value belongs."""
    return type(event) is ScalarEvent and not (event.value or event.style or event.tag or event.anchor)
