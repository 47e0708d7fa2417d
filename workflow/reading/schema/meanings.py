"""What each key means, in English and Chinese: what an editor shows beside it, and the reference for people says.

The words stand under the part that has the key; a part without a row of its own has that of the part it is built on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a key says. `default` is what holds where it is not written; empty where that is simply nothing.

    `must` says when it has to be written though the schema does not ask for it of every part. What is said here
    stands in the tables of definitions/README.md and README.zh.md, with its marks (`make reference` writes them).
    """

    en: str
    zh: str
    default: str = ""
    default_zh: str = ""
    must: str = ""
    must_zh: str = ""


_M = Meaning

MEANINGS: Mapping[str, Mapping[str, Meaning]] = {
    "TextPart": {
        "zh": _M("what people read, in Chinese", "给人看的中文名称"),
        "en": _M(
            "what people read, in English", "给人看的英文名称", "the name with blanks", "名字（以空格代替下划线）"
        ),
    },
    "Described": {
        "rules": _M("the rules of the procedure book that this part carries out", "这一部分执行的制度条款编号"),
        "note": _M("guidance that staff read", "给工作人员看的提示"),
        "accept": _M(
            "a warning of the check that you take upon yourself: the name of the check, and the reason",
            "检查提出的警告中，知情后仍接受的：检查的名称，以及理由",
        ),
    },
    "DefinitionFile": {
        "workflow": _M(
            "its name; a file with one workflow is called alike: `repair.yaml`",
            "流程的名字；文件里只有一个流程时，文件与它同名：`repair.yaml`",
        ),
        "extends": _M(
            "the one parent: its parts are taken over, those of the same name merge key by key, lists replace lists, "
            "`removed` takes a part away",
            "所继承的流程（只能一个）：它的各部分都带过来，同名的部分逐项合并，列表整个替换，写 `removed` 的去掉",
        ),
        "family": _M(
            "the classes of this matter, lightest first; tickets are opened here",
            "同一类事情的各个类别，由轻到重；工单从这里开立",
        ),
        "document": _M(
            "the header of the controlled document, see below",
            "受控文件的文件头，各项见下表",
        ),
        "calendar": _M("the calendar that says when people work", "使用哪个工作日历"),
        "accountable": _M(
            "the role that answers for a ticket when nobody holds it", "归口角色：工单没有人经办时由它负责"
        ),
        "followers": _M("told of every move", "每次流转都要通知的人", "nobody", "无"),
        "scope": _M(
            "`group`: the whole group has one of it, see below; otherwise `site`: each site has its own",
            "写 `group` 的全集团共有一份，见下文；不写即 `site`，各项目各有各的",
            "`site`",
            "`site`",
        ),
        "fields": _M("what is typed or worked out", "字段：要填写的或由系统算出的内容"),
        "states": _M("where a ticket can stand", "状态：工单可能处于的阶段"),
        "transitions": _M("the moves that people, or time, make", "流转：由人（或到时自动）进行的每一步"),
        "deadlines": _M("what has to be done in time", "时限：必须按时做完的事"),
        "reminders": _M("what comes because time has passed", "催办：时间一到就发出的提醒或自动的流转"),
        "recurring": _M("tickets that open by themselves, again and again", "周期工单：到时自动开立的工单"),
        "promises": _M("what the definition guarantees", "承诺：这个流程保证做到的事"),
    },
    "BaseFile": {
        "base": _M(
            "its name, by which definitions extend it; the file is called alike: `matter.yaml`",
            "通用部分的名字，流程用 extends 引用它；文件与它同名：`matter.yaml`",
        ),
    },
    "DocumentPart": {
        "number": _M("number of the document", "文件编号"),
        "version": _M("version of the document, quoted", "版本号，须加引号"),
        "issued_by": _M("who issues it", "发布部门"),
        "drafted": _M("when and by whom it was drafted", "拟稿日期与拟稿人"),
        "reviewed": _M("when and by whom it was reviewed", "审核日期与审核人"),
        "approved": _M("when and by whom it was approved", "批准日期与批准人"),
        "changes": _M("what has changed since the version before", "较上一版的修改"),
    },
    "AnyField": {
        "type": _M(
            "`text` `number` `money` `percent` `yes_no` `choice` `date` `datetime` `contact` `person` `department` "
            "`ticket` `register` `file` `list`",
            "字段类型：文字 text、数字 number、金额 money、百分比 percent、是否 yes_no、选项 choice、日期 date、"
            "日期时间 datetime、联系人 contact、人员 person、部门 department、工单 ticket、名册 register、文件 file、"
            "列表 list",
        ),
        "of": _M(
            "of a `choice`: its words; of a `list`: its columns, which are fields; of a `ticket`: the workflow that it "
            "must be of; of a `register`: which one",
            "choice：有哪些选项；list：有哪些列（每列也是一个字段）；ticket：须是哪个流程的工单；register：哪个名册",
            must="must, of these four types",
            must_zh="这四种类型必写",
        ),
        "in": _M("of a `ticket`: the states that it must be in", "ticket：所关联的工单须处于哪些状态", "any", "任意"),
        "same": _M(
            "of a `ticket`: fields; the newest earlier ticket that says the same in all of them is filled in by "
            "itself, see below",
            "ticket：若干字段；这些字段内容都相同的最近一张工单会自动填入，见下文",
        ),
        "min": _M("the least number; of a date, the earliest moment", "最小的数；日期则是最早的时刻"),
        "max": _M("the greatest number; of a date, the latest moment", "最大的数；日期则是最晚的时刻"),
        "min_length": _M("fewest characters", "最少字数"),
        "is": _M("worked out and never typed, see below", "由系统算出，不用填写，见下文", "typed", "手工填写"),
        "follows": _M(
            "set from a table when another field is filled; otherwise, or to correct it, typed",
            "另一个字段填写后，按对照表自动带出；表里没有的，或要更正的，可以手工填写",
            "typed",
            "手工填写",
        ),
        "confidential": _M(
            "the class of the secret; only those who work on the ticket read it",
            "保密类别；只有处理这张工单的人能看到内容",
            "open",
            "公开",
        ),
    },
    "StatePart": {
        "end": _M(
            "`true`: the ticket ends here, and nothing leaves this state",
            "写 `true` 表示工单到此结束，不能再离开这个状态",
            "open",
            "未结束",
        ),
        "responsible": _M("who must act", "由谁处理", "whoever may make its transitions", "能从这里流转的人"),
        "records": _M("the forms that are kept", "须保存的记录表单"),
        "guides": _M("the documents to follow", "须遵循的支持文件"),
        "approvals": _M("the steps of an approval, in order, see below", "审批的各步，依次进行，见下文"),
        "granted": _M(
            "the state after the last yes",
            "全部同意后进入的状态",
            must="must, with `approvals`",
            must_zh="有 `approvals` 时必写",
        ),
        "refused": _M(
            "the state after the first no",
            "有一人不同意后进入的状态",
            must="must, with `approvals`",
            must_zh="有 `approvals` 时必写",
        ),
    },
    "ApprovalPart": {
        "zh": _M("what the step is called, in Chinese", "这一步的中文名称"),
        "en": _M("what the step is called, in English", "这一步的英文名称"),
        "by": _M("who is asked: roles, people; one yes will do", "由谁审批：角色、人员；其中一人同意即可"),
        "not_by": _M("who of them may not answer", "其中谁不可以审批", "nobody", "无"),
        "if": _M(
            "a step whose condition is false when its turn comes is left out",
            "轮到这一步时条件不成立则跳过",
            "always",
            "总是",
        ),
        "for_each": _M(
            "a list: asked once for each row, in any order; `ROLE of LIST.COLUMN` and `LIST.COLUMN` are then "
            "those of the "
            "row",
            "列表：每行各审批一次，次序不限；`角色 of 列表.列` 和 `列表.列` 取该行的值",
            "asked once",
            "只审批一次",
        ),
        "rules": _M("the rules of the procedure book that it carries out", "所执行的制度条款编号"),
        "note": _M("guidance for staff", "给工作人员看的提示"),
    },
    "TransitionPart": {
        "from": _M(
            "states; `new` opens a ticket; `anywhere` is every open state",
            "从哪些状态出发；`new` 表示开单，`anywhere` 表示所有未结束的状态",
        ),
        "to": _M(
            "the state; `same` stays, and restarts nothing", "到哪个状态；`same` 表示留在原状态，什么都不重新开始"
        ),
        "by": _M("who may", "谁可以做"),
        "not_by": _M("who of them may not", "其中谁不可以做", "nobody", "无"),
        "fill": _M("must be typed now, however often the move is made", "这一步必须填写；每做一次都要重新填"),
        "may_fill": _M("may be typed now", "这一步可以填写"),
        "need": _M(
            "must be on file, typed now or earlier; `list` wants one row, `list.column` the column in every row",
            "必须已有内容，这一步填的或以前填的都算；写列表则至少要有一行，写 `列表.列` 则每行的这一列都要有",
        ),
        "checks": _M(
            "what else has to be right, see below",
            "还要满足的要求，见下文",
        ),
        "wait_for": _M(
            "children, by their workflow, and fields of type `ticket`: those tickets must have ended",
            "子工单（写流程名）或 `ticket` 字段：这些工单须先结束",
        ),
        "not_before": _M("the earliest moment", "最早什么时候可以做"),
        "at_most": _M(
            "how often in the ticket's life; of a row move, for each row",
            "一张工单从头到尾最多做几次；逐行流转则按每行计算",
            "any number",
            "不限",
        ),
        "open_children": _M(
            "on a move to an end: `wait` until all children have ended, or `cancel` those that are open",
            "结束工单时：`wait` 等所有子工单先结束，`cancel` 取消还没结束的子工单",
            "`wait`",
            "`wait`（等子工单先结束）",
        ),
        "become": _M(
            "another class of the family, see Families",
            "改为同一类别族的另一个类别，见“类别族”",
            "stays what it is",
            "不变",
        ),
    },
    "CheckPart": {
        "if": _M("asked only where this condition holds", "条件成立时才检查", "always", "总是"),
        "need": _M(
            "fields that must be on file", "必须已有内容的字段", must="this, or `must`", must_zh="与 `must` 至少写一项"
        ),
        "must": _M(
            "the condition that must hold; with it stand `zh` and `en`, the refusal that people read",
            "必须成立的条件；同时写 `zh` 和 `en`，即不通过时给人看的话",
            must="this, or `need`",
            must_zh="与 `need` 至少写一项",
        ),
        "zh": _M("what people read when it refuses, in Chinese", "不通过时给人看的话"),
        "en": _M("what people read when it refuses, in English", "不通过时给人看的英文"),
        "rules": _M("the rules of the procedure book that it carries out", "所执行的制度条款编号"),
    },
    "DeadlinePart": {
        "if": _M("counts only while this condition holds", "条件成立时才计时", "always", "总是"),
        "since": _M(
            "what starts the clock: transitions, states entered, date fields",
            "从什么时候起算：某个流转、进入某个状态、日期字段",
            "opening",
            "开单",
        ),
        "within": _M(
            "the limit, a duration",
            "时限，写时长",
            must="this, or `no_later_than`",
            must_zh="与 `no_later_than` 二选一",
        ),
        "no_later_than": _M(
            "the limit, a moment", "时限，写时刻", must="this, or `within`", must_zh="与 `within` 二选一"
        ),
        "replaced_by": _M("a date field: once filled, it is the limit", "日期字段：填写后即以它为时限"),
        "until": _M("what meets it: transitions, states entered", "做到什么就算完成：某个流转、进入某个状态"),
        "paused_in": _M(
            "states in which it does not count; a clock that starts in one starts paused",
            "在哪些状态下暂停计时；如果一开始就在这样的状态，则从暂停开始",
        ),
        "soon": _M(
            "what happens before the limit: entries, see below",
            "到期之前做什么：一项或几项，见下文",
        ),
        "late": _M(
            "what happens at the limit and after it: entries, see below",
            "到期时和到期以后做什么：一项或几项，见下文",
        ),
    },
    "LevelPart": {
        "if": _M("happens only where this condition holds", "条件成立时才执行", "always", "总是"),
        "rules": _M("the rules of the procedure book that it carries out", "所执行的制度条款编号"),
        "note": _M("guidance for staff", "给工作人员看的提示"),
        "accept": _M(
            "a warning of the check that is taken upon oneself, with the reason", "明知并接受的检查警告：检查编号: 理由"
        ),
    },
    "SoonPart": {
        "left": _M(
            "only in `soon`: how much is left, a duration or a percentage such as `25%`",
            "只用于 `soon`：还剩多少时间，写时长，或百分比如 `25%`",
        ),
    },
    "LatePart": {
        "late_by": _M(
            "only in `late`: how long after the limit", "只用于 `late`：超过时限多久", "at the limit", "到期时"
        ),
        "every": _M(
            "only in `late`: comes again, every so long after the first",
            "只用于 `late`：第一次之后每隔多久再来一次",
            "once",
            "只一次",
        ),
        "at": _M(
            "only in `late`: at this local time; needs `every` in days or working days",
            "只用于 `late`：在当地的这个时刻；`every` 须以天或工作日计",
            "when due",
            "到时即发",
        ),
    },
    "ReminderPart": {
        "if": _M("comes only while this condition holds", "条件成立时才催办", "always", "总是"),
        "since": _M(
            "as of a deadline, and `last move`: any transition, also one that stays; the latest of them counts",
            "从什么时候起算，写法同时限；`last move` 指任何一次流转，包括留在原状态的；以最近一次为准",
            "opening",
            "开单",
        ),
        "after": _M("when so long has passed", "过了多久之后", "at once", "立即"),
        "while": _M(
            "only in these states; `anywhere` is every open one", "只在这些状态下；`anywhere` 表示所有未结束的状态"
        ),
        "every": _M("again and again, every so long", "每隔多久再来一次", "once", "只一次"),
        "at": _M(
            "at this local time: the first comes when `after` is over, the following ones at `at`; needs `every` in "
            "days or working days",
            "在当地的这个时刻：第一次在 `after` 满时，以后都在 `at`；`every` 须以天或工作日计",
            "when due",
            "到时即发",
        ),
    },
    "PromisePart": {
        "someone_is_told_within": _M(
            "so long after entering the state, somebody has been told",
            "进入状态后多久之内，一定有人收到通知",
            must="one of these",
            must_zh="这几项中写一项",
        ),
        "never_silent_longer_than": _M(
            "at no time longer than this without anybody being told",
            "任何时候，没有人收到通知的时间都不超过多久",
            must="one of these",
            must_zh="这几项中写一项",
        ),
        "ended_or_told_within": _M(
            "so long after the opening, the ticket has ended or somebody has been told",
            "开单后多久之内，一定已经结束或有人收到通知",
            must="one of these",
            must_zh="这几项中写一项",
        ),
        "paused_at_most": _M(
            "all pauses together are no longer than this",
            "各次暂停合计不超过多久",
            must="one of these",
            must_zh="这几项中写一项",
        ),
        "in": _M("the open states for which it holds", "适用的未结束状态", "anywhere", "所有未结束的状态"),
        "rules": _M("the rules of the procedure book that it carries out", "所执行的制度条款编号"),
        "accept": _M(
            "`broken_promise` with the reason: it is published although it does not hold",
            "`broken_promise` 加理由：虽不成立，仍然发布",
        ),
    },
    "Effects": {
        "notify": _M("who is told", "通知谁"),
        "say": _M(
            "in which words, `zh` and `en`; otherwise they are written from the definition",
            "通知的话，写 `zh` 和 `en`；不写时由系统根据定义生成",
        ),
        "set": _M(
            "fields, and `priority` (`low` `normal` `high` `urgent`) or `accountable`",
            "设定字段，以及优先级 `priority`（`low` `normal` `high` `urgent`）或归口 `accountable`",
        ),
        "assign": _M("who holds the ticket now", "此后由谁经办", "unchanged", "不变"),
        "open": _M(
            "one or several children, see below: tickets of their own that belong to this one",
            "开立子工单，见下文：属于本工单的、独立的工单",
        ),
        "move": _M(
            "a transition that is made now, by nobody: its `by` lists `clock`, and it has no `fill`",
            "此时自动进行的流转：它的 `by` 须列有 `clock`，而且没有 `fill`",
        ),
        "ask_for": _M(
            "puts this transition on the list of those who are told; they must be able to make it",
            "请收到通知的人做这个流转（列入他们的待办）；他们必须有权做",
        ),
    },
    "OpenPart": {
        "workflow": _M(
            "what is opened, by its first transition `from: new`, as the newest published says; of a family its head",
            "开立哪个流程的工单：用它的第一个 `from: new` 流转，按最新发布的版本；分类别的，写类别族的首个流程",
        ),
        "for_each": _M("a list: one for each of its rows", "列表：每行开立一个", "one", "一个"),
        "if": _M(
            "only while this condition holds; it may ask about `LIST.COLUMN`, the value of that row",
            "条件成立时才开立；可以用 `列表.列` 取该行的值",
            "always",
            "总是",
        ),
        "set": _M("fields of the child", "子工单的字段"),
    },
    "SchedulePart": {
        "every": _M(
            "one in each `shift`, `day`, `week`, `month`, `quarter`, `year`, or public `holiday` (a run of days "
            "is one)",
            "每班 `shift`、每天 `day`、每周 `week`、每月 `month`、每季 `quarter`、每年 `year` 一次，"
            "或每个法定节假日 `holiday` 一次（连休算一个）",
        ),
        "for_each": _M(
            "one for each entry of a register, which fills the field of that register",
            "名册中每个条目开一个，并填入该名册的字段",
            "one per site",
            "每个项目一个",
        ),
        "if": _M(
            "only for entries for which this condition holds; it asks about `REGISTER.COLUMN`",
            "只为条件成立的条目开立；条件用 `名册.栏目`",
            "every entry",
            "每个条目",
        ),
        "due": _M(
            "the day on which it is due, as below, with or without a time (`friday 17:30`); of a `shift` none "
            "is written",
            "何日到期，可带时刻，例如 `周五 17:30`；`shift` 不写",
            "its last day; of a shift its end",
            "周期的最后一天；班次则为交班时",
        ),
        "opens": _M(
            "how long before it is due it is opened: `45 days before`, `提前3个工作日`; also before the period begins",
            "到期前多久开立：`提前3个工作日`；也可早于周期开始",
            "with the period",
            "周期开始时",
        ),
        "set": _M(
            "what the form is filled in with; of dates also `due` and distances from it",
            "开单时填入的内容；日期可写 `due` 及与它的间隔",
        ),
    },
    "CalendarFile": {
        "calendar": _M("its name", "日历名"),
        "zh": _M("what people read, in Chinese", "给人看的中文名称"),
        "en": _M("what people read, in English", "给人看的英文名称"),
        "extends": _M(
            "one parent: hours merge by weekday, own dates by date, other keys replace",
            "唯一的上级日历：时间按星期合并，日期逐日合并，其他键整体替换",
        ),
        "zone": _M(
            "the local time, such as `Asia/Shanghai`",
            "时区，例如 `Asia/Shanghai`",
            must="must, here or in a parent",
            must_zh="必写（可由上级日历给出）",
        ),
        "country": _M("`CN`: public holidays and make-up working days (调休)", "`CN`：法定节假日与调休"),
        "holidays": _M(
            "what a public holiday does to the opening hours: `closed`, or `as usual`",
            "法定节假日的开放时间：`closed` 关闭，`as usual` 照常",
            "`closed`",
            "`closed`",
        ),
        "hours": _M(
            "openings by `monday` … `sunday`, `weekdays`, `weekends`, `every day`; `closed`; an opening may run past "
            "midnight",
            "开放时间：`monday` … `sunday`、`weekdays`、`weekends`、`every day`；不开放写 `closed`；可以过夜",
            must="must, here or in a parent",
            must_zh="必写（可由上级日历给出）",
        ),
        "working_days": _M("the working week", "每周的工作日", "Monday to Friday", "周一至周五"),
        "closed": _M("own rest days: dates, or dates with reasons", "自定休息日：日期，或日期与原因"),
        "open": _M("own working days: dates, or dates with reasons", "自定工作日：日期，或日期与原因"),
        "dates": _M("dates with hours of their own", "另有开放时间的日期"),
        "shifts": _M(
            "names and times of the shifts, which begin on every date; past midnight and with gaps, but never "
            "two at once",
            "各班次的名称与时间，每天开始；可以过夜、可以有间隔，但不能重叠",
        ),
    },
    "RegisterFile": {
        "register": _M("its name", "名册名"),
        "columns": _M(
            "what an entry has beside its key, its name, its site and the time in which it holds: fields of the "
            "types "
            "`text` `contact` `number` `money` `percent` `yes_no` `choice` `date` `datetime`, any of which may "
            "stay empty",
            "条目除编号、名称、项目和有效期以外的栏目，都可以空着；类型可以是 `text` `contact` `number` "
            "`money` `percent` `yes_no` `choice` `date` `datetime`",
        ),
        "kept_by": _M(
            "the roles of the site or the group that may write entries; only they read columns that are `confidential`",
            "可以维护条目的角色（项目或集团的）；保密的栏目只有他们能看",
            "whoever has the command line",
            "使用命令行的人",
        ),
        "rules": _M("the rules of the procedure book that it carries out", "所执行的制度条款编号"),
        "note": _M("guidance for staff", "给工作人员看的提示"),
    },
    "ScenarioFile": {
        "scenario": _M("its name, of which its workflow has only one", "情景的名字；同一流程的情景不能重名"),
        "workflow": _M("what is opened; of a family the head", "开立哪个流程的工单；有类别族时写首个流程"),
        "generated": _M(
            "`true`: written by `duban test --generate`, which may write it anew; delete the line to make it your own",
            "`true`：由 `duban test --generate` 写出，以后可能被它重写；删掉这一行，就归您自己维护",
            "`false`",
            "`false`",
        ),
        "rules": _M("the rules of the procedure book that it shows", "所体现的制度条款编号"),
        "note": _M("what its readers should know", "给读者的说明"),
        "given": _M("how things are before the first step", "开始之前的情况"),
        "steps": _M("what happens, and what is expected, in order", "依次发生的事和期望的结果"),
    },
    "GivenPart": {
        "at": _M(
            "when the story begins, in the time of the calendar, or with an offset: `2026-10-25 02:30+01:00`",
            "故事开始的时刻，按日历的当地时间；也可以带时差：`2026-10-25 02:30+01:00`",
        ),
        "calendar": _M("the site's own calendar", "项目自己的日历", "that of the definition", "流程的日历"),
        "people": _M(
            "people by name, each with the roles that they hold: `li: [staff of operations, storekeeper]`",
            "人员，以及各自担任的角色：`li: [staff of operations, storekeeper]`",
        ),
        "tickets": _M("other tickets by number, for fields that name one", "其他工单（按编号），供关联工单的字段填写"),
        "entries": _M(
            "what entries of registers say, by register and key: `parties: {b101: {class: anchor}}`",
            "名册条目各栏目的内容，按名册和条目编号：`parties: {b101: {class: anchor}}`",
        ),
        "totals": _M(
            "sums over other tickets, by what stands in the brackets of `total( )`",
            "其他工单的合计，名字写 `total( )` 括号里的内容",
            "0",
            "0",
        ),
    },
    "GivenTicketPart": {
        "workflow": _M("the workflow of that ticket", "那张工单的流程"),
        "state": _M("the state in which it stands all the time", "那张工单一直所处的状态"),
        "fields": _M(
            "what its fields say, by which it is found where a field says `same`; of several the last is the newest",
            "它的字段内容，供写有 `same` 的字段查找；有几张时，排在最后的最新",
        ),
    },
    "StepPart": {
        "do": _M(
            "somebody makes this transition; the first one opens the ticket",
            "有人办理这个流转；第一个流转开立工单",
            must="one of these five",
            must_zh="这五项中写一项",
        ),
        "recurring": _M(
            "the clock opens the next ticket of this entry of `recurring`, as soon as its time has come",
            "到时由系统开立这一项周期工单的下一张",
            must="one of these five",
            must_zh="这五项中写一项",
        ),
        "wait": _M(
            "time passes, and what is due comes when it is due: a duration, or `until 2026-10-08 09:00`",
            "时间过去，到时的事按时发生：时长，或 `until 2026-10-08 09:00`",
            must="one of these five",
            must_zh="这五项中写一项",
        ),
        "down": _M(
            "the service is down: what was due comes when it is back, each in its turn, and repeats only once",
            "系统停机：停机期间到时的，恢复后依次补上，反复提醒的只补一次",
            must="one of these five",
            must_zh="这五项中写一项",
        ),
        "expect": _M(
            "how things are expected to stand now",
            "此时期望的结果",
            must="one of these five",
            must_zh="这五项中写一项",
        ),
        "by": _M(
            "who does it: a role (`head of operations`), somebody of `people`, `anyone`, or `clock`",
            "谁来办理：角色（`head of operations`）、`people` 里的人、`anyone` 或 `clock`",
            must="with `do`",
            must_zh="写 `do` 时必写",
        ),
        "fill": _M(
            "what is typed, by field; of a child `WORKFLOW.FIELD`", "填写的内容，按字段；子工单的写 `流程.字段`"
        ),
        "row": _M("the row that it is about, from 1", "针对第几行，从 1 起"),
        "refused": _M(
            "the move is refused, for exactly these reasons: their codes, or the text of a check",
            "流转被拒绝，原因恰好是这些：代码，或检查的文字",
            "it is made",
            "办理成功",
        ),
        "party": _M(
            "the entry of the register for which it is opened, where the schedule says `for_each`",
            "为名册的哪个条目开立（周期工单写有 `for_each` 时）",
        ),
        "ticket": _M(
            "the child that a `do` or `expect` is about, as `corrective-action 2`: the second that was opened",
            "`do` 或 `expect` 针对哪张子工单，例如 `corrective-action 2`：第二张开立的",
            "the ticket itself",
            "工单本身",
        ),
    },
    "DownPart": {
        "from": _M("when it goes down", "何时停机", "now", "此时"),
        "to": _M("when it is back", "何时恢复"),
    },
    "ExpectPart": {
        "state": _M("the state", "状态"),
        "workflow": _M("what the ticket has become", "工单现在属于哪个流程"),
        "ended": _M("whether it has ended", "是否已结束"),
        "due": _M(
            "every limit that runs, by deadline: when it is up, or `paused`; `none` if none runs",
            "所有正在计时的时限：到期时刻，或 `paused`（暂停中）；没有写 `none`",
        ),
        "late": _M("every deadline that was missed up to now, or `none`", "到此时为止逾期过的所有时限；没有写 `none`"),
        "told": _M(
            "everything that anybody was told since this was last expected, in order, nothing more and nothing less; "
            "or `nobody`",
            "自上次写 `told` 以来的全部通知，依次写出，不多也不少；没有写 `nobody`",
        ),
        "allowed": _M(
            "by person or role, all the moves that could be made now, but for what is to be typed; or `none`",
            "某人或某角色此时可办理的全部流转（尚未填写的不计）；没有写 `none`",
        ),
        "fields": _M("what these fields say", "这些字段的值"),
        "empty": _M("fields without a value", "没有值的字段"),
        "hidden": _M(
            "by person or role, all the filled fields whose value he may not read (of a list `LIST.COLUMN`); or `none`",
            "某人或某角色看不到其内容的全部已填字段（列表写 `LIST.COLUMN`）；没有写 `none`",
        ),
        "priority": _M("the priority", "优先级"),
        "assignee": _M("who holds it, or `nobody`", "经办人；没有写 `nobody`"),
        "children": _M("how many children are open, by workflow, or `none`", "各流程未结束的子工单数；没有写 `none`"),
    },
    "ToldPart": {
        "who": _M("who is told: roles, or people", "通知谁：角色或人员"),
        "about": _M(
            "about what: a transition, a state that was entered, a reminder, a level as `pick_up late 2`, "
            "`resume refused`, `corrective-action 1 ended`",
            "关于什么：流转、进入的状态、催办、时限的某一层 `pick_up late 2`、`resume refused`、"
            "`corrective-action 1 ended`",
            "not asked",
            "不核对",
        ),
        "at": _M(
            "when; after a `down` it is when the service is back",
            "何时；`down` 之后是系统恢复之时",
            "not asked",
            "不核对",
        ),
        "ask_for": _M("which transition is asked of them", "请对方办理哪个流转", "not asked", "不核对"),
        "merged": _M(
            "how many missed repeats it stands for beside itself", "另外合并了几次错过的提醒", "not asked", "不核对"
        ),
        "ticket": _M("the child that it is about", "关于哪张子工单", "the ticket itself", "工单本身"),
    },
    "ProcedureBookFile": {
        "procedure_book": _M("its name", "它的名字"),
        "documents": _M("the documents from which rules are taken, by name", "条款出自哪些文件，各有一个名字"),
        "rules": _M(
            "the rules by their ids; `rules` anywhere else names these", "条款，按编号；别处的 `rules` 写的就是这些编号"
        ),
        "forms": _M(
            "the forms by their ids; `records` names these, and people read what they are called",
            "表单，按编号；`records` 写的就是这些编号，给人看的是表单的名称",
        ),
    },
    "RulePart": {
        "grade": _M(
            "`number`: it has a number; `firm`: it has none and holds; `soft`: a duty that nothing could measure",
            "`number` 有数字的条款；`firm` 没有数字的硬性条款；`soft` 无从衡量的软性要求",
        ),
        "source": _M("the document that says so, one of `documents`", "出自哪个文件：`documents` 中的一个"),
        "section": _M("where in that document", "在该文件的哪一节"),
        "outside": _M(
            "why no ticket carries it out; such a rule is not missed", "为什么不由工单执行；这样的条款不算缺少"
        ),
        "see": _M(
            "the rules that carry it out, for one that only points to them", "本条只是指向别的条款时，由哪些条款执行"
        ),
    },
    "FormPart": {
        "source": _M("the document that asks for it, one of `documents`", "哪个文件要求的：`documents` 中的一个"),
        "section": _M("where in that document", "在该文件的哪一节"),
    },
    "RolesFile": {
        "departments": _M("the departments, by name", "部门"),
        "roles": _M("the roles, by name", "角色"),
    },
    "RolePart": {
        "scope": _M(
            "`group`: one for all sites; `site`; `department`: one in each department, written `head of FIELD`",
            "`group` 全集团一个；`site` 每个项目一个；`department` 每个部门一个，写作 `head of 字段`",
        ),
        "falls_back_to": _M(
            "the role that answers where nobody holds this one",
            "没有人担任时，由哪个角色代替",
            "`duty_manager`",
            "`duty_manager`",
        ),
    },
}
"""By the class of the part, and its key as it is written."""


def meaning_of(part: type, key: str) -> Meaning | None:
    """What a key of a part means; None if nobody has said so."""
    for kind in part.__mro__:
        found = MEANINGS.get(kind.__name__, {}).get(key)
        if found is not None:
            return found
    return None
