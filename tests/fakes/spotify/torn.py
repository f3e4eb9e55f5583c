"""Real HTTP on loopback in a thread, with connections that can be torn: uvicorn with the transport in its scope."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from asyncio import Transport
from collections.abc import Iterator
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE_S = 20.0


class _Protocol(H11Protocol):
    """One connection, whose application can reach the transport."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        inner = cast(Any, self.app)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope["torn.transport"] = transport
            await inner(scope, receive, send)

        self.app = cast(Any, app)


def tear(scope: Any, *, politely: bool = False) -> None:
    """Close a connection at once.

    Args:
        scope: Of the request.
        politely: With what was written before, and FIN; else with RST.
    """
    transport: Transport = scope["torn.transport"]
    if politely:
        transport.close()
        return
    held: socket.socket = transport.get_extra_info("socket")
    held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


@contextlib.contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an ASGI application on a free port of 127.0.0.1, and yield its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        interface="asgi3",
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="fake server", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        listener.close()
        if thread.is_alive():
            raise RuntimeError("the fake server does not stop")
