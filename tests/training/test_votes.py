from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from errors import CatalogueError, ConfigError
from training.data import Faces, Origin
from training.evaluate import NO_VOTE
from training.votes import load_votes, majority

ANGRY, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL = range(7)
COLUMNS = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"


def votes(**named: int) -> list[int]:
    return [named.get(column.lower(), 0) for column in COLUMNS.split(",")]


def majority_of(**named: int) -> int:
    return int(majority(np.array([votes(**named)]))[0])


def faces(rows: list[int], splits: list[int]) -> Faces:
    n = len(rows)
    return Faces(
        np.zeros((n, 48, 48), np.uint8),
        np.zeros(n, np.uint8),
        np.array(splits, np.uint8),
        source="fer2013.csv",
        rows=np.array(rows, np.int64),
    )


def write(path: Path, header: str, *lines: str) -> Path:
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


@pytest.mark.parametrize(
    ("column", "label"),
    [
        ("neutral", NEUTRAL), ("happiness", HAPPY), ("surprise", SURPRISE), ("sadness", SAD), ("anger", ANGRY),
        ("disgust", DISGUST), ("fear", FEAR), ("contempt", DISGUST), ("unknown", NO_VOTE), ("nf", NO_VOTE),
    ],
)  # fmt: skip
def test_each_column_means_its_class_in_our_order(column: str, label: int) -> None:
    assert majority_of(**{column: 10}) == label


def test_the_first_of_the_largest_wins() -> None:
    assert majority_of(happiness=4, surprise=4, anger=2) == HAPPY
    assert majority_of(fear=5, unknown=5) == FEAR
    assert majority_of(unknown=3, nf=3) == NO_VOTE


def test_contempt_is_a_column_of_its_own_until_the_majority_is_known() -> None:
    assert majority_of(neutral=4, disgust=3, contempt=3) == NEUTRAL
    assert majority_of(disgust=1, contempt=5, sadness=4) == DISGUST


def test_without_votes_there_is_no_majority() -> None:
    assert majority_of() == NO_VOTE


def test_votes_of_ferplus_itself_lie_row_by_row_beside_the_csv(tmp_path: Path) -> None:
    path = write(
        tmp_path / "fer2013new.csv",
        f"Usage,Image name,{COLUMNS}",
        "Training,fer0000000.png,0,0,0,0,10,0,0,0,0,0",
        "Training,,0,0,0,0,0,0,0,0,0,10",
        "PublicTest,fer0000002.png,0,9,0,0,0,0,0,0,1,0",
        "PrivateTest,fer0000003.png,0,0,0,0,0,1,0,9,0,0",
    )
    assert load_votes(path, faces([0, 1, 2, 3], [0, 0, 1, 2])).tolist() == [ANGRY, NO_VOTE, HAPPY, DISGUST]
    assert load_votes(path, faces([3], [2])).tolist() == [DISGUST]


def test_a_row_that_was_left_out_of_the_data_moves_no_votes(tmp_path: Path) -> None:
    path = write(tmp_path / "votes.csv", f"row,{COLUMNS}", "2,0,9,0,0,0,0,0,0,1,0", "0,9,0,0,0,0,0,0,0,1,0")
    assert load_votes(path, faces([0, 2, 5], [0, 1, 1])).tolist() == [NEUTRAL, HAPPY, NO_VOTE]


def test_a_csv_made_on_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_bytes(f"row,{COLUMNS}\r\n0,9,0,0,0,0,0,0,0,1,0\r\n\r\n".encode("utf-8-sig"))
    assert load_votes(path, faces([0], [0])).tolist() == [NEUTRAL]


@pytest.mark.parametrize(
    ("header", "line", "message"),
    [
        (
            f"Usage,Image name,{COLUMNS}",
            "Training,x.png,9,0,0,0,0,0,0,0,1,0",
            "has 1 rows, and fer2013.csv has 2 or more",
        ),
        (f"row,{COLUMNS}", "0,9,0,0,0,0,0,0,0,x,0", "line 2: the ten votes have to be whole numbers"),
        (f"row,{COLUMNS}", "0,9,0", "line 2: the ten votes have to be whole numbers"),
        (f"row,{COLUMNS}", "0,9,0,0,0,0,0,0,0,-1,0", "line 2: a number of votes is negative"),
        (f"row,{COLUMNS}", "first,9,0,0,0,0,0,0,0,1,0", "row 'first' is no number"),
        ("row,neutral,happiness", "0,9,0", "lacks the columns surprise, sadness"),
        ("", "", "lacks the columns neutral"),
    ],
)
def test_votes_that_cannot_be_read_are_named(tmp_path: Path, header: str, line: str, message: str) -> None:
    path = write(tmp_path / "votes.csv", header, line)
    with pytest.raises(CatalogueError, match=message):
        load_votes(path, faces([1], [0]))


def test_a_row_named_twice_with_two_majorities_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "votes.csv", f"row,{COLUMNS}", "0,9,0,0,0,0,0,0,0,1,0", "0,0,9,0,0,0,0,0,0,1,0")
    with pytest.raises(CatalogueError, match="line 3: row 0 was named before"):
        load_votes(path, faces([0], [0]))


def test_votes_of_another_order_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "votes.csv", f"Usage,Image name,{COLUMNS}", "Training,x.png,9,0,0,0,0,0,0,0,1,0")
    with pytest.raises(CatalogueError, match=r"'Training' where fer2013\.csv says 'PublicTest'"):
        load_votes(path, faces([0], [1]))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"gone\.csv: cannot be read"):
        load_votes(tmp_path / "gone.csv", faces([0], [0]))


def test_votes_beside_photos_are_refused(tmp_path: Path) -> None:
    photos = Faces(np.zeros((1, 48, 48), np.uint8), np.zeros(1, np.uint8), np.zeros(1, np.uint8),
                   source="muxspace", origin=Origin("photos"))  # fmt: skip
    with pytest.raises(ConfigError, match="muxspace is none"):
        load_votes(tmp_path / "votes.csv", photos)


def test_the_real_votes_agree_with_the_labels_on_63_in_100(shared: Path) -> None:
    import csv

    with (shared / "fer2013" / "faces.csv").open() as file:
        labels = np.array([int(row["emotion"]) for row in csv.DictReader(file)])
    real = Faces(np.zeros((len(labels), 1, 1), np.uint8), labels.astype(np.uint8), np.zeros(len(labels), np.uint8))
    found = load_votes(shared / "fer2013" / "ferplus_votes.csv", real)
    assert (found == labels)[found != NO_VOTE].mean() == pytest.approx(0.631, abs=5e-4)
