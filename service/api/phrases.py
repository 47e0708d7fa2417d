"""What is said of a request that is refused, in Chinese: titles, details, and what a schema says of each member.

The English is the errors' own; whatever has no Chinese here is told in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from workflow.definition import Text

TITLES: Mapping[str, Text] = {
    "not_signed_in": Text("not signed in", "未登录"),
    "ticket_unknown": Text("ticket unknown", "没有此工单"),
    "not_there": Text("not there", "不存在"),
    "not_known": Text("not known", "不存在"),
    "file_unknown": Text("file unknown", "没有此文件"),
    "file_too_large": Text("file too large", "文件过大"),
    "file_refused": Text("file refused", "不能上传"),
    "not_a_form": Text("not a form", "不是表单"),
    "register_entry_unknown": Text("entry unknown", "没有此条目"),
    "register_entry_stale": Text("entry stale", "条目已有变动"),
    "register_entry_faulty": Text("entry faulty", "条目有误"),
    "already_there": Text("already there", "已存在"),
    "has_left": Text("has left", "已离职"),
    "nobody_takes_over": Text("nobody takes over", "无人接手"),
    "takes_over_himself": Text("takes over from himself", "接手人即经办人"),
    "not_kept": Text("not yours to keep", "无权维护"),
    "revision_unknown": Text("revision unknown", "没有此版本"),
    "version_stale": Text("version stale", "工单已有变动"),
    "changed_meanwhile": Text("changed meanwhile", "工单刚刚被改动"),
    "ticket_unsettled": Text("ticket unsettled", "到期事项无法处理"),
    "ticket_unreadable": Text("ticket unreadable", "工单无法读取"),
    "being_answered": Text("being answered", "相同请求正在处理"),
    "not_json": Text("not JSON", "不是 JSON"),
    "address_faulty": Text("address faulty", "地址有误"),
    "json_faulty": Text("JSON faulty", "JSON 有误"),
    "parameter_faulty": Text("parameter faulty", "参数有误"),
    "idempotency_key_faulty": Text("idempotency key faulty", "Idempotency-Key 有误"),
    "idempotency_key_reused": Text("idempotency key reused", "Idempotency-Key 已用过"),
    "site_unknown": Text("site unknown", "没有此项目"),
    "workflow_unknown": Text("workflow unknown", "没有此流程"),
    "refused": Text("refused", "不能办理"),
    "definition_faulty": Text("definition faulty", "流程定义有误"),
    "nothing_published": Text("nothing published", "尚未发布流程"),
    "database_unavailable": Text("database unavailable", "数据库不可用"),
    "body_faulty": Text("body faulty", "请求正文有误"),
    "query_faulty": Text("query faulty", "查询参数有误"),
    "not_found": Text("not found", "没有此地址"),
    "method_not_allowed": Text("method not allowed", "不支持此方法"),
    "request_entity_too_large": Text("request entity too large", "请求正文过大"),
    "internal_error": Text("internal error", "内部错误"),
}

WHAT = {"definition": "流程定义", "revision": "版本", "notice": "通知", "site": "项目", "person": "人员"}


def title(code: str, lang: str) -> str:
    """What a problem is called; one that is not foreseen by its code."""
    return TITLES.get(code, Text(code.replace("_", " "))).read(lang)


def detail(error: Exception, code: str, lang: str) -> str:
    """What is wrong, in a sentence."""
    said, text = CHINESE.get(code), getattr(error, "text", None)
    if lang == "zh" and said is not None:
        return said(error)
    return text.read(lang) if isinstance(text, Text) else str(error)


def _all(names: Any) -> str:
    return "、".join(names) or "无"


def _workflow(error: Any) -> str:
    if error.head:
        return (
            f"“{error.workflow}”是“{error.head}”的一个类别，请以“{error.head}”开单；可开单的流程：{_all(error.known)}。"
        )
    return f"没有流程“{error.workflow}”；可开单的流程：{_all(error.known)}。"


CHINESE: Mapping[str, Callable[[Any], str]] = {
    "not_signed_in": lambda _: "请发送 Authorization: Bearer 令牌；令牌须未撤销、未过期。",
    "file_unknown": lambda error: f"没有您可以打开的文件“{error.file}”。",
    "ticket_unknown": lambda error: f"没有您可以查看的工单“{error.number}”。",
    "not_there": lambda error: f"没有{WHAT.get(error.what, error.what)}“{error.name}”；现有：{_all(error.accepted)}。",
    "version_stale": lambda error: (
        f"工单 {error.number} 现为版本 {error.version}，不是 {error.expected}：其间已有人改动，请重新查看。"
    ),
    "changed_meanwhile": lambda _: "工单刚刚被他人改动，请重新查看后再试。",
    "ticket_unsettled": lambda error: (
        f"工单 {error.number} 的到期事项无法处理，暂不能办理；系统会通知值班经理，处理好后请再试。"
    ),
    "ticket_unreadable": lambda error: error.text.read("zh"),
    "being_answered": lambda _: "相同的请求正在处理，请稍后再试。",
    "not_a_form": lambda _: "请以表单（multipart/form-data）上传，文件放在名为 file 的部分：curl -F file=@report.pdf。",
    "not_json": lambda _: "请以 JSON 发送正文，并写明 Content-Type: application/json。",
    "address_faulty": lambda error: f"地址及其参数中不得有 NUL 字符或半个代理对；此处有：{error.where}。",
    "json_faulty": lambda error: f"正文不是可读的 JSON：{error.why}。",
    "parameter_faulty": lambda error: f"参数“{error.name}”有误；应为：{error.accepted}。",
    "idempotency_key_faulty": lambda _: "Idempotency-Key 应为 1 至 255 个可见 ASCII 字符。",
    "idempotency_key_reused": lambda _: "此 Idempotency-Key 已用于另一请求；新请求请用新的值。",
    "site_unknown": lambda error: f"没有项目“{error.site}”；现有：{_all(error.known)}。",
    "workflow_unknown": _workflow,
    "nothing_published": lambda _: "尚未发布任何流程定义。",
    "database_unavailable": lambda _: "数据库暂不可用，请稍后再试。",
}

_OF_SCHEMA: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        (r"Missing data for required field\.", "请填写此项。"),
        (r"Field may not be null\.", "此项不能为空。"),
        (r"Unknown field\.", "没有此项。"),
        (r"Not a valid string\.", "应为文字。"),
        (r"Not a valid integer\.", "应为整数。"),
        (r"Not a valid number\.", "应为数字。"),
        (r"Not a valid boolean\.", "应为 true 或 false。"),
        (r"Not a valid mapping type\.", "应为对象。"),
        (r"Not a valid list\.", "应为列表。"),
        (r"Invalid input type\.", "应为对象。"),
        (r"May be there once only\.", "只能出现一次。"),
        (r"Must be one of: (.*)\.", r"应为以下之一：\1。"),
        (r"Length must be between (\d+) and (\d+)\.", r"长度应为 \1 至 \2 个字符。"),
        (r"Shorter than minimum length (\d+)\.", r"至少 \1 个字符。"),
        (r"Longer than maximum length (\d+)\.", r"最多 \1 个字符。"),
        (r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.", r"应为 \1 至 \2。"),
        (r"Must be greater than or equal to (\S+)\.", r"不小于 \1。"),
        (r"Must be less than or equal to (\S+)\.", r"不大于 \1。"),
    )
)


def of_schema(message: str, lang: str) -> str:
    """What a schema says of a member."""
    if lang == "zh":
        for pattern, chinese in _OF_SCHEMA:
            if pattern.fullmatch(message):
                return pattern.sub(chinese, message)
    return message
