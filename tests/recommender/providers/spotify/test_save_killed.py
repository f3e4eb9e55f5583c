"""mien dies in the middle of a save, at any of its requests, before or after their effect; the next run finishes it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.spotify.faults import Fault
from tests.fakes.spotify.service import Exchange, Spotify
from tests.recommender.providers.spotify.listener import log_in, songs, stock

ROOT = Path(__file__).parents[4]
SAVE = """
import json, sys
from pathlib import Path
from recommender.library import Library
from recommender.providers import PROVIDERS, SaveWish
from recommender.providers.place import Place
from tests.recommender.providers.spotify.listener import playlist_of, songs
folder, environ = Path(sys.argv[1]), json.loads(sys.argv[2])
place = Place(folder / "data", folder / "config", Library(folder / "catalogue.db"), environ)
print(PROVIDERS["spotify"].sink(place, playlist_of(songs(5)), SaveWish("Killed")).where)
"""


def save(spotify: Spotify, folder: Path) -> subprocess.Popen[str]:
    environ = json.dumps({**spotify.environ(), "MIEN_KEYRING": "0"})
    command = [sys.executable, "-c", SAVE, str(folder), environ]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("method", "path"), [("GET", "/search$"), ("POST", "/me/playlists$"), ("PUT", "/items$")])
def test_a_killed_save_is_finished_by_the_next_run(
    spotify: Spotify, tmp_path: Path, method: str, path: str, after: bool
) -> None:
    uris = stock(spotify, songs(5))
    log_in(spotify, tmp_path / "data")
    victim = save(spotify, tmp_path)

    def kill(exchange: Exchange) -> Fault | None:
        if exchange.method != method or not exchange.path.endswith(path.rstrip("$")):
            return None
        os.kill(victim.pid, signal.SIGKILL)
        return Fault("reset", after)

    spotify.faults.plan = kill
    victim.communicate()
    assert victim.returncode == -signal.SIGKILL
    spotify.faults.clear()
    out, err = save(spotify, tmp_path).communicate()
    assert err == ""
    (made,) = spotify.world.mine()
    assert made.uris == uris
    assert out.strip().endswith(made.id)
