from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from benchmarks.rendered_music import Piece
from errors import CatalogueError
from recommender.importing.imports import import_file
from recommender.scanning import decoding, scan
from recommender.scanning.report import scanned_json
from recommender.store.catalogue import StoreCatalogue
from recommender.store.queries import named, stats
from recommender.types import Track
from tests.recommender.scanning.conftest import NOW, Scan, tag, write


def tracks(store: Engine) -> dict[str, Track]:
    return {track.title: track for track in StoreCatalogue(store).tracks()}


def song(path: Path, title: str, artist: str = "Ann", **more: str | list[str]) -> Path:
    return tag(write(path), title=title, artist=artist, **more)


def rows(store: Engine, query: str) -> list[Any]:
    with store.connect() as connection:
        return list(connection.execute(text(query)).all())


def is_whole(store: Engine) -> bool:
    """Every key leads to a track, every file that could be read to one too."""
    lost = rows(store, "SELECT key FROM identities WHERE track NOT IN (SELECT id FROM tracks)")
    unnamed = rows(
        store, "SELECT path FROM scan_files WHERE trouble IS NULL AND name NOT IN (SELECT key FROM identities)"
    )
    return not lost and not unnamed


def test_files_of_every_kind_become_tracks(scanned: Scan, store: Engine, folder: Path) -> None:
    for kind in ("wav", "flac", "ogg", "opus", "mp3", "m4a"):
        write(folder / "deep" / kind / f"Ann - Song {kind}.{kind}", Piece(tempo_bpm=120, seed=1))
    report = scanned(listen=True)
    assert (report.files, report.read, report.measured, report.added, report.broken) == (6, 6, 6, 6, [])
    found = tracks(store)
    assert set(found) == {f"Song {kind}" for kind in ("wav", "flac", "ogg", "opus", "mp3", "m4a")}
    for track in found.values():
        path = Path(track.identifiers["file"])
        assert path.exists()
        assert track.estimated
        assert track.features.valence is not None
        assert track.features.loudness_db is not None
        assert track.features.tempo_bpm == pytest.approx(120, rel=0.01)
        assert track.duration_s == pytest.approx(24, abs=0.2)
        assert (track.features.key, track.features.mode) == (0, 1)


def test_a_second_scan_reads_nothing_and_a_changed_file_again(scanned: Scan, store: Engine, folder: Path) -> None:
    song(folder / "a.flac", "One")
    song(folder / "b.flac", "Two")
    assert scanned().added == 2
    again = scanned()
    assert (again.unchanged, again.read) == (2, 0)
    tag(folder / "a.flac", title="Other", genre="soul")
    changed = scanned()
    assert (changed.unchanged, changed.read, changed.added) == (1, 1, 0)
    assert set(tracks(store)) == {"Other", "Two"}
    assert tracks(store)["Other"].genre == "soul"
    assert scanned(again=True).read == 2
    assert len(tracks(store)) == 2
    assert is_whole(store)


def test_without_librosa_only_tags_are_read_and_it_says_so(
    scanned: Scan, store: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    song(folder / "a.flac", "One", bpm="96", key="Am", mood="calm")
    with monkeypatch.context() as patch:
        patch.setattr(decoding, "find_spec", lambda name: None)
        report = scanned(listen=True)
    assert (report.read, report.measured) == (1, 0)
    assert "pip install 'mien[audio]'" in report.notes[0]
    sound = tracks(store)["One"].features
    assert (sound.tempo_bpm, sound.key, sound.mode, sound.energy) == (96, 9, 0, 0.20)
    later = scanned(listen=True)  # now that it is installed
    assert (later.read, later.measured, later.notes) == (1, 1, [])
    assert tracks(store)["One"].features.tempo_bpm == 96
    assert tracks(store)["One"].features.loudness_db is not None


def test_without_pyav_m4a_files_give_their_tags(
    scanned: Scan, folder: Path, monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(decoding, "find_spec", lambda name: None if name == "av" else found(name))
    write(folder / "Ann - Song.m4a")
    report = scanned(listen=True)
    assert (report.read, report.measured, report.broken) == (1, 0, [])
    assert "pip install 'mien[m4a]'" in report.notes[0]
    assert list(tracks(store)) == ["Song"]


def test_broken_files_are_reported_and_the_rest_goes_on(scanned: Scan, store: Engine, folder: Path) -> None:
    song(folder / "good.flac", "Good")
    whole = write(folder / "cut.flac").read_bytes()
    (folder / "cut.flac").write_bytes(whole[: len(whole) // 3])
    (folder / "noise.mp3").write_bytes(os.urandom(5000))
    (folder / "empty.ogg").touch()
    (folder / "text.wav").write_text("Dear diary")
    (folder / "gone.wav").symlink_to(folder / "nowhere.wav")
    report = scanned(listen=True)
    assert [Path(trouble.path).name for trouble in report.broken] == [
        *("cut.flac", "empty.ogg", "gone.wav", "noise.mp3", "text.wav"),
    ]
    assert all(trouble.reason for trouble in report.broken)
    assert list(tracks(store)) == ["Good"]
    again = scanned(listen=True)
    assert (again.read, len(again.broken)) == (0, 5)
    (folder / "cut.flac").write_bytes(whole)  # mended
    assert len(scanned(listen=True).broken) == 4
    assert len(tracks(store)) == 2
    assert is_whole(store)


def test_the_same_song_in_two_files_is_one_track_until_both_are_gone(
    scanned: Scan, store: Engine, folder: Path
) -> None:
    song(folder / "a.flac", "One")
    song(folder / "b.ogg", "ONE (Remastered 2011)")
    report = scanned()
    assert (report.added, report.merged) == (1, 1)
    (folder / "a.flac").unlink()
    assert scanned().vanished == [str(folder / "a.flac")]
    assert tracks(store)["One"].identifiers["file"] == str(folder / "a.flac")
    pruned = scanned(prune=True)
    assert (pruned.vanished, pruned.pruned) == ([str(folder / "a.flac")], 0)
    assert tracks(store)["One"].identifiers["file"] == str(folder / "b.ogg")
    (folder / "b.ogg").unlink()
    assert scanned(prune=True).pruned == 1
    assert tracks(store) == {}
    assert scanned(prune=True).vanished == []
    assert is_whole(store)
    assert stats(store).tracks == 0


def test_a_track_that_a_table_has_too_outlives_its_file(scanned: Scan, store: Engine, folder: Path) -> None:
    song(folder / "a.flac", "One", mood="sad")
    scanned()
    (folder / "table.csv").write_text("title,artist,valence,energy\nOne,Ann,0.7,0.6\n")
    import_file(store, folder / "table.csv", bad_path=folder / "bad.csv", now=NOW)
    assert tracks(store)["One"].features.valence == 0.7  # measured ones replace estimates
    (folder / "a.flac").unlink()
    assert scanned(prune=True).pruned == 0
    assert tracks(store)["One"].identifiers == {}


def test_files_out_of_sight_have_not_vanished(scanned: Scan, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    song(folder / "locked" / "a.flac", "One")
    scanned()
    real = os.scandir

    def refuse(path: str) -> Any:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report = scanned(prune=True)
    assert report.vanished == []
    assert "cannot be looked into (Permission denied)" in report.broken[0].reason


def test_untagged_files_with_the_same_name_are_different_songs(scanned: Scan, store: Engine, folder: Path) -> None:
    write(folder / "x" / "CD" / "Track 01.wav")
    write(folder / "y" / "CD" / "Track 01.wav")
    assert scanned().added == 2
    assert len(StoreCatalogue(store)) == 2


def test_odd_names_are_kept_as_they_are(scanned: Scan, store: Engine, folder: Path) -> None:
    odd = write(folder / "a  b [x] ü %20 100%_.wav")
    assert scanned().added == 1
    found = named(store, f"file {odd}")
    assert found is not None
    assert found.identifiers["file"] == str(odd)
    write(folder / "two\nlines.wav")
    shutil.copy(os.fsencode(odd), os.fsencode(folder) + b"/\xff.wav")
    reasons = [trouble.reason for trouble in scanned().broken]
    assert sorted(reasons) == ["its name holds a line break; rename it", "its name is not UTF-8; rename it"]


def test_hidden_and_foreign_files_are_passed_over_and_circles_end(scanned: Scan, folder: Path) -> None:
    write(folder / ".hidden" / "a.wav")
    write(folder / "._a.wav")
    (folder / "cover.jpg").write_bytes(b"x")
    (folder / "circle").symlink_to(folder)
    write(folder / "B.WAV")
    assert (scanned().files, scanned().unchanged) == (1, 1)


def test_a_folder_that_is_none_is_refused_before_anything_is_pruned(scanned: Scan, folder: Path, store: Engine) -> None:
    song(folder / "a.flac", "One")
    scanned()
    folder.rename(folder.with_name("unplugged"))
    with pytest.raises(CatalogueError, match="there is no such folder"):
        scanned(prune=True)
    folder.touch()
    with pytest.raises(CatalogueError, match="is a file"):
        scanned(prune=True)
    assert len(tracks(store)) == 1


def test_one_folder_says_nothing_of_another_one(scanned: Scan, store: Engine, folder: Path) -> None:
    song(folder / "a" / "a.flac", "One")
    song(folder / "A" / "a.flac", "Two")
    song(folder / "a_" / "a.flac", "Three")
    scanned()
    shutil.rmtree(folder / "A")
    shutil.rmtree(folder / "a_")
    (folder / "a" / "a.flac").unlink()
    report = scan.scan(store, folder / "a", now=NOW, listen=False, prune=True)
    assert report.vanished == [str(folder / "a" / "a.flac")]
    assert set(tracks(store)) == {"Two", "Three"}


def test_a_scan_stands_among_the_imports_once(scanned: Scan, store: Engine, folder: Path) -> None:
    song(folder / "a.flac", "One")
    scanned()
    song(folder / "b.flac", "Two")
    (folder / "c.flac").write_bytes(b"broken")
    scanned()
    (one,) = stats(store).imports
    assert (one["path"], one["rows"], one["added"], one["bad"]) == (str(folder), 3, 2, 1)


def test_what_was_read_before_ctrl_c_stays(store: Engine, folder: Path) -> None:
    for number in range(3):
        song(folder / f"{number}.flac", f"Song {number}")

    def interrupted(work: Any, jobs: Any, _many: int) -> Any:
        for number, job in enumerate(jobs):
            if number == 2:
                raise KeyboardInterrupt
            yield job, work(job)

    with pytest.raises(KeyboardInterrupt):
        scan.scan(store, folder, now=NOW, listen=False, runner=interrupted)
    assert set(tracks(store)) == {"Song 0", "Song 1"}
    report = scan.scan(store, folder, now=NOW, listen=False)
    assert (report.unchanged, report.added) == (2, 1)


def test_the_report_is_json(scanned: Scan, folder: Path) -> None:
    write(folder / "a.wav")
    document = scanned_json(scanned(), pruned=False)
    assert (document["files"], document["added"], document["without_mood"], document["pruned"]) == (1, 1, 1, None)
