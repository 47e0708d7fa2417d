"""Requests on their way: whether one has come far enough to be begun, so that whoever sends slowly keeps nobody busy.

What has come is looked at and left where it is.
"""

from __future__ import annotations

import re
import socket

LOOKED_AT = 16 * 1024
"""How many bytes of a request are waited for at most: one that is larger is begun when so much of it is there."""

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
_EXPECTED = re.compile(rb"\r\nexpect:", re.IGNORECASE)


def missing(connection: socket.socket) -> int | None:
    """How many bytes there are of a request whose rest is still on its way; None if it can be begun.

    A connection that was closed can be begun: whoever reads from it sees that.
    """
    try:
        # Not as this kind of socket receives: one that gives up whoever pauses would do so here.
        seen = socket.socket.recv(connection, LOOKED_AT, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return 0
    except OSError:
        return None
    return None if not seen or begins(seen) else len(seen)


def begins(seen: bytes) -> bool:
    """Whether these first bytes of a request are enough to begin it."""
    if len(seen) >= LOOKED_AT:
        return True
    head, end, body = seen.partition(b"\r\n\r\n")
    if not end:
        return False
    head += b"\r\n"
    length = _LENGTH.search(head)
    if length is None or _EXPECTED.search(head):  # of unknown length, or it comes only once it is asked for
        return True
    return len(body) >= min(int(length[1]), LOOKED_AT - len(head) - 2)


def wake_for_more(connection: socket.socket, than: int) -> None:
    """Have the system call a connection readable only once there are more bytes than so many."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, than + 1)
