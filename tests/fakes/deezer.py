"""A fake of Deezer's public API, real HTTP on loopback, with what its answers look like today."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from recommender.identity import plain

QUOTA_ERROR = {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}
NO_DATA = {"error": {"type": "DataException", "message": "no data", "code": 800}}


def song(number: int, title: str, artist: str, seconds: int, isrc: str = "", **more: Any) -> dict[str, Any]:
    """Return a song as Deezer writes one."""
    preview = f"https://cdnt-preview.dzcdn.net/api/1/1/{number}.mp3?hdnea=exp=1795270000~acl=/api/1/1/*~hmac=ab"
    return {
        "id": number,
        "readable": True,
        "title": title,
        "title_short": title,
        "title_version": "",
        "isrc": isrc,
        "link": f"https://www.deezer.com/track/{number}",
        "duration": seconds,
        "preview": preview,
        "artist": {"id": 1, "name": artist, "type": "artist"},
        "album": {"id": 2, "title": "An Album", "cover_medium": "https://cdn-images.dzcdn.net/images/cover/a/250.jpg"},
        "type": "track",
        **more,
    }


class Deezer:
    """A catalogue, and what was asked of it.

    Args:
        songs: As `song` makes them.
    """

    def __init__(self, *songs: dict[str, Any]) -> None:
        self.songs = list(songs)
        self.asked: list[str] = []
        self.refusals: list[Any] = []
        self.url = ""

    def answer(self, target: str) -> Any:
        """Return what Deezer says to a path with its query; refusals that are set come first."""
        self.asked.append(unquote(target))
        if self.refusals:
            return self.refusals.pop(0)
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if path == "/search/track":
            words = set(plain(query["q"][0]).split())
            known = [s for s in self.songs if words <= set(plain(f"{s['title']} {s['artist']['name']}").split())]
            return {"data": known[: int(query["limit"][0])], "total": len(known)}
        code = unquote(path).removeprefix("/track/").removeprefix("isrc:")
        found = next((s for s in self.songs if code in (str(s["id"]), s["isrc"]) and code), None)
        return found or NO_DATA


@contextlib.contextmanager
def serving(deezer: Deezer) -> Iterator[Deezer]:
    """Serve it over HTTP until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(deezer.answer(self.path)).encode()
            self.send_response(200)  # whatever went wrong
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    deezer.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield deezer
    finally:
        server.shutdown()
        server.server_close()
