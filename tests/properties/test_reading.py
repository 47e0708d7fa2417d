"""Reading held against a second opinion: ruamel.yaml finds the same values in the same places."""

from __future__ import annotations

from io import StringIO
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from workflow.reading.nodes import Node
from workflow.reading.source import read

_WORDS = (
    "a|b_c|投诉|请稍候，我们会联系您|two words|a: b|a, b|#1|x # y|- z|[q]|it's|so 'so'|on|17:30|2 days|50%|true|1|100|"
    "🀄 一| led by a blank|two\nlines|"
)
WORDS = st.sampled_from([*_WORDS.split("|"), "长" * 90])
KEYS = st.sampled_from(["workflow", "zh", "名字", "two-words", "on", "1", "a:b", "x#", "quo'te", "k" * 60])
DATA = st.recursive(
    WORDS,
    lambda inside: st.lists(inside, min_size=1, max_size=4) | st.dictionaries(KEYS, inside, min_size=1, max_size=4),
    max_leaves=12,
)


def written(data: object, flow: bool | None, width: int) -> str:
    yaml = YAML()
    yaml.default_flow_style = flow
    yaml.width = width
    text = StringIO()
    yaml.dump(data, text)
    return text.getvalue()


def compare(node: Node, other: Any) -> None:
    if isinstance(other, CommentedMap):
        assert list(node.parts) == [str(key) for key in other]
        for key, inside in other.items():
            part = node.parts[str(key)]
            assert part.key is not None
            assert (part.key.line - 1, part.key.column - 1) == tuple(other.lc.key(key))
            place(part, other.lc.value(key), inside)
            compare(part, inside)
    elif isinstance(other, CommentedSeq):
        assert isinstance(node.value, tuple)
        assert len(node.value) == len(other)
        for index, (part, inside) in enumerate(zip(node.value, other, strict=True)):
            place(part, other.lc.item(index), inside)
            compare(part, inside)
    else:
        assert node.data() == other


def place(node: Node, spot: tuple[int, int], other: object) -> None:
    """Of a map or list over several lines ruamel.yaml tells the first thing in it, as the reader does."""
    assert (node.position.line - 1, node.position.column - 1) == tuple(spot), other


@given(st.dictionaries(KEYS, DATA, min_size=1, max_size=5), st.sampled_from([True, False, None]), st.integers(20, 200))
@settings(max_examples=150, deadline=None)
def test_values_and_places_are_those_that_another_parser_finds(
    data: dict[str, Any], flow: bool | None, width: int
) -> None:
    text = written(data, flow, width)
    documents, problems = read(text, "file.yaml")
    assert not [problem for problem in problems if problem.check not in ("plain_value", "nothing_follows")], text
    if not any(problem.check == "nothing_follows" for problem in problems):
        (node,) = documents
        compare(node, YAML().load(text))
