"""Requests on their way: from which of its bytes on one can be begun."""

from __future__ import annotations

import socket

import pytest

from service.arriving import LOOKED_AT, begins, missing

HEAD = b"POST /api HTTP/1.1\r\nHost: here\r\n"


@pytest.mark.parametrize(
    ("seen", "enough"),
    [
        (b"P", False),
        (HEAD, False),
        (HEAD + b"\r\n", True),
        (HEAD + b"Content-Length: 3\r\n\r\n", False),
        (HEAD + b"content-length:3\r\n\r\nab", False),
        (HEAD + b"Content-Length: 3\r\n\r\nabc", True),
        (HEAD + b"Content-Length: 0\r\n\r\n", True),
        (HEAD + b"Content-Length: many\r\n\r\n", True),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", True),
        (HEAD + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n", True),
        (HEAD + b"X-Text: a\r\n\r\nContent-Length: 3\r\n\r\n", True),
        (HEAD + b"X" * LOOKED_AT, True),
        ((HEAD + b"Content-Length: 9999999\r\n\r\n" + b"x" * LOOKED_AT)[:LOOKED_AT], True),
        ((HEAD + b"Content-Length: 9999999\r\n\r\n" + b"x" * LOOKED_AT)[: LOOKED_AT - 1], False),
    ],
)
def test_a_request_is_begun_once_it_is_there(seen: bytes, enough: bool) -> None:
    assert begins(seen) is enough


def test_what_has_come_is_left_where_it_is() -> None:
    client, server = socket.socketpair()
    with client, server:
        assert missing(server) == 0
        client.sendall(HEAD)
        assert missing(server) == len(HEAD)
        client.sendall(b"\r\n")
        assert missing(server) is None
        assert server.recv(1000) == HEAD + b"\r\n"
        client.shutdown(socket.SHUT_WR)
        assert missing(server) is None
