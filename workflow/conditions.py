"""Conditions: what a definition asks about a ticket, in words (`category is goods and not repeat_of is open`).

A text is parsed once, by a small grammar, into the tree of `condition_tree`; asking it walks that tree. There
is no arithmetic, no call and no loop in it. Only this module knows `lark`. Whether the names in it exist and fit
together is for `condition_types` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from workflow import condition_faults
from workflow.condition_tree import (
    AllOf,
    AnyOf,
    Compare,
    Filled,
    Is,
    IsOpen,
    Name,
    Node,
    Not,
    Number,
    Operand,
    Percent,
    Same,
    Total,
    View,
    WasMade,
    Yes,
)
from workflow.problems import Instead

LONGEST = 500
"""The most characters of a condition."""

DEEPEST = 20
"""The most brackets within each other."""

RESERVED = frozenset({"and", "or", "not", "is", "filled", "was", "made", "open", "percent", "total", "same", "as"})
"""Words of conditions: no field or transition can be called so; a choice that is, must be quoted."""


class ConditionFaulty(ValueError):
    """The text is not a condition: `sentence` says why, and what would be accepted at its `column` (from 1).

    `instead` is what to write there, if that is certain.
    """

    def __init__(self, text: str, column: int, sentence: str, sentence_zh: str, instead: Instead | None = None) -> None:
        self.text = text
        self.column = column
        self.sentence = sentence
        self.sentence_zh = sentence_zh
        self.instead = instead
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition. Two that differ only in blanks and needless brackets are equal."""

    text: str = field(compare=False)
    tree: Node

    def holds(self, view: View) -> bool:
        """Whether it is true now; a comparison with an empty value is false."""
        return self.tree.holds(view)

    def names(self) -> frozenset[str]:
        """The fields and built-ins that it asks about; of a list's column, `list.column`."""
        asked = (part for part in self.parts() if isinstance(part, Name | Yes | Filled | IsOpen))
        return frozenset(part.name for part in asked)

    def transitions(self) -> frozenset[str]:
        """The transitions that it counts."""
        return frozenset(part.name for part in self.parts() if isinstance(part, WasMade))

    def parts(self) -> Iterator[Node | Operand]:
        """Every node of the tree, as written from left to right, a whole before what it is made of."""
        waiting: list[Node | Operand] = [self.tree]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.inside()))

    def __str__(self) -> str:
        return self.text


# --- From text to tree ------------------------------------------------------------------------------------------

_GRAMMAR = r"""
?condition: any_of
?any_of: all_of ("or" all_of)*
?all_of: negated ("and" negated)*
?negated: single | "not" single         -> negation
?single: "(" condition ")"
    | NAME                              -> yes
    | NAME "is" "filled"                -> filled
    | NAME "is" "open"                  -> is_open
    | NAME "is" "same" "as" NAME        -> same
    | NAME "was" "made"                 -> was_made
    | NAME "is" (NAME | NUMBER | TEXT)  -> named_is
    | worked_out "is" NUMBER            -> equal
    | operand SIGN operand              -> compare
?operand: part | percent
?worked_out: percent | total
?part: NAME                             -> name
    | total
    | NUMBER                            -> number
percent: PERCENT "(" part "," part ")"
total: TOTAL "(" NAME "," NAME ")"
PERCENT: "percent"
TOTAL: "total"
SIGN: "<=" | "<" | ">=" | ">"
NAME: /[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*(\.[A-Za-z_][A-Za-z0-9_]*)?/
NUMBER: /-?[0-9]{1,15}(\.[0-9]{1,6})?(?![0-9.])/
TEXT: /"[^"\n]*"|'[^'\n]*'/
%ignore /[ \t\r\n]+/
"""


def _column(token: Token) -> int:
    return (token.start_pos or 0) + 1


def _literal(token: Token) -> Decimal | str:
    return Decimal(token.value) if token.type == "NUMBER" else token.value[1:-1]


@v_args(inline=True)
class _Tree(Transformer[Token, Node]):
    """Builds the nodes while the text is read; one method per rule of the grammar."""

    def any_of(self, *of: Node) -> Node:
        return AnyOf(of)

    def all_of(self, *of: Node) -> Node:
        return AllOf(of)

    def negation(self, of: Node) -> Node:
        return Not(of)

    def yes(self, name: Token) -> Node:
        return Yes(name.value, _column(name))

    def filled(self, name: Token) -> Node:
        return Filled(name.value, _column(name))

    def is_open(self, name: Token) -> Node:
        return IsOpen(name.value, _column(name))

    def was_made(self, name: Token) -> Node:
        return WasMade(name.value, _column(name))

    def named_is(self, name: Token, right: Token) -> Node:
        if right.type == "NAME":
            return Is(self.name(name), right.value, _column(right))
        return Is(self.name(name), _literal(right), _column(right), quoted=right.type == "TEXT")

    def same(self, left: Token, right: Token) -> Node:
        return Same(Name(left.value, _column(left)), Name(right.value, _column(right)), _column(left))

    def equal(self, left: Operand, right: Token) -> Node:
        return Is(left, _literal(right), _column(right))

    def compare(self, left: Operand, sign: Token, right: Operand) -> Node:
        return Compare(left, sign.value, right, _column(sign))

    def name(self, name: Token) -> Operand:
        return Name(name.value, _column(name))

    def number(self, number: Token) -> Operand:
        return Number(Decimal(number.value), _column(number))

    def percent(self, word: Token, part: Operand, whole: Operand) -> Operand:
        return Percent(part, whole, _column(word))

    def total(self, _: Token, of: Token, made: Token) -> Operand:
        return Total(of.value, made.value, _column(of), _column(made))


_BRACKET_OR_TEXT = re.compile(r"""[()]|"[^"\n]*"|'[^'\n]*'""")

_LARK = Lark(_GRAMMAR, start=["condition", "operand"], parser="lalr", lexer="basic", transformer=_Tree())


def parse_condition(text: str) -> Condition:
    """Read one condition; raises ConditionFaulty."""
    tree: Node = _parsed(text, "condition")  # type: ignore[assignment]
    return Condition(text, tree)


def parse_figure(text: str) -> Operand:
    """Read what a figure is made from: a name, a number, `percent( )` or `total( )`; raises ConditionFaulty."""
    figure: Operand = _parsed(text, "operand")  # type: ignore[assignment]
    return figure


def _parsed(text: str, start: str) -> object:
    if len(text) > LONGEST:
        raise ConditionFaulty(
            text,
            LONGEST + 1,
            f"a condition has at most {LONGEST} characters, this one has {len(text)}",
            f"条件最多 {LONGEST} 个字符，此处有 {len(text)} 个",
        )
    try:
        _refuse_depth(text)
        return _LARK.parse(text, start=start)
    except UnexpectedInput as fault:
        raise _explained(text, fault) from None


def _refuse_depth(text: str) -> None:
    depth = 0
    for found in _BRACKET_OR_TEXT.finditer(text):
        depth += {"(": 1, ")": -1}.get(found.group(), 0)
        if depth > DEEPEST:
            raise ConditionFaulty(
                text,
                found.start() + 1,
                f"more than {DEEPEST} brackets within each other; split the condition into several checks",
                f"括号嵌套超过 {DEEPEST} 层；请拆成几个检查",
            )


def _explained(text: str, fault: UnexpectedInput) -> ConditionFaulty:
    stopped: int = getattr(fault, "pos_in_stream", None) or 0  # lark declares it as None alone
    if figure := condition_faults.figure_with_signs(text, stopped):
        return ConditionFaulty(text, stopped + 1, *figure)
    if isinstance(fault, UnexpectedCharacters):
        place: int = fault.pos_in_stream  # type: ignore[assignment]  # lark declares it as None alone
        sentences = condition_faults.unexpected_character(text[place])
        return ConditionFaulty(text, place + 1, *sentences, condition_faults.meant_by_character(text, place))
    if not isinstance(fault, UnexpectedToken):
        raise fault
    accepted = frozenset(fault.accepts or ())
    if fault.token.type == "$END":
        return ConditionFaulty(text, len(text.rstrip()) + 1, *condition_faults.too_early(text, accepted))
    place = fault.token.start_pos or 0
    former = text[:place].split()[-1:]
    sentences = condition_faults.unexpected_word(fault.token.value, fault.token.type, former, accepted)
    meant = condition_faults.meant_by_word(text, place, fault.token.value, accepted)
    return ConditionFaulty(text, place + 1, *sentences, meant)
