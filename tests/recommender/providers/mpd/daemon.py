"""A real MPD on loopback with null outputs, over a folder of music."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.recommender.providers.subsonic.server import free_port

CONFIG = """
music_directory "{music}"
playlist_directory "{folder}/playlists"
db_file "{folder}/database"
state_file "{folder}/state"
log_file "{folder}/log"
bind_to_address "127.0.0.1"
bind_to_address "{folder}/socket"
port "{port}"
auto_update "no"
zeroconf_enabled "no"
audio_output {{
    type "null"
    name "Silence"
}}
audio_output {{
    type "null"
    name "Kitchen"
    enabled "no"
}}
{more}
"""


@dataclass(frozen=True)
class Daemon:
    """A running MPD.

    Args:
        port: Of its address 127.0.0.1.
        folder: Of its files: socket, log, playlists.
        music: Its music folder.
    """

    port: int
    folder: Path
    music: Path

    @property
    def environ(self) -> dict[str, str]:
        """What tells mien of it."""
        return {"MPD_HOST": "127.0.0.1", "MPD_PORT": str(self.port), "MIEN_KEYRING": "0", "PATH": ""}

    @property
    def socket(self) -> str:
        """The path that says the same."""
        return str(self.folder / "socket")

    def ask(self, command: str, *words: object, password: str | None = None) -> Any:
        """Ask it without mien."""
        import mpd

        client: Any = mpd.MPDClient()
        client.timeout = 30
        client.connect("127.0.0.1", self.port)
        try:
            if password is not None:
                client.password(password)
            return getattr(client, command)(*words)
        finally:
            client.disconnect()


def is_installed() -> bool:
    """Say whether there is an MPD and its library here."""
    from importlib import util

    return shutil.which("mpd") is not None and util.find_spec("mpd") is not None


@contextlib.contextmanager
def daemon(folder: Path, music: Path, more: str = "", password: str | None = None) -> Iterator[Daemon]:
    """Start MPD, its database up to date; it is gone when the block ends."""
    (folder / "playlists").mkdir(parents=True)
    port = free_port()
    config = folder / "mpd.conf"
    config.write_text(CONFIG.format(music=music, folder=folder, port=port, more=more), encoding="utf-8")
    names = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder)}
    running = subprocess.Popen(
        ["mpd", "--no-daemon", str(config)], env=names, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    ready = Daemon(port, folder, music)
    try:
        _wait_for(ready, running, password)
        yield ready
    finally:
        running.terminate()
        running.wait(timeout=30)


def _wait_for(ready: Daemon, running: subprocess.Popen[bytes], password: str | None) -> None:
    asked = False
    for _ in range(600):
        if running.poll() is not None:
            break
        with contextlib.suppress(OSError):
            if not asked:
                ready.ask("update", password=password)
                asked = True
            if "updating_db" not in ready.ask("status", password=password):
                return
        time.sleep(0.1)
    raise RuntimeError("MPD did not start: " + (ready.folder / "log").read_text(encoding="utf-8", errors="replace"))
