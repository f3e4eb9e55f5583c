"""A real supysonic on loopback, over a folder of music."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

USER, PASSWORD = "mira", "säsame & öl?"

SONGS = (
    # title, artist, album, genre, year
    ("Sunny Road", "The Bobs", "Days", "soul", "1971"),
    ("Night Bus (Remastered 2011)", "The Bobs", "Days", "soul", "1971"),
    ("Hello", "Adel Rey", "One", "pop", "2015"),
    ("Hello", "Leon Richter", "Two", "pop", "1983"),
    ("Jóga & friends", "Björg", "Ísland", "electronic", "1997"),
    ("夜に歩く", "ヨルシマ", "夜", "j-pop", "2019"),
    ('She said "100% yes"', "AC/DX", "Loud's", "rock", "1980"),
)


@dataclass(frozen=True)
class Supysonic:
    """A running server.

    Args:
        url: Its address.
        music: The folder of its files.
        log: What it said.
    """

    url: str
    music: Path
    log: Path

    def ask(self, method: str, **parameters: str) -> dict[str, object]:
        """Ask it without mien."""
        known = {"u": USER, "p": PASSWORD, "c": "test", "v": "1.8.0", "f": "json", **parameters}
        answer: dict[str, object] = httpx.get(f"{self.url}/rest/{method}", params=known).json()["subsonic-response"]
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def supysonic(folder: Path, music: Path) -> Iterator[Supysonic]:
    """Start a server over a folder of music; it is gone when the block ends."""
    port, log = free_port(), folder / "supysonic.log"
    config = folder / "supysonic.conf"
    config.write_text(
        f"[base]\ndatabase_uri = sqlite:///{folder}/supysonic.db\n"
        f"[webapp]\ncache_dir = {folder}/cache\nmount_webui = off\n"
        f"[daemon]\nsocket = {folder}/daemon.sock\n",
        encoding="utf-8",
    )
    with log.open("wb") as out:
        program = [
            sys.executable,
            str(Path(__file__).with_name("run_supysonic.py")),
            str(config),
            str(port),
            str(music),
        ]
        names = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "SUPYSONIC_USER": USER}
        running = subprocess.Popen(
            program, stdout=out, stderr=out, cwd=folder, env={**names, "SUPYSONIC_PASSWORD": PASSWORD}
        )
        server = Supysonic(f"http://127.0.0.1:{port}", music, log)
        try:
            _wait_for(server, running)
            yield server
        finally:
            running.terminate()
            running.wait(timeout=30)


def _wait_for(server: Supysonic, running: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if running.poll() is not None:
            raise RuntimeError(server.log.read_text(encoding="utf-8", errors="replace"))
        with contextlib.suppress(httpx.TransportError):
            if server.ask("ping")["status"] == "ok":
                return
        time.sleep(0.1)
    raise RuntimeError("supysonic did not start: " + server.log.read_text(encoding="utf-8", errors="replace"))
