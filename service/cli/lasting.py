"""How long something lasts or has lasted, for people."""

from __future__ import annotations

import datetime as dt

from service.cli.speaking import say

_UNITS = ((86_400, " d", "天"), (3_600, " h", "小时"), (60, " min", "分钟"))


def lasting(amount: dt.timedelta) -> str:
    """An amount of time in the two largest units that say something."""
    rest, parts = int(amount.total_seconds()), []
    for seconds, en, zh in _UNITS:
        number, rest = divmod(rest, seconds)
        if number:
            parts.append(f"{number}{say(en, zh)}")
    return say(" ", "").join(parts[:2]) or say("less than a minute", "不到1分钟")
