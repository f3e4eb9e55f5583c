from __future__ import annotations

import pytest

from recommender.importing import cells


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("['A', 'B']", ["A", "B"]),
        ('["A", "It\'s B"]', ["A", "It's B"]),
        ("['A', \"It's B\"]", ["A", "It's B"]),
        ("A;B", ["A", "B"]),
        ("Latto, Jung Kook", ["Latto", "Jung Kook"]),
        ("Tyler\\, The Creator, Kali Uchis", ["Tyler, The Creator", "Kali Uchis"]),
        ("Tyler, The Creator", ["Tyler, The Creator"]),
        ("Earth, Wind & Fire", ["Earth, Wind & Fire"]),
        ("AC/DC", ["AC/DC"]),
        ("[]", []),
        ("['broken", ["['broken"]),
    ],
)
def test_artists_are_parted_as_their_table_parts_them(cell: str, names: list[str]) -> None:
    assert (cells.artists_of(cell) or "").split("\n") == (names or [""])


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("0", 0),
        ("11", 11),
        ("-1", None),
        ("5.0", 5),
        ("12", None),
        ("C", 0),
        ("C#", 1),
        ("D♭ major", 1),
        ("Bb", 10),
        ("F#/Gb", 6),
        ("Am", 9),
        ("8A", 9),
        ("8B", 0),
        ("12B", 4),
        ("5A", 0),
        ("1A", 8),
        ("Abba", None),
        ("x", None),
    ],
)
def test_keys_are_numbers_names_or_places_on_the_camelot_wheel(cell: str, key: int | None) -> None:
    assert cells.key_of(cell) == key


@pytest.mark.parametrize(
    ("cell", "year"),
    [("1999", 1999), ("2011-05-03", 2011), ("5/3/2011", 2011), ("1999.0", 1999), ("0000", None), ("1066", None)],
)
def test_years_stand_anywhere_in_a_date(cell: str, year: int | None) -> None:
    assert cells.year_of(cell) == year


@pytest.mark.parametrize(
    ("field", "unit", "column", "values"),
    [
        ("energy", "0–100", ["50", "", "100"], [0.5, None, 1.0]),
        ("duration", "ms", [1500, None, 0], [1.5, None, None]),
        ("duration", "h:m:s", ["3:25", "1:00:01", "?"], [205.0, 3601.0, None]),
        ("tempo", "", ["120", "0", "nan"], [120.0, None, None]),
    ],
)
def test_scales_and_units_become_miens_own(
    field: str, unit: str, column: list[object], values: list[float | None]
) -> None:
    numbers, wrong = cells.numbers(field, unit, column)
    assert (cells.known(numbers), wrong) == (values, {})


def test_a_number_that_is_none_or_out_of_range_spoils_its_row() -> None:
    _, wrong = cells.numbers("energy", "0–1", ["0.5", "loud", "1.5", "inf"])
    assert wrong == {1: "'loud' is no number"} | {
        place: f"energy is {cell}; 0 to 1 is possible (0–1)" for place, cell in ((2, "1.5"), (3, "inf"))
    }


@pytest.mark.parametrize(
    "cell",
    [
        "0BRjO6ga9RKCKjfDqeFgWV",
        "spotify:track:0BRjO6ga9RKCKjfDqeFgWV",
        "https://open.spotify.com/track/0BRjO6ga9RKCKjfDqeFgWV?si=1",
    ],
)
def test_a_spotify_track_is_named_in_three_ways(cell: str) -> None:
    assert cells.spotify_of(cell) == "spotify:track:0BRjO6ga9RKCKjfDqeFgWV"


def test_local_files_and_other_things_are_no_spotify_tracks() -> None:
    assert cells.spotify_of("spotify:local:a:b:c:0BRjO6ga9RKCKjfDqeFgWV") is None
    assert cells.spotify_of("17") is None
    assert cells.isrc_of("us-rc1-76-07839") == "USRC17607839"
    assert cells.isrc_of("nothing") is None
