"""Who is measured on is never who was trained on."""

from __future__ import annotations

from pathlib import Path

from training.detection.split import SHARES, SIDES, aside, photo_sides, side_of


def test_all_photos_of_a_person_are_on_one_side() -> None:
    for name in ("Ann_Lee", "Bob_Ray", "Cem_Kurt", "Dana_Wu"):
        assert len({side_of(f"{name}_{number:04}.jpg") for number in range(30)}) == 1


def test_the_sides_have_their_shares_of_people() -> None:
    names = [f"P{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}_0001.jpg" for i in range(2000)]
    sides = list(photo_sides(names).values())
    for side, share in zip(SIDES, SHARES, strict=True):
        assert abs(sides.count(side) / len(names) - share) < 0.04


def test_those_aside_are_the_same_whatever_else_is_in_the_list_or_before_the_name() -> None:
    paths = [Path(f"images/P{chr(97 + i % 26)}{chr(97 + i // 26)}_0001.jpg") for i in range(260)]
    kept = aside(paths)
    assert aside(paths[::7]) == [path for path in paths[::7] if path in kept]
    assert [path.name for path in kept] == [path.name for path in aside(Path("elsewhere") / p.name for p in paths)]


def test_one_person_in_two_spellings_is_one() -> None:
    for number in range(40):
        name = f"Hrithik{chr(97 + number % 26)}Roshan{number // 26 * 'x'}"
        assert side_of(f"{name}_12.jpg") == side_of(f"{name.replace('Roshan', '_Roshan')}_0003.png")
