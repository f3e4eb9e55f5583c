from __future__ import annotations

import gzip
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.types import EMOTIONS
from errors import CatalogueError, UnknownName
from training.data import SPLITS, Faces, Loading, digests, load, validation_mask
from training.data_report import report

ROOT = Path(__file__).parents[2]
HEADER = "emotion,pixels,Usage\n"


def row(label: int | str, value: int | np.ndarray, usage: str = "Training") -> str:
    pixels = np.broadcast_to(np.asarray(value), 48 * 48)
    return f"{label},{' '.join(map(str, pixels.tolist()))},{usage}\n"


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "fer2013.csv"
    path.write_text(HEADER + row(3, 10) + row(0, 20, "PublicTest") + row(6, np.arange(2304) % 256, "PrivateTest"))
    return path


def gzipped(csv: Path) -> Path:
    path = csv.with_suffix(".csv.gz")
    path.write_bytes(gzip.compress(csv.read_bytes()))
    return path


def zipped(csv: Path) -> Path:
    path = csv.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(csv, "fer2013/fer2013.csv")
        archive.writestr("__MACOSX/fer2013/._fer2013.csv", b"\0")
    return path


def zipped_gzip(csv: Path) -> Path:
    path = csv.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(gzipped(csv), "fer2013.csv.gz")
    return path


@pytest.mark.parametrize("packed", [lambda path: path, gzipped, zipped, zipped_gzip])
def test_every_packing_of_the_csv_gives_the_same_faces(csv: Path, packed: Callable[[Path], Path]) -> None:
    faces = load(packed(csv))
    assert faces.images.dtype == np.uint8
    assert faces.images.shape == (3, 48, 48)
    assert faces.labels.tolist() == [3, 0, 6]
    assert [SPLITS[s] for s in faces.splits] == ["Training", "PublicTest", "PrivateTest"]
    assert faces.images[2].ravel().tolist() == [i % 256 for i in range(2304)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (row(7, 1), "emotion '7' is neither"),
        (row("joyful", 1), "emotion 'joyful' is neither"),
        ("3,1 2 3,Training\n", "3 pixels, 3 of them numbers, instead of 2304"),
        (row(3, 1).replace("1 1 1", "1 x 1", 1), "2304 pixels, 2303 of them numbers"),
        (row(3, 256), r"pixel values 256…256 outside 0…255"),
        (row(3, -1), r"pixel values -1…-1 outside 0…255"),
        (row(3, 1, "Holiday"), "usage 'Holiday' is none of"),
        ("3,1 2 3\n", "2 columns instead of 3"),
    ],
)
def test_a_bad_row_is_reported_with_its_line_and_the_rest_is_read(csv: Path, line: str, reason: str) -> None:
    lines = csv.read_text().splitlines(keepends=True)
    csv.write_text("".join([lines[0], lines[1], line, *lines[2:]]))
    faces = load(csv)
    assert len(faces) == 3
    (bad,) = faces.bad_rows
    assert bad.where == "line 3"
    assert re.search(reason, bad.reason), bad.reason


def test_columns_in_another_order_and_quoted_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "fer.csv"
    pixels = " ".join(["7"] * 2304)
    path.write_text(f'"Usage","emotion","pixels"\nPublicTest,"4","{pixels}"\n')
    faces = load(path)
    assert (faces.labels.tolist(), faces.splits.tolist(), int(faces.images.max())) == ([4], [1], 7)


def test_a_byte_order_mark_as_spreadsheets_write_it_does_no_harm(csv: Path) -> None:
    csv.write_bytes(b"\xef\xbb\xbf" + csv.read_bytes())
    assert load(csv).labels.tolist() == [3, 0, 6]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"time,price\n1,2\n", r"line 1: the header is \['time', 'price'\]"),
        ("a.csv", HEADER.encode(), "not one face could be read"),
        ("a.csv", b"", "the header is"),
        ("a.csv", b"\xff\xfe\x00", "cannot be read"),
        ("a.csv.gz", b"not gzip", "cannot be read"),
        ("a.csv.gz", gzip.compress(HEADER.encode() * 5000, mtime=0)[:40], "cannot be read"),
        ("a.zip", b"PK no", "cannot be read"),
    ],
)
def test_a_file_that_is_no_fer2013_says_what_is_wrong(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match=message):
        load(path)


def test_a_missing_file_and_a_zip_without_csv_say_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"does not exist; give FER2013 as"):
        load(tmp_path / "nothing.csv")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(CatalogueError, match=r"the zip holds no \.csv"):
        load(tmp_path / "a.zip")


def picture(path: Path, value: int, side: int = 48) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), np.full((side, side), value, np.uint8))


def test_the_image_folder_form_folds_labels_and_takes_the_split_from_the_name(tmp_path: Path) -> None:
    picture(tmp_path / "train" / "happiness" / "1.png", 1)
    picture(tmp_path / "train" / "Anger" / "Training_2.jpg", 2)
    picture(tmp_path / "test" / "fearful" / "PublicTest_3.png", 3)
    picture(tmp_path / "test" / "sadness" / "PrivateTest_4.png", 4)
    picture(tmp_path / "test" / "surprised" / "5.png", 5, side=96)
    picture(tmp_path / "test" / "disgusted" / "6.png", 6)
    (tmp_path / "test" / "neutral").mkdir()
    (tmp_path / "test" / "neutral" / "7.png").write_text("not a picture")
    picture(tmp_path / "test" / "bored" / "8.png", 8)
    picture(tmp_path / "elsewhere" / "happy" / "9.png", 9)
    faces = load(tmp_path)
    found = {
        (int(image.mean()), EMOTIONS[label], SPLITS[split])
        for image, label, split in zip(faces.images, faces.labels, faces.splits, strict=True)
    }
    assert found == {
        (1, "happy", "Training"),
        (2, "angry", "Training"),
        (3, "fear", "PublicTest"),
        (4, "sad", "PrivateTest"),
        (5, "surprise", "PublicTest"),
        (6, "disgust", "PublicTest"),
    }
    reasons = {bad.where: bad.reason for bad in faces.bad_rows}
    assert reasons[str(Path("test/neutral/7.png"))] == "not a picture, or damaged"
    assert "'bored' is neither" in reasons[str(Path("test/bored/8.png"))]
    assert "'elsewhere' is neither train nor test" in reasons[str(Path("elsewhere/happy/9.png"))]


def test_a_second_load_comes_from_the_cache_and_a_changed_file_does_not(csv: Path, tmp_path: Path) -> None:
    csv.write_text(csv.read_text() + row("x", 1))
    cache = tmp_path / "cache"
    first = load(csv, cache_dir=cache)
    (kept,) = cache.iterdir()
    before = kept.stat().st_mtime_ns
    second = load(csv, cache_dir=cache)
    assert kept.stat().st_mtime_ns == before
    assert np.array_equal(first.images, second.images)
    assert second.bad_rows == first.bad_rows
    assert len(second.bad_rows) == 1
    csv.write_text(HEADER + row(1, 1))
    assert load(csv, cache_dir=cache).labels.tolist() == [1]


def test_a_damaged_cache_is_made_again(csv: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    load(csv, cache_dir=cache)
    (kept,) = cache.iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    assert load(csv, cache_dir=cache).labels.tolist() == [3, 0, 6]


def noise(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, 48, 48), dtype=np.uint8)


def test_identical_images_fall_on_one_side_of_validation() -> None:
    images = noise(300)
    mask = validation_mask(np.concatenate([images, images]))
    assert np.array_equal(mask[:300], mask[300:])
    assert 10 < mask[:300].sum() < 60


def test_train_and_validation_make_up_training_and_touch_no_test_image() -> None:
    images = noise(400)
    splits = np.repeat(np.arange(4) % 3, 100).astype(np.uint8)
    faces = Faces(images, np.zeros(400, np.uint8), splits)
    train, validation = faces.split("Train"), faces.split("Validation")
    assert len(train) + len(validation) == len(faces.split("Training")) == 200
    keys = set(digests(train.images)) | set(digests(validation.images))
    assert keys.isdisjoint(digests(faces.split("Test").images))
    assert len(faces.split("Test")) == len(faces.split("PublicTest")) + len(faces.split("PrivateTest"))
    with pytest.raises(UnknownName, match="Did you mean 'Validation'"):
        faces.split("validaton")


def test_options_resize_colour_and_cap_fer2013_and_validation_stays_who_it_is(tmp_path: Path) -> None:
    images = noise(60)
    lines = [row(i % 2 * 3, images[i].ravel(), "PublicTest" if i >= 50 else "Training") for i in range(60)]
    path = tmp_path / "fer2013.csv"
    path.write_text("".join([HEADER, lines[0], "3,1 2 3,Training\n", *lines[1:]]))
    plain, large = load(path), load(path, Loading(side=64, channels=3))
    assert large.images.shape == (60, 64, 64, 3)
    assert np.array_equal(large.images[..., 0], large.images[..., 2])
    assert np.abs(large.images[:, ::4, ::4, 0].mean() - plain.images.mean()) < 3
    for part in ("Train", "Validation", "Training", "PublicTest", "all"):
        assert large.split(part).rows.tolist() == plain.split(part).rows.tolist(), part
    assert len(large.split("Validation")) > 0
    width = report(large).width
    assert width is not None
    assert width.max == 48  # of the originals
    assert plain.rows.tolist() == [0, *range(2, 61)]  # the bad row 1 keeps its number
    capped = load(path, Loading(cap={"happy": 5}))
    assert (capped.split("Training").labels == 3).sum() == 5
    assert len(capped.split("PublicTest")) == 10
    assert capped.origin.capped == {"happy": 20}
    assert len(capped.bad_rows) == 1


def test_faces_of_unequal_numbers_and_other_types_are_refused() -> None:
    one = np.zeros(3, np.uint8)
    with pytest.raises(ValueError, match="faces of unequal shapes"):
        Faces(noise(2), one, one)
    with pytest.raises(ValueError, match="faces of unequal shapes"):
        Faces(np.zeros((3, 48, 48, 2), np.uint8), one, one)
    with pytest.raises(ValueError, match="faces of unequal shapes"):
        Faces(noise(3).astype(np.float32), one, one)


def test_the_report_counts_classes_repeats_and_conflicts() -> None:
    a, b, c = noise(3)
    images = np.stack([a, a, b, a, c, b])
    labels = np.array([3, 3, 1, 4, 0, 1], np.uint8)
    splits = np.array([0, 0, 0, 1, 1, 2], np.uint8)
    found = report(Faces(images, labels, splits))
    assert found.counts["Training"]["happy"] == 2
    assert found.counts["PublicTest"]["sad"] == 1
    assert found.duplicates_within == {"Training": 1, "PublicTest": 0, "PrivateTest": 0}
    assert found.duplicates_across[("Training", "PublicTest")] == 1
    assert found.duplicates_across[("Training", "PrivateTest")] == 1
    assert found.conflicting == 3
    assert np.array_equal(found.mean_image, np.round(images.mean(axis=0)).astype(np.uint8))


def test_the_real_file_loads_within_its_memory_and_names_its_own_repeats(shared: Path, tmp_path: Path) -> None:
    path = shared / "fer2013" / "fer2013.csv.gz"
    code = (
        "import re, sys; from pathlib import Path; from training.data import load; "
        "faces = load(sys.argv[1], cache_dir=Path(sys.argv[2])); "
        # The peak of this process alone: getrusage would count the one that it was forked from as well.
        "print(len(faces), re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    command = [sys.executable, "-c", code, str(path), str(tmp_path)]
    count, peak_kb = map(int, subprocess.check_output(command, cwd=ROOT, text=True).split())
    assert count == 32_298
    assert peak_kb < 600_000
    found = report(load(path, cache_dir=tmp_path))
    assert sum(found.counts["Training"].values()) == 28_709
    assert sum(found.counts["PublicTest"].values()) == 3_589
    assert found.counts["Training"]["disgust"] == 436
    assert found.duplicates_across[("Training", "PublicTest")] == 280
    assert found.bad_rows == ()


def test_a_gzip_damaged_in_its_middle_is_named(tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv.gz"
    whole = bytearray(gzip.compress(b"emotion,pixels,Usage\n" + bytes(range(32, 127)) * 200))
    whole[20:80] = b"\xff" * 60
    path.write_bytes(whole)
    with pytest.raises(CatalogueError, match=r"fer2013\.csv\.gz: cannot be read"):
        load(path)
