"""Sends requests over several connections that stay open, as fast as they are answered, and notes how long each took.

A process of its own that is told what to send, one line of JSON for each burst, and says what came of it. All
connections are served by one thread that only writes bytes which were put together before, and reads the answer up to
its end: what it costs by itself is said beside every figure.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

SECONDS = 120
"""How long a burst may take at most."""


@dataclass(slots=True)
class Line:
    """One connection, and what it is waiting for."""

    socket: socket.socket
    sent_at: float = 0.0
    answer: bytearray = field(default_factory=bytearray)
    length: int = -1


def burst(port: int, requests: list[bytes], connections: int) -> dict[str, Any]:
    """Sends all requests; latencies in milliseconds, in the order of the answers."""
    waiting = deque(requests)
    statuses: Counter[str] = Counter()
    latencies: list[float] = []
    chosen = selectors.DefaultSelector()
    lines = [Line(socket.create_connection(("127.0.0.1", port), 10)) for _ in range(min(connections, len(requests)))]
    processor, start = time.process_time(), time.perf_counter()
    for line in lines:
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chosen.register(line.socket, selectors.EVENT_READ, line)
        _send(line, waiting.popleft())
    until = start + SECONDS
    while len(latencies) < len(requests):
        ready = chosen.select(max(0.0, until - time.perf_counter()))
        if not ready:
            raise TimeoutError(f"{len(requests) - len(latencies)} requests were not answered within {SECONDS} s")
        for key, _ in ready:
            line = key.data
            status = _read(line)
            if status is None:
                continue
            latencies.append((time.perf_counter() - line.sent_at) * 1000)
            statuses[status] += 1
            if waiting:
                _send(line, waiting.popleft())
    seconds, spent = time.perf_counter() - start, time.process_time() - processor
    for line in lines:
        line.socket.close()
    return {"seconds": seconds, "processor": spent, "latencies": latencies, "statuses": statuses}


def _send(line: Line, request: bytes) -> None:
    line.answer.clear()
    line.length = -1
    line.sent_at = time.perf_counter()
    line.socket.sendall(request)


def _read(line: Line) -> str | None:
    """The status of an answer that has come to its end."""
    received = line.socket.recv(65536)
    if not received:
        raise ConnectionError("the server has closed a connection that was to stay open")
    line.answer += received
    if line.length < 0:
        head = line.answer.find(b"\r\n\r\n")
        if head < 0:
            return None
        for name in bytes(line.answer[:head]).lower().split(b"\r\n"):
            if name.startswith(b"content-length:"):
                line.length = head + 4 + int(name.partition(b":")[2])
        if line.length < 0:
            raise ValueError(f"an answer without a length: {bytes(line.answer[:head])!r}")
    return line.answer[9:12].decode() if len(line.answer) >= line.length else None


def post(path: str, body: object, token: str) -> bytes:
    """A request, put together."""
    content = json.dumps(body, ensure_ascii=False).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nAccept: */*\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def get(path: str, token: str) -> bytes:
    """A request for a page; without a token for one that everybody may see."""
    signed = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{signed}Accept: */*\r\n\r\n".encode()


def main() -> None:
    for line in sys.stdin:
        told = json.loads(line)
        if "get" in told:
            requests = [get(told["get"], told.get("token", ""))] * told["times"]
        else:
            requests = [
                post(f"/api/v1/tickets/{number}/transitions", told["body"], told["token"]) for number in told["numbers"]
            ]
        answer = burst(told["port"], requests, told["connections"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
