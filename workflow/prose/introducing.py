"""What comes first: the document, the working time, who answers for a ticket, who is told of every move, the family."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.definition import Text
from workflow.prose.document import Paragraph, Path, Sentence
from workflow.prose.people import people
from workflow.prose.voice import Voice

_DOCUMENT = {
    "number": Text("document", "文件编号"),
    "version": Text("version", "版本"),
    "issued_by": Text("issued by", "发布部门"),
    "drafted": Text("drafted", "拟稿"),
    "reviewed": Text("reviewed", "审核"),
    "approved": Text("approved", "批准"),
    "changes": Text("changes", "修改"),
}


def introduction(voice: Voice) -> Iterator[Paragraph]:
    """A paragraph for each thing that holds for every ticket."""
    for said in (*_header(voice), *_duties(voice), *_family(voice)):
        yield Paragraph(path=said.path, sentences=(said,))
    if voice.definition.note:
        yield Paragraph(path=("note",), sentences=(voice.note(voice.definition.note, ()),))


def _header(voice: Voice) -> Iterator[Sentence]:
    document = voice.definition.document
    if document:
        parts = [
            voice.say(f"{title.en} {document[key]}", f"{title.read('zh')}：{document[key]}")
            for key, title in _DOCUMENT.items()
            if key in document
        ]
        yield voice.ended(voice.say(", ", "；").join(parts), ("document",))


def _duties(voice: Voice) -> Iterator[Sentence]:
    definition, calendar = voice.definition, voice.around.calendar
    path: Path = ("calendar",)
    if calendar is not None and calendar.name == definition.calendar:
        called = f"{voice.quoted(calendar.read(voice.lang))} ({calendar.zone})"
        called_zh = f"{voice.quoted(calendar.read(voice.lang))}（{calendar.zone}）"
    else:
        called = called_zh = voice.quoted(definition.calendar)
    yield voice.sentence(
        f"working days and working hours are those of the calendar {called}, or of the site's own",
        f"工作日和工作时间按日历{called_zh}计算，项目另有日历的按项目的日历",
        path,
    )
    role = voice.role(definition.accountable)
    yield voice.sentence(
        f"{role} answers for every ticket that nobody else holds", f"无人经办的工单由{role}归口负责", ("accountable",)
    )
    if definition.of_group:
        yield voice.sentence(
            "the whole group has one of it: what opens by itself opens once for all, and tickets of every site may "
            "name it",
            "全集团共有一份：到时自动开立的只开立一份，各项目的工单都可以引用",
            ("scope",),
        )
    if definition.followers:
        followers = people(definition.followers, voice)
        yield voice.sentence(
            f"{followers.text} {followers.are} told of every move", f"每次流转都通知{followers.text}", ("followers",)
        )


def _family(voice: Voice) -> Iterator[Sentence]:
    """The classes of a head; of a class, whose it is and where it stands among the others."""
    definition = voice.definition
    path: Path = ("family",)
    if definition.family:
        classes = voice.say(", ", "、").join(map(voice.workflow, definition.family))
        yield voice.sentence(
            f"tickets are opened here and become one of these classes, the lightest first: {classes}",
            f"工单在此开立，之后转为以下类别之一（由轻到重）：{classes}",
            path,
        )
    if definition.head is not None:
        head = voice.workflow(definition.head)
        yield voice.sentence(
            f"this is one of the classes of {head}, number {definition.rank} from the lightest: "
            f"a ticket is opened as {head} and becomes this",
            f"本流程是{head}由轻到重的第{definition.rank}类：工单以{head}开立，之后转为本类",
            path,
        )
