"""A bad network between mien and any server: real TCP on loopback that passes requests on, or spoils them.

    with serving(Faulty("127.0.0.1", port)) as net:        # MPD's protocol: Faulty(…, speaks="mpd")
        ... let a provider talk to net.url (net.port) ...
        net.plan = one(Fault("truncated", after=True), at=2)  # the third request from now
        net.down()                                         # nobody listens: connection refused
        net.count                                          # requests that were passed on or spoiled

Unlike a fake's own faults this works in front of every server, also of real ones.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

KINDS = {
    "reset": "the connection is torn before there is an answer",
    "torn": "the connection is torn in the middle of the answer",
    "closed": "the connection ends politely in the middle of the answer",
    "silence": "no answer until the client hangs up",
    "drip": "the body of the answer comes, a byte now and then",
    "500": "status 500 with a page for people",
    "502": "status 502 with a page for people",
    "503": "status 503, JSON of a gateway",
    "html": "a page for people, with status 200",
    "truncated": "whole for HTTP, but its JSON stops half way",
    "empty": "status 200 and nothing else",
    "wrong": "every value of the answer has another type",
    "list": "an answer that is a list of numbers",
    "null": "an answer that is null",
    "nested": "brackets, ten thousand deep",
    "repeat": "the answer to the request before of the same path",
}
"""What goes wrong, in words; `speaks="mpd"` knows the ones of `LINE_KINDS`."""

LINE_KINDS = ("reset", "torn", "closed", "silence", "html", "truncated", "empty")

PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Welcome to our hotel</h1></body></html>"
AFTER_ONLY = {"torn", "closed", "drip", "truncated", "wrong", "repeat"}


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Args:
        kind: One of `KINDS`.
        after: The server gets the request, and does what it says, before the answer is spoilt.
    """

    kind: str
    after: bool = False

    @property
    def has_effect(self) -> bool:
        return self.after or self.kind in AFTER_ONLY


Plan = Callable[[int, str], Fault | None]


def one(fault: Fault, at: int) -> Plan:
    """Return a plan that spoils one request, counted from 0."""
    return lambda number, _: fault if number == at else None


def from_then_on(fault: Fault, at: int = 0) -> Plan:
    """Return a plan that spoils a request and all that follow."""
    return lambda number, _: fault if number >= at else None


@dataclass(frozen=True)
class Answer:
    """Of the server behind."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Faulty:
    """Stands before one server.

    Args:
        host: Of the server.
        port: Likewise.
        speaks: "http" or "mpd".
    """

    def __init__(self, host: str, port: int, speaks: str = "http") -> None:
        self.upstream, self.speaks = (host, port), speaks
        self.plan: Plan | None = None
        self.count = 0
        self.met: list[Fault] = []
        self.port = 0
        self._last: dict[str, Answer] = {}
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> None:
        """Listen, at the same port as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(16)
        self.port, self._listener = listener.getsockname()[1], listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def down(self) -> None:
        """Listen no more: whoever comes is refused."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def end(self) -> None:
        self._ended.set()
        self.down()

    def heal(self) -> None:
        """Let everything work again."""
        self.plan, self.count = None, 0
        if self._listener is None:
            self.up()

    def _accept(self, listener: socket.socket) -> None:
        serve = self._http if self.speaks == "http" else self._lines
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._served, args=(serve, connection), daemon=True).start()

    def _served(self, serve: Callable[[socket.socket], None], connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, http.client.HTTPException):
            connection.settimeout(30)
            serve(connection)

    def _fault(self, what: str) -> Fault | None:
        with self._lock:
            fault = None if self.plan is None else self.plan(self.count, what)
            self.count += 1
            if fault is not None:
                self.met.append(fault)
        return fault

    def _http(self, connection: socket.socket) -> None:
        head, body = _request(connection)
        if not head:
            return
        method, target, _ = head[0].split(" ", 2)
        fault = self._fault(f"{method} {target}")
        before = self._last.get(target.partition("?")[0])
        answer = None
        if fault is None or fault.has_effect:
            answer = self._passed_on(method, target, head[1:], body)
            self._last[target.partition("?")[0]] = answer
        if fault is None:
            assert answer is not None
            connection.sendall(_bytes(answer))
        else:
            self._spoil(connection, fault.kind, answer, before or answer)

    def _passed_on(self, method: str, target: str, headers: list[str], body: bytes) -> Answer:
        kept = [line.partition(":") for line in headers]
        sent = {name: value.strip() for name, _, value in kept if name.lower() not in ("connection", "accept-encoding")}
        server = http.client.HTTPConnection(*self.upstream, timeout=30)
        try:
            server.request(method, target, body or None, sent)
            response = server.getresponse()
            body = response.read()
        finally:
            server.close()
        ours = ("content-length", "transfer-encoding", "connection", "content-encoding")
        names = tuple((name, value) for name, value in response.getheaders() if name.lower() not in ours)
        return Answer(response.status, names, body)

    def _spoil(self, connection: socket.socket, kind: str, answer: Answer | None, before: Answer | None) -> None:
        if kind == "silence":
            self._wait_for_hang_up(connection)
        elif kind == "drip":
            assert answer is not None
            whole = _bytes(answer)
            start = whole.find(b"\r\n\r\n") + 4 if b"\r\n\r\n" in whole else 0
            connection.sendall(whole[:start])
            for byte in whole[start:]:
                connection.sendall(bytes([byte]))
                if self._ended.wait(0.1):
                    return
        elif kind in ("torn", "closed"):
            assert answer is not None
            whole = _bytes(answer)
            connection.sendall(whole[: len(whole) - max(1, len(answer.body) // 2)])
        elif kind != "reset":
            connection.sendall(_bytes(_instead(kind, answer, before)))
        if kind in ("reset", "torn"):
            _tear(connection)

    def _wait_for_hang_up(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while connection.recv(4096) and not self._ended.is_set():
                pass

    def _lines(self, connection: socket.socket) -> None:
        with socket.create_connection(self.upstream, timeout=30) as server:
            theirs, ours = server.makefile("rb"), connection.makefile("rb")
            connection.sendall(theirs.readline())
            while command := _command(ours):
                fault = self._fault(command.decode("utf-8", "replace").split("\n", 1)[0])
                reply = b""
                if fault is None or fault.has_effect:
                    server.sendall(command)
                    reply = _reply(theirs)
                if fault is None:
                    connection.sendall(reply)
                elif not self._spoil_lines(connection, fault.kind, reply):
                    return

    def _spoil_lines(self, connection: socket.socket, kind: str, reply: bytes) -> bool:
        """Spoil a reply, and say whether the connection lives on."""
        if kind == "silence":
            self._wait_for_hang_up(connection)
        elif kind in ("torn", "closed", "truncated"):
            connection.sendall(reply[: len(reply) // 2])
        elif kind == "html":
            connection.sendall(PAGE + b"\n")
        elif kind == "empty":
            connection.sendall(b"\n")
        if kind in ("reset", "torn"):
            _tear(connection)
        return False


@contextlib.contextmanager
def serving(net: Faulty) -> Iterator[Faulty]:
    """Run it until the block ends."""
    net.up()
    try:
        yield net
    finally:
        net.end()


def _instead(kind: str, answer: Answer | None, before: Answer | None) -> Answer:
    """Return what is sent instead of an answer."""
    page = (("Content-Type", "text/html; charset=utf-8"),)
    plain = (("Content-Type", "application/json"),)
    if kind in ("500", "502"):
        return Answer(int(kind), page, PAGE)
    if kind == "503":
        return Answer(503, plain, b'{"message": "upstream connect error or disconnect/reset before headers"}')
    if kind == "html":
        return Answer(200, page, PAGE)
    if kind in ("empty", "list", "null", "nested"):
        return Answer(200, plain, {"empty": b"", "list": b"[1, 2]", "null": b"null", "nested": b"[" * 10_000}[kind])
    assert answer is not None
    assert before is not None
    if kind == "repeat":
        return before
    if kind == "truncated":
        return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])
    try:
        return Answer(answer.status, answer.headers, json.dumps(_other_types(json.loads(answer.body))).encode())
    except ValueError:
        return answer


def _other_types(value: Any) -> Any:
    """Return the same with another type in every leaf and for every list."""
    if isinstance(value, dict):
        return {name: _other_types(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return {"0": [_other_types(inner) for inner in value]}
    return [value] if isinstance(value, bool | None) else "twelve" if isinstance(value, int | float) else 7


def _bytes(answer: Answer) -> bytes:
    reason = http.client.responses.get(answer.status, "Unknown")
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in answer.headers)]
    lines += [f"Content-Length: {len(answer.body)}"] if answer.status != 204 else []
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + answer.body


def _request(connection: socket.socket) -> tuple[list[str], bytes]:
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65536)
        if not piece:
            return [], b""
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    while length is not None and len(body) < int(length[1]):
        body += connection.recv(65536)
    return head.decode("latin-1").split("\r\n"), body


def _command(lines: Any) -> bytes:
    """Return one command, or a whole list of commands."""
    first: bytes = lines.readline()
    command = first
    if first.startswith(b"command_list"):
        while not command.endswith(b"command_list_end\n"):
            command += lines.readline()
    return command


def _reply(lines: Any) -> bytes:
    reply = b""
    while line := lines.readline():
        reply += line
        if line == b"OK\n" or line.startswith(b"ACK "):
            break
    return reply


def _tear(connection: socket.socket) -> None:
    """Close with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
