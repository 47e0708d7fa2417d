"""What notices say: a text that everybody may read, without the values of fields."""

from __future__ import annotations

import re

from workflow.definition import Text
from workflow.reading.checks.draft import Draft, Found, fault

_IN_BRACES = re.compile(r"\{\s*([^{}]*?)\s*\}")


def field_in_notice(draft: Draft) -> Found:
    """A `say` that names a field in braces: notices carry no values, least of all confidential ones."""
    fields = draft.definition.fields
    for path, effects in draft.effects():
        for lang, text in _texts(effects.say):
            for found in _IN_BRACES.finditer(text):
                where = (*path, "say", lang) if draft.node.find((*path, "say", lang)) else (*path, "say")
                name = found[1]
                field = fields.get(name)
                if field is not None and field.confidential:
                    why = f"{name} is confidential, and notices are read by everybody who is told"
                    why_zh = f"{name} 是保密字段，而收到通知的人都会看到内容"
                else:
                    why = f"a notice says its text as it stands and puts nothing in the place of {found.group()}"
                    why_zh = f"通知按原文显示，不会把 {found.group()} 换成内容"
                yield fault(
                    where,
                    "field_in_notice",
                    f"{why}; take it away, the ticket is named beside the text",
                    f"{why_zh}；请去掉，通知旁会注明工单",
                )
                break


def _texts(say: Text | None) -> list[tuple[str, str]]:
    if say is None:
        return []
    return [("en", say.en), *([("zh", say.zh)] if say.zh and say.zh != say.en else [])]
