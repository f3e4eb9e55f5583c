from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from errors import CatalogueError
from recommender.catalogue import COLUMNS, TABLE, BuiltIn, Catalogue, read_table
from recommender.identity import artist_key, song_key
from recommender.types import Features, Target, Track

GOOD = "Pata Pata,Miriam Makeba,1967,african pop,xh,126,0.55,0.95,0.60,0.00,major"
HEADER = ",".join(COLUMNS)


@pytest.fixture(scope="module")
def tracks() -> tuple[Track, ...]:
    return BuiltIn().tracks()


def table(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "songs.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def in_corner(track: Track, *, energy: tuple[float, float], valence: tuple[float, float]) -> bool:
    e, v = track.features.energy, track.features.valence
    assert e is not None
    assert v is not None
    return energy[0] <= e <= energy[1] and valence[0] <= v <= valence[1]


# The table


def test_the_table_has_more_than_two_thousand_songs(tracks: tuple[Track, ...]) -> None:
    assert len(tracks) >= 2000
    assert len(BuiltIn()) == len(tracks)


def test_no_song_is_there_twice(tracks: tuple[Track, ...]) -> None:
    keys = Counter(key for track in tracks for key in {song_key(track.title, artist) for artist in track.artists})
    assert [key for key, count in keys.items() if count > 1] == []


def test_no_artist_has_more_than_four_songs(tracks: tuple[Track, ...]) -> None:
    songs = Counter(artist_key(artist) for track in tracks for artist in track.artists)
    assert {artist: count for artist, count in songs.items() if count > 4} == {}


def test_there_are_many_genres_each_with_more_than_one_song(tracks: tuple[Track, ...]) -> None:
    genres = Counter(track.genre for track in tracks)
    assert len(genres) >= 60
    assert max(genres.values()) <= 0.12 * len(tracks)
    assert min(genres.values()) >= 2
    assert all(genre == genre.lower() for genre in genres if genre)


def test_there_are_many_languages_and_not_only_english(tracks: tuple[Track, ...]) -> None:
    languages = Counter(track.language for track in tracks)
    assert len(set(languages) - {"zxx"}) >= 40
    assert sum(count >= 20 for count in languages.values()) >= 10
    assert languages["en"] <= 0.65 * len(tracks)


def test_every_decade_since_the_fifties_has_its_songs(tracks: tuple[Track, ...]) -> None:
    decades = Counter(track.year // 10 * 10 for track in tracks if track.year)
    assert all(decades[decade] >= 90 for decade in range(1950, 2021, 10))
    assert max(decades.values()) <= 0.2 * len(tracks)
    assert sum(decades[decade] for decade in range(1920, 1950, 10)) >= 30


@pytest.mark.parametrize("energy", [(0.0, 0.45), (0.5, 1.0)], ids=["calm", "lively"])
@pytest.mark.parametrize("valence", [(0.0, 0.45), (0.5, 1.0)], ids=["sad", "glad"])
def test_each_quadrant_is_well_filled(
    tracks: tuple[Track, ...], energy: tuple[float, float], valence: tuple[float, float]
) -> None:
    assert sum(in_corner(track, energy=energy, valence=valence) for track in tracks) >= 100


@pytest.mark.parametrize("energy", [(0.0, 0.3), (0.8, 1.0)], ids=["calm", "lively"])
@pytest.mark.parametrize("valence", [(0.0, 0.3), (0.7, 1.0)], ids=["sad", "glad"])
def test_even_the_corners_hold_a_playlist_without_repeating_an_artist(
    tracks: tuple[Track, ...], energy: tuple[float, float], valence: tuple[float, float]
) -> None:
    assert len({track.artists[0] for track in tracks if in_corner(track, energy=energy, valence=valence)}) >= 15


def test_calm_instrumental_music_is_there(tracks: tuple[Track, ...]) -> None:
    calm = [track for track in tracks if track.language == "zxx" and (track.features.energy or 0) <= 0.3]
    assert len(calm) >= 40
    assert {"ambient", "classical", "film score", "jazz", "piano"} <= {track.genre for track in calm}


def test_every_feature_is_known_and_marked_as_an_estimate(tracks: tuple[Track, ...]) -> None:
    for track in tracks:
        sound = track.features
        shares = (sound.valence, sound.energy, sound.acousticness, sound.instrumentalness)
        assert all(share is not None and 0 <= share <= 1 for share in shares), track.title
        assert sound.tempo_bpm is not None
        assert 40 <= sound.tempo_bpm <= 220, track.title
        assert sound.mode in (0, 1), track.title
        assert track.estimated, track.title


def test_music_without_words_is_marked_instrumental_and_songs_are_not(tracks: tuple[Track, ...]) -> None:
    for track in tracks:
        instrumentalness = track.features.instrumentalness or 0.0
        assert (instrumentalness >= 0.3) if track.language == "zxx" else (instrumentalness < 0.9), track.title


def test_estimates_come_in_steps_no_finer_than_an_ear_can_tell(tracks: tuple[Track, ...]) -> None:
    for track in tracks:
        for share in (track.features.valence, track.features.energy, track.features.acousticness):
            assert share is not None
            assert round(share * 20) / 20 == pytest.approx(share), track.title


def test_a_row_becomes_a_track(tmp_path: Path) -> None:
    row = "Águas de março,Elis Regina;Antônio Carlos Jobim,1974,bossa nova,pt,144,0.25,0.80,0.85,0.05,minor"
    assert read_table(table(tmp_path, row)) == (
        Track(
            "Águas de março",
            ("Elis Regina", "Antônio Carlos Jobim"),
            1974,
            "bossa nova",
            "pt",
            Features(0.8, 0.25, 144, 0.85, 0, 0.05),
            estimated=True,
        ),
    )


def test_a_byte_order_mark_and_a_quoted_comma_are_read(tmp_path: Path) -> None:
    path = tmp_path / "songs.csv"
    row = GOOD.replace("Miriam Makeba", '"Earth, Wind & Fire"')
    path.write_text(f"{HEADER}\n{row}\n", encoding="utf-8-sig")
    assert read_table(path)[0].artists == ("Earth, Wind & Fire",)


def test_the_table_lies_beside_the_code_and_is_read_on_first_use_only(tmp_path: Path) -> None:
    assert TABLE.is_file()
    path = table(tmp_path, GOOD)
    catalogue = BuiltIn(path)
    first = catalogue.tracks()
    path.unlink()
    assert catalogue.tracks() is first


# Looking for songs


def test_the_nearest_songs_come_first() -> None:
    catalogue: Catalogue = BuiltIn()
    found = catalogue.near(Target(Features(valence=0.05, energy=0.05)), 12)
    assert len(found) == 12
    assert all((track.features.energy or 0) <= 0.2 and (track.features.valence or 0) <= 0.2 for track in found)


def test_asking_for_more_than_there_is_gives_everything(tmp_path: Path) -> None:
    catalogue = BuiltIn(table(tmp_path, GOOD))
    assert catalogue.near(Target(Features(valence=0.0)), 10) == list(catalogue.tracks())


def test_equally_near_songs_keep_the_order_of_the_table(tmp_path: Path) -> None:
    rows = [GOOD.replace("Pata Pata", title) for title in ("C", "A", "B")]
    found = BuiltIn(table(tmp_path, *rows)).near(Target(Features(valence=0.5)), 2)
    assert [track.title for track in found] == ["C", "A"]


# Bad tables


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("title", "", "empty"),
        ("title", " Pata Pata", "spaces"),
        ("artists", "Miriam Makeba;", "empty"),
        ("year", "sixties", "'sixties' is no number from 1877 to 2100"),
        ("year", "1500", "'1500' is no number from 1877"),
        ("year", "1967.5", "no whole year"),
        ("genre", "", "empty"),
        ("language", "eng", "no ISO 639-1 code"),
        ("language", "XH", "no ISO 639-1 code"),
        ("tempo", "fast", "'fast' is no number from 20 to 300"),
        ("tempo", "0", "from 20 to 300"),
        ("energy", "55", "'55' is no number from 0 to 1"),
        ("valence", "nan", "'nan' is no number from 0 to 1"),
        ("acousticness", "", "'' is no number from 0 to 1"),
        ("instrumentalness", "-0.1", "from 0 to 1"),
        ("mode", "dorian", "'dorian' is neither major nor minor"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(tmp_path: Path, column: str, cell: str, reason: str) -> None:
    cells = GOOD.split(",")
    cells[COLUMNS.index(column)] = cell
    path = table(tmp_path, GOOD, ",".join(cells), GOOD)
    with pytest.raises(CatalogueError, match=reason) as trouble:
        read_table(path)
    assert (trouble.value.path, trouble.value.line, trouble.value.column) == (str(path), 3, column)


def test_a_bad_line_is_counted_as_an_editor_counts_it(tmp_path: Path) -> None:
    broken_title = GOOD.replace("Pata Pata", '"Pata\nPata"')
    path = table(tmp_path, broken_title, GOOD.replace("major", "loud"))
    with pytest.raises(CatalogueError, match="line 4, column 'mode'"):
        read_table(path)


def test_a_row_with_a_cell_too_few_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"line 3: has 10 cells; 11 are needed"):
        read_table(table(tmp_path, GOOD, GOOD.removesuffix(",major")))


def test_a_wrong_header_says_what_is_right(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=rf"line 1: the header is 'title,artist'; make it '{HEADER}'"):
        read_table(table(tmp_path, header="title,artist"))


def test_an_empty_file_is_a_wrong_header(tmp_path: Path) -> None:
    path = tmp_path / "songs.csv"
    path.touch()
    with pytest.raises(CatalogueError, match="line 1: the header is ''"):
        read_table(path)


def test_a_missing_table_is_not_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="No such file or directory"):
        BuiltIn(tmp_path / "none.csv").tracks()


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "songs.csv"
    path.write_bytes(f"{HEADER}\n{GOOD.replace('Pata Pata', 'Pâta')}\n".encode("latin-1"))
    with pytest.raises(CatalogueError, match="not UTF-8"):
        read_table(path)


def test_an_open_quote_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="not CSV"):
        read_table(table(tmp_path, GOOD.replace("Pata Pata", '"Pata" Pata')))
