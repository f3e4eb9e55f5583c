"""A server on loopback that gives the answers that a test has written down, one after another."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer.

    Args:
        status: Of HTTP.
        body: A text goes out as it is, anything else as JSON.
        headers: Besides the usual.
        length: That the header promises, if it is not the body's.
        drip_s: Pause after each byte.
        reset: Break the connection instead of answering.
    """

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    drip_s: float = 0.0
    reset: bool = False


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


class Scripted:
    """The server; `replies` are given in their order, the last one for ever."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.asked: list[Asked] = []
        self.before: Callable[[], None] = lambda: None
        self.connections = 0
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def setup(self) -> None:
                super().setup()
                scripted.connections += 1

            def answer(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                with scripted.lock:
                    scripted.asked.append(Asked(self.command, self.path, dict(self.headers), sent))
                    reply = scripted.replies.pop(0) if len(scripted.replies) > 1 else scripted.replies[0]
                scripted.before()
                if reply.reset:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                body = (reply.body if isinstance(reply.body, str) else json.dumps(reply.body)).encode()
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if "Transfer-Encoding" not in reply.headers:
                    self.send_header("Content-Length", str(len(body) if reply.length is None else reply.length))
                self.end_headers()
                if reply.drip_s:
                    for place in range(len(body)):
                        if scripted.stopped.wait(reply.drip_s):
                            break
                        self.wfile.write(body[place : place + 1])
                else:
                    self.wfile.write(body)
                if reply.length not in (None, len(body)):
                    self.close_connection = True

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now_s = 1_795_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds
