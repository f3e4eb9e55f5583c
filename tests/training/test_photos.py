"""Photo collections: the legend, the pictures, the split; tiny ones made here, and the real one where it lies."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.types import EMOTIONS
from errors import CatalogueError, ConfigError, UnknownName
from training.data import SPLITS, Faces, Loading, load, parse_cap
from training.likeness import ALIKE, thumbnail
from training.splitting import person_of, together

HEADER = "user.id,image,emotion\n"


def noise(seed: int, height: int = 40, width: int = 40) -> np.ndarray:
    """A picture that looks like no other, also when it is small: blocks of random colours."""
    blocks = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return cv2.resize(blocks, (width, height), interpolation=cv2.INTER_NEAREST)


def write(path: Path, image: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), image)


def collection(folder: Path, rows: list[tuple[str, str]], header: str = HEADER) -> Path:
    """Write a collection with a picture for every row (file, emotion)."""
    for seed, (name, _) in enumerate(rows):
        write(folder / "images" / name, noise(seed))
    (folder / "legend.csv").write_text(header + "".join(f"7,{name},{emotion}\n" for name, emotion in rows))
    return folder


def many(per_class: int = 10) -> list[tuple[str, str]]:
    return [(f"{emotion}-{i}x.png", emotion) for emotion in EMOTIONS for i in range(per_class)]


SMALL = Loading(side=32)


def reasons(faces: Faces) -> dict[str, str]:
    return {bad.where: bad.reason for bad in faces.bad_rows}


# --- the legend ------------------------------------------------------------------------------------------------------


def test_a_collection_gives_rgb_squares_with_labels_rows_and_names(tmp_path: Path) -> None:
    path = collection(tmp_path, many())
    red = np.zeros((40, 40, 3), np.uint8)
    red[:, :, 2] = 255  # OpenCV writes blue, green, red
    write(path / "images" / "angry-0x.png", red)
    faces = load(path, SMALL)
    assert faces.images.shape == (70, 32, 32, 3)
    assert faces.images.dtype == np.uint8
    assert faces.images[0, 5, 5].tolist() == [255, 0, 0]
    assert faces.rows.tolist() == list(range(70))
    assert faces.names[13] == "disgust-3x.png"
    assert EMOTIONS[faces.labels[13]] == "disgust"
    assert faces.origin.kind == "photos"
    assert faces.bad_rows == ()
    assert load(path).images.shape == (70, 256, 256, 3)


def test_labels_in_any_case_synonyms_and_contempt_become_the_seven_classes(tmp_path: Path) -> None:
    words = ["ANGER", "Disgust", "contempt", "fearful", "HAPPINESS", "sadness", "Surprised", " neutral "]
    faces = load(collection(tmp_path, [(f"{i}.png", word) for i, word in enumerate(words)]), SMALL)
    assert [EMOTIONS[label] for label in faces.labels] == [
        "angry", "disgust", "disgust", "fear", "happy", "sad", "surprise", "neutral",
    ]  # fmt: skip
    assert faces.origin.listed["contempt"] == 1


def test_columns_in_another_order_and_case_are_understood(tmp_path: Path) -> None:
    path = collection(tmp_path, many(3))
    (path / "legend.csv").write_text(
        "\ufeffEmotion,Image\n" + "".join(f"{emotion},images/{name}\n" for name, emotion in many(3))
    )
    assert len(load(path, SMALL)) == 21


def as_repository(path: Path) -> Path:
    (path / "data").mkdir()
    (path / "legend.csv").rename(path / "data" / "legend.csv")
    return path


def as_zip(path: Path) -> Path:
    packed = path / "all.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(path.rglob("*.*")):
            if file != packed:
                archive.write(file, Path("muxspace") / file.relative_to(path))
        archive.writestr("__MACOSX/muxspace/._legend.csv", b"\0")
    return packed


@pytest.mark.parametrize(
    "named",
    [
        lambda path: path / "images",
        lambda path: path / "legend.csv",
        as_repository,
        lambda path: as_repository(path) / "images",
        lambda path: as_repository(path) / "data",
        as_zip,
    ],
)
def test_every_form_of_a_collection_gives_the_same_faces(tmp_path: Path, named: Callable[[Path], Path]) -> None:
    path = collection(tmp_path, many(3))
    whole = load(path, SMALL)
    other = load(named(path), SMALL)
    assert np.array_equal(other.images, whole.images)
    assert np.array_equal(other.splits, whole.splits)
    assert other.names.tolist() == whole.names.tolist()


def test_each_row_that_says_nothing_clear_is_named_with_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    path = collection(tmp_path, many(3))
    with (path / "legend.csv").open("a") as legend:
        legend.write("7,angry-0x.png,bored\n7,gone.png,happy\n7,angry-1x.png,ANGER\n7,angry-2x.png,sad\n\n7,three\n")
    write(path / "images" / "stranger.png", noise(99))
    write(path / "images" / "other" / "angry-0x.png", noise(98))
    faces = load(path, SMALL)
    found = reasons(faces)
    assert len(faces) == 21
    assert "emotion 'bored' is neither" in found["legend.csv line 23"]
    assert "gone.png is not among the images" in found["legend.csv line 24"]
    assert "angry-1x.png is listed again, as on line 3" in found["legend.csv line 25"]
    assert "angry-2x.png is sad here and angry on line 4; the first counts" in found["legend.csv line 26"]
    assert found["legend.csv line 28"] == "2 columns instead of 3"
    assert found["stranger.png"] == "has no row in the legend"
    assert found.pop(str(path / "images" / "other" / "angry-0x.png")).startswith("has the name of another picture")
    assert len(found) == 6


@pytest.mark.parametrize(
    ("legend", "message"),
    [
        (b"", r"line 1: the header is \[\]; a legend has the columns user.id,image,emotion"),
        (b"file,label\na.png,happy\n", r"the header is \['file', 'label'\]"),
        (b"\xff\xfe\x00,", "cannot be read"),
        (HEADER.encode(), "0 photos of 0 people are too few to split"),
    ],
)
def test_a_legend_that_is_none_says_what_is_wrong(tmp_path: Path, legend: bytes, message: str) -> None:
    path = collection(tmp_path, many(1))
    (path / "legend.csv").write_bytes(legend)
    with pytest.raises(CatalogueError, match=message):
        load(path)


def test_a_zip_that_is_cut_within_its_list_says_so(tmp_path: Path) -> None:
    packed = as_zip(collection(tmp_path, many(3)))
    data = packed.read_bytes()
    packed.write_bytes(data.replace(b"PK\1\2", b"PK\0\0"))
    with pytest.raises(CatalogueError, match=r"cannot be read .*get it again"):
        load(packed)


def test_pictures_without_a_legend_say_that_it_is_missing(tmp_path: Path) -> None:
    path = collection(tmp_path, many(1))
    (path / "legend.csv").unlink()
    for named in (path, path / "images"):
        with pytest.raises(CatalogueError, match=r"has pictures but no legend\.csv"):
            load(named)


# --- the pictures ----------------------------------------------------------------------------------------------------


def test_damaged_tiny_and_empty_pictures_are_named_and_skipped(tmp_path: Path) -> None:
    path = collection(tmp_path, many(3))
    (path / "images" / "angry-0x.png").write_text("a web page")
    (path / "images" / "fear-1x.png").write_bytes(b"")
    whole = (path / "images" / "sad-1x.png").read_bytes()
    (path / "images" / "sad-1x.png").write_bytes(whole[: len(whole) // 2])
    write(path / "images" / "happy-2x.png", noise(5, height=28, width=50))
    faces = load(path, SMALL)
    found = reasons(faces)
    assert len(faces) == 17
    assert "is a text file" in found["angry-0x.png"]
    assert "is empty" in found["fear-1x.png"]
    assert "cut off or damaged" in found["sad-1x.png"]
    assert found["happy-2x.png"] == "50×28 pixels; the shorter side has fewer than 32"
    assert len(load(path, Loading(side=32, smallest=28))) == 18
    assert [28, 50] in np.sort(faces.origin.sizes, axis=1).tolist()


def test_a_tall_photo_is_kept_whole_between_its_own_edges(tmp_path: Path) -> None:
    path = collection(tmp_path, many(3))
    tall = np.zeros((80, 40, 3), np.uint8)
    tall[:, :4] = 200  # the left edge
    tall[:8] = 90  # the forehead
    write(path / "images" / "angry-0x.png", tall)
    image = load(path, Loading(side=80)).images[0]
    assert image[40, 2].tolist() == image[40, 20].tolist() == [200, 200, 200]
    assert image[40, 40].tolist() == image[40, 78].tolist() == [0, 0, 0]
    assert image[2, 40].tolist() == [90, 90, 90]


def jpeg_turned(image: np.ndarray) -> bytes:
    """A JPEG that says in EXIF that it has to be turned clockwise to be upright (orientation 6)."""
    data = cv2.imencode(".jpg", image)[1].tobytes()
    tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    exif = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + data[2:]


def test_photos_are_upright_and_every_kind_of_picture_becomes_rgb(tmp_path: Path) -> None:
    from PIL import Image

    path = collection(tmp_path, many(3))
    images = path / "images"
    lying = np.zeros((64, 64, 3), np.uint8)
    lying[:, :32] = 255  # white on the left, so on top once upright
    (images / "angry-0x.png").write_bytes(jpeg_turned(lying))
    Image.new("CMYK", (64, 64), (0, 255, 255, 0)).save(images / "angry-1x.png", "JPEG")
    Image.new("L", (64, 64), 77).save(images / "angry-2x.png")
    palette = Image.new("P", (64, 64), 1)
    palette.putpalette([0, 0, 0, 10, 20, 30])
    palette.save(images / "disgust-0x.png")
    turned, cmyk, grey, indexed = load(path, SMALL).images[:4]
    assert turned[4, 16].min() > 240
    assert turned[28, 16].max() < 15
    assert cmyk[16, 16, 0] > 200
    assert cmyk[16, 16, 1:].max() < 80
    assert grey[16, 16].tolist() == [77, 77, 77]
    assert indexed[16, 16].tolist() == [10, 20, 30]


def test_one_channel_is_the_luma_of_three(tmp_path: Path) -> None:
    path = collection(tmp_path, many(3))
    colour, grey = load(path, SMALL), load(path, Loading(side=32, channels=1))
    assert grey.images.shape == (21, 32, 32)
    luma = colour.images @ np.array([0.299, 0.587, 0.114])
    assert np.abs(luma - grey.images).max() < 3


# --- cap and split ---------------------------------------------------------------------------------------------------


def test_a_cap_keeps_as_many_as_it_says_by_seed_and_fills_up_for_the_damaged(tmp_path: Path) -> None:
    path = collection(tmp_path, many(10))

    def kept(loading: Loading) -> set[str]:
        return {name for name in load(path, loading).names.tolist() if name.startswith("happy")}

    first = kept(Loading(side=32, cap={"happiness": 4}))
    assert len(first) == 4
    assert kept(Loading(side=32, cap={"happy": 4})) == first
    assert kept(Loading(side=32, cap={"happy": 4}, seed=1)) != first
    assert len(kept(Loading(side=32, cap={}))) == 10
    (path / "images" / min(first)).write_text("damaged")
    second = kept(Loading(side=32, cap={"happy": 4}))
    assert len(second) == 4
    assert first - {min(first)} < second
    assert load(path, Loading(side=32, cap={"happy": 4})).origin.capped == {"happy": 5}


def test_the_order_of_the_legend_does_not_change_who_is_on_which_side(tmp_path: Path) -> None:
    rows = many(10)
    forward = load(collection(tmp_path / "a", rows), SMALL)
    backward = load(collection(tmp_path / "b", rows[::-1]), SMALL)
    assert dict(zip(forward.names, forward.splits, strict=True)) == dict(
        zip(backward.names, backward.splits, strict=True)
    )
    assert not np.array_equal(forward.splits, load(tmp_path / "a", Loading(side=32, seed=3)).splits)


def test_every_class_is_split_in_its_shares_and_no_person_is_on_two_sides(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    rows = [
        (f"Person_{chr(65 + who)}_{i:04}.png", EMOTIONS[rng.integers(7)])
        for who in range(26)
        for i in range(int(rng.integers(1, 8)))
    ]
    rows += [(f"alone-{i}k.png", EMOTIONS[i % 7]) for i in range(140)]
    faces = load(collection(tmp_path, rows), SMALL)
    sides: dict[str, set[int]] = {}
    for name, split in zip(faces.names.tolist(), faces.splits.tolist(), strict=True):
        sides.setdefault(person_of(name) or name, set()).add(split)
    assert all(len(on) == 1 for on in sides.values())
    assert sum(person_of(name) is not None for name in faces.names.tolist()) == len(rows) - 140
    for label in range(7):
        counts = Counter(SPLITS[s] for s in faces.splits[faces.labels == label])
        n = counts.total()
        for split, share in (("Training", 0.6), ("Validation", 0.2), ("Test", 0.2)):
            assert abs(counts[split] - share * n) < 2, (EMOTIONS[label], counts)
    assert len(faces.split("Training")) == len(faces.split("Train")) + len(faces.split("Validation"))
    assert set(faces.split("Test").splits.tolist()) == {SPLITS.index("Test")}
    assert len(faces.split("all")) == len(faces)


def test_the_same_picture_under_two_names_is_named_and_stays_on_one_side(tmp_path: Path) -> None:
    rows = many(10)
    path = collection(tmp_path, rows)
    again = [f"again-{i}x.png" for i in range(12)]
    for i, name in enumerate(again):
        (path / "images" / name).write_bytes((path / "images" / rows[i * 5][0]).read_bytes())
    bigger = noise(3, 90, 90)  # the picture of row 3, larger and brighter
    write(path / "images" / "bigger.png", cv2.convertScaleAbs(bigger, alpha=0.9, beta=12))
    with (path / "legend.csv").open("a") as legend:
        legend.writelines(f"7,{name},{rows[i * 5][1]}\n" for i, name in enumerate(again))
        legend.write("7,bigger.png,sad\n")
    faces = load(path, SMALL)
    side = dict(zip(faces.names.tolist(), faces.splits.tolist(), strict=True))
    assert [side[name] for name in again] == [side[rows[i * 5][0]] for i in range(12)]
    assert len({side[name] for name in again}) > 1  # else the line above says little
    notes = {note.where: note.reason for note in faces.origin.notes}
    assert notes["again-1x.png"] == f"has the pixels of {rows[5][0]}"
    assert notes["bigger.png"] == "is nearly the same picture as angry-3x.png, but is sad and not angry"
    assert side["bigger.png"] == side["angry-3x.png"]
    assert len(notes) == 13


def test_three_photos_are_enough_for_three_sides(tmp_path: Path) -> None:
    faces = load(collection(tmp_path, [("a.png", "happy"), ("b.png", "happy"), ("c.png", "sad")]), SMALL)
    assert sorted(SPLITS[split] for split in faces.splits) == ["Test", "Training", "Validation"]


def test_too_few_people_to_split_is_an_error_and_a_class_without_a_side_is_noted(tmp_path: Path) -> None:
    one = collection(tmp_path / "one", [(f"Ada_Lovelace_{i:04}.png", "happy") for i in range(9)])
    with pytest.raises(
        CatalogueError, match=r"9 photos of 1 people are too few to split into Training, Validation, Test"
    ):
        load(one, SMALL)
    (one / "images" / "Ada_Lovelace_0000.png").write_text("damaged")
    with pytest.raises(CatalogueError, match=r"the first of 1 left out: Ada_Lovelace_0000.png: .* text file"):
        load(one, SMALL)
    rare = [
        *((f"{i}k.png", "happy") for i in range(20)),
        ("Alan_Turing_0001.png", "sad"),
        ("Alan_Turing_0002.png", "sad"),
    ]
    notes = {n.where: n.reason for n in load(collection(tmp_path / "two", rare), SMALL).origin.notes}
    assert notes["class sad"] == "too few people: none in Validation and Test"
    assert "no photo has this label" in notes["class fear"]
    assert "class happy" not in notes


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Aaron_Eckhart_0001.jpg", "Aaron Eckhart"),
        ("images/Roh_Moo-hyun_0011.jpg", "Roh Moo-hyun"),
        ("HrithikRoshan_7.jpg", "HrithikRoshan"),
        ("facial-expressions_2868588k.jpg", None),
        ("IMG_0001.jpg", None),
        ("Photo_12.png", None),
        ("frame_3.png", None),
        ("Avinash_20240101.jpg", None),
        ("0001.jpg", None),
    ],
)
def test_a_person_is_read_from_names_as_lfw_writes_them(name: str, person: str | None) -> None:
    assert person_of(name) == person


def test_groups_join_through_a_third() -> None:
    assert together([["a"], ["b"], ["c"], ["b", "a"], ["d"]]).tolist() == [0, 0, 2, 0, 4]


def test_thumbnails_of_other_pictures_are_not_alike() -> None:
    thumbnails = np.stack([thumbnail(noise(seed)) for seed in range(40)])
    correlation = thumbnails @ thumbnails.T
    assert np.allclose(np.diag(correlation), 1, atol=1e-4)
    assert correlation[~np.eye(40, dtype=bool)].max() < ALIKE - 0.2


# --- options ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Loading(side=3000), "side of 3000 pixels is not between 16 and 1024"),
        (lambda: Loading(channels=2), "2 channels make no picture"),
        (lambda: Loading(cap={"happy": 0}), "cap of 0 leaves nothing of happy"),
        (lambda: Loading(seed=-1), "seed"),
        (lambda: Loading(shares=(0.5, 0.5, 0.5)), "not three positive numbers that sum to 1"),
        (lambda: parse_cap(["happy"]), "--cap happy is not understood"),
        (lambda: parse_cap(["happy=many"]), "Write a class and a number"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make()


def test_a_cap_is_read_as_people_write_it() -> None:
    assert parse_cap([]) is None
    assert parse_cap(["none"]) == {}
    assert parse_cap(["happiness=5, NEUTRAL=6", "sad=7"]) == {"happy": 5, "neutral": 6, "sad": 7}
    with pytest.raises(UnknownName, match="no class to cap 'joy'"):
        parse_cap(["joy=5"])
    with pytest.raises(UnknownName, match="Did you mean 'neutral'"):
        Loading(cap={"neutrl": 5})


def test_the_cache_knows_the_options_and_every_picture(tmp_path: Path) -> None:
    path, cache = collection(tmp_path / "photos", many(3)), tmp_path / "cache"
    (path / "images" / "sad-0x.png").write_text("damaged")
    first = load(path, SMALL, cache_dir=cache)
    second = load(path, SMALL, cache_dir=cache)
    assert len(list(cache.iterdir())) == 1
    for name in ("images", "labels", "splits", "rows", "names"):
        assert np.array_equal(getattr(first, name), getattr(second, name)), name
    assert second.bad_rows == first.bad_rows
    assert second.origin.listed == first.origin.listed
    assert second.origin.notes == first.origin.notes
    assert np.array_equal(second.origin.sizes, first.origin.sizes)
    assert load(path, Loading(side=32, seed=1), cache_dir=cache).splits.tolist() != first.splits.tolist()
    write(path / "images" / "sad-0x.png", noise(1000))
    assert len(load(path, SMALL, cache_dir=cache)) == len(first) + 1


# --- the real collection ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Faces:
    path = Path(__file__).parents[2].parent / "shared" / "data" / "muxspace"
    if not path.is_dir():
        pytest.skip("the photo collection is not on this machine")
    return load(path, Loading(side=48))


def test_the_real_collection_has_its_known_counts(real: Faces) -> None:
    assert sum(real.origin.listed.values()) == 3126
    assert len(real.origin.sizes) == 3125
    assert dict(zip(EMOTIONS, np.bincount(real.labels).tolist(), strict=True)) == {
        "angry": 252, "disgust": 207, "fear": 21, "happy": 500, "sad": 263, "surprise": 367, "neutral": 500,
    }  # fmt: skip
    assert real.origin.capped == {"happy": 497, "neutral": 497}
    assert reasons(real)["legend.csv line 2681"].startswith("Avinash_30.jpg is sad here and surprise on line 2675")
    assert sum("the shorter side has fewer than 32" in bad.reason for bad in real.bad_rows) == 21
    assert len(real.bad_rows) == 22


def test_the_real_collection_is_split_by_person_in_its_shares(real: Faces) -> None:
    parts = {name: real.split(name) for name in ("Train", "Validation", "Test")}
    people = {name: {person_of(n) for n in part.names.tolist()} - {None} for name, part in parts.items()}
    assert people["Train"].isdisjoint(people["Validation"] | people["Test"])
    assert people["Validation"].isdisjoint(people["Test"])
    assert len(set().union(*people.values())) > 1000
    for (name, part), share in zip(parts.items(), (0.6, 0.2, 0.2), strict=True):
        assert abs(len(part) / len(real) - share) < 0.01, name
        for label in range(7):
            n = int((real.labels == label).sum())
            if n >= 50:
                assert abs(int((part.labels == label).sum()) / n - share) < 0.02, (name, EMOTIONS[label])
