from __future__ import annotations

from pathlib import Path

import pytest

from recommender.scanning.scan import scan
from recommender.scanning.workers import in_turn
from recommender.store.engine import engine_of
from tests.recommender.scanning.conftest import NOW
from tests.recommender.scanning.test_scan import is_whole, rows, song, tracks
from tests.recommender.store.postgres import server, tool


@pytest.mark.skipif(tool("pg_ctl") is None, reason="no PostgreSQL here: apt-get install postgresql")
def test_a_scan_keeps_its_files_in_postgresql_too(folder: Path) -> None:
    with server() as address:
        store = engine_of(address)
        one = song(folder / "b.ogg", "One", genre="soul")
        odd = song(folder / "a%_" / "a  b.flac", "ONE (Remastered 2011)")
        song(folder / "c.flac", "Two", mood="sad")
        (folder / "d.mp3").touch()
        report = scan(store, folder, now=NOW, listen=False, runner=in_turn)
        assert (report.added, report.merged, len(report.broken)) == (2, 1, 1)
        assert tracks(store)["One"].identifiers["file"] == str(one)
        assert scan(store, folder, now=NOW, listen=False, runner=in_turn).unchanged == 4
        one.unlink()
        song(folder / "c.flac", "Three")
        report = scan(store, folder, now=NOW, listen=False, prune=True, runner=in_turn)
        assert (report.read, report.vanished, report.pruned) == (1, [str(one)], 0)
        assert set(tracks(store)) == {"One", "Three"}
        assert tracks(store)["One"].identifiers["file"] == str(odd)
        assert is_whole(store)
        assert rows(store, "SELECT rows, added, bad FROM imports") == [(5, 2, 1)]
        store.dispose()
