"""Listening on this computer for the one redirect that ends a login, and turning everything else away."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from errors import AuthRequired, ConfigError
from recommender.providers.spotify.tokens import LOGIN
from recommender.providers.spotify.transport import NAME

CALLBACK = "/callback"
DASHBOARD = "developer.spotify.com/dashboard"

PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>mien</title>'
    "<h1>{}</h1><p>You can close this page and go back to the terminal.</p></html>"
)
"""Never holds anything of the request: spotipy's page once did (GHSA-r77h-rpp9-w2xm)."""


class Loopback:
    """Listens on this computer for the one redirect that is ours.

    Args:
        port: 0 takes any that is free, which works when the app's redirect URI has no port
            (developer.spotify.com/documentation/web-api/concepts/redirect_uri, read 2026-11-21).

    Raises:
        ConfigError: Something else listens there.
    """

    def __init__(self, port: int) -> None:
        self._is_ours: Callable[[Mapping[str, str]], bool] = lambda _: False
        self._answer: dict[str, str] | None = None
        self._arrived = threading.Event()
        self._lock = threading.Lock()
        try:
            self._server = _Server(("127.0.0.1", port), _handler(self))
        except (OSError, OverflowError) as error:
            raise ConfigError(
                f"Port {port} of this computer cannot be used ({error}). Take another: --port NUMBER, and enter "
                f"http://127.0.0.1:NUMBER{CALLBACK} as redirect URI of your app ({DASHBOARD}); or use --headless."
            ) from error
        self.redirect_uri = f"http://127.0.0.1:{self._server.server_port}{CALLBACK}"

    def __enter__(self) -> Loopback:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def expect(self, is_ours: Callable[[Mapping[str, str]], bool]) -> None:
        """Say which redirect is ours; all others are turned away."""
        self._is_ours = is_ours

    def wait(self, patience_s: float) -> dict[str, str]:
        """Return the parameters of the first redirect that is ours.

        Raises:
            AuthRequired: There was none in time.
        """
        self._arrived.wait(patience_s)
        with self._lock:
            answer = self._answer
        if answer is None:
            minutes = f"{patience_s / 60:.0f} minutes" if patience_s >= 90 else f"{patience_s:.0f} seconds"
            raise AuthRequired(
                NAME, f"nobody agreed within {minutes}. Try again; on another computer: {LOGIN} --headless."
            )
        return answer

    def take(self, answer: dict[str, str]) -> bool:
        """Take an answer if it is ours; browsers that load a page twice are taken once."""
        with self._lock:
            if not self._is_ours(answer):
                return False
            self._answer = self._answer or answer
        return True

    def tell(self) -> None:
        """Wake who waits: the page has been sent."""
        if self._answer is not None:
            self._arrived.set()


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # browsers open connections in advance and send nothing
    allow_reuse_address = sys.platform != "win32"  # there it would let two programs listen

    def handle_error(self, *_: object) -> None:  # a browser that goes away is no news
        pass


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10
        server_version, sys_version = "mien", ""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            answer = {name: values[0] for name, values in parse_qs(parts.query).items()}
            here = f"127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
            if self.headers.get("Host") != here or parts.path != CALLBACK:
                self._page(404, "There is nothing here.")
            elif not loopback.take(answer):
                self._page(400, "This does not belong to the login that mien waits for.")
            else:
                self._page(200, "Thank you." if "code" in answer else "mien was not let in.")
                loopback.tell()

        def _page(self, status: int, words: str) -> None:
            body = PAGE.format(words).encode()
            self.send_response(status)
            for name, value in (
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Content-Security-Policy", "default-src 'none'"),
                ("Cache-Control", "no-store"),
                ("Referrer-Policy", "no-referrer"),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:  # the address has the code
            pass

    return Handler
