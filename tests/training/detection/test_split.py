"""Who is measured on is never who was trained on."""

from __future__ import annotations

from pathlib import Path

from training.detection.split import aside, is_aside, who


def test_all_photos_of_a_person_are_on_one_side() -> None:
    for name in ("Ann_Lee", "Bob_Ray", "Cem_Kurt", "Dana_Wu"):
        assert len({is_aside(Path(f"{name}_{number:04}.jpg")) for number in range(30)}) == 1


def test_about_three_in_five_people_are_kept_aside_whatever_else_is_in_the_list() -> None:
    paths = [Path(f"images/P{chr(97 + i % 26)}{chr(97 + i // 26)}_0001.jpg") for i in range(676)]
    kept = aside(paths)
    assert 0.55 < len(kept) / len(paths) < 0.65
    assert aside(paths[::7]) == [path for path in paths[::7] if path in kept]


def test_one_person_in_two_spellings_is_one() -> None:
    assert who(Path("HrithikRoshan_12.jpg")) == who(Path("Hrithik_Roshan_0003.png"))


def test_a_series_without_a_name_stays_together() -> None:
    assert who(Path("facial-expressions_2868582k.jpg")) == who(Path("facial-expressions_2868588k.jpg"))
    assert who(Path("IMG_0001.jpg")) == who(Path("IMG_0002.jpg"))
    assert who(Path("0001.jpg")) != who(Path("0002.jpg"))


def test_the_split_is_the_same_on_every_machine() -> None:
    names = ("Aaron_Eckhart_0001.jpg", "Bob_Riley_0001.jpg", "Tony_Blair_0110.jpg", "Dwarakish_1.jpg")
    assert [is_aside(Path(name)) for name in names] == [False, True, True, False]
