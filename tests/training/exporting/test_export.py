from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
from rich.console import Console

from emotion.models import HEADS, MODELS, WEIGHTS
from errors import CatalogueError, ConfigError, ModelError, UnknownName
from tests.training.exporting import small
from training.data import Faces
from training.exporting import checking, facts, formats, sizes
from training.exporting.export import export
from training.exporting.sources import Source, open_source
from training.networks import of_keras, open_network, predict_all, predict_heads


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    path = tmp_path_factory.mktemp("source") / "spots.keras"
    small.network().save(path)
    return open_source(str(path))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Source:
    path = tmp_path_factory.mktemp("two") / "two.keras"
    small.two_headed().save(path)
    return open_source(str(path))


@pytest.mark.parametrize(
    ("form", "quantize", "name"),
    [
        ("tflite", "none", "a.tflite"),
        ("tflite", "float16", "b.tflite"),
        ("tflite", "int8", "c.tflite"),
        ("onnx", "none", "d.onnx"),
        ("onnx", "float16", "e.onnx"),
        ("keras", "none", "f.keras"),
        ("saved_model", "none", "g"),
    ],
)
def test_every_format_answers_as_its_source_and_says_what_it_is(
    tmp_path: Path, source: Source, form: str, quantize: str, name: str
) -> None:
    faces = small.faces()
    made = export(source, form, quantize, tmp_path / "new" / name, faces, licence="MIT")
    assert made.check.images == 80
    assert made.check.same == 80
    assert made.check.accuracy == made.check.accuracy_before == 1
    assert list(made.path.parent.iterdir()) == [made.path]  # nothing is left beside it
    network = open_network(str(made.path))
    assert network.shape == (small.SIDE, small.SIDE, 1)
    predicted = predict_all(network, faces.images[:20])
    assert (predicted.argmax(axis=1) == faces.labels[:20]).all()
    assert np.allclose(predicted.sum(axis=1), 1, atol=1e-5)  # in 8 bits too
    written = formats.facts_in(made.path)
    assert written == made.facts
    assert written is not None
    assert (written.licence, written.quantize, written.name) == ("MIT", quantize, "spots")
    assert written.input_shape == (1, small.SIDE, small.SIDE, 1)


@pytest.mark.parametrize(
    ("form", "quantize", "name"),
    [
        ("tflite", "float16", "a.tflite"),
        ("tflite", "int8", "b.tflite"),
        ("tflite", "dynamic", "c.tflite"),
        ("onnx", "none", "d.onnx"),
        ("keras", "none", "e.keras"),
        ("saved_model", "none", "f"),
    ],
)
def test_both_heads_go_into_every_format_under_their_names(
    tmp_path: Path, two: Source, form: str, quantize: str, name: str
) -> None:
    faces = small.faces(60)
    made = export(two, form, quantize, tmp_path / name, faces)
    network = open_network(str(made.path))
    assert network.heads == two.facts.heads == HEADS
    written = formats.facts_in(made.path)
    assert written is not None
    assert (written.heads, written.quantize) == (HEADS, quantize)
    ours, theirs = (predict_heads(asked, faces.images[:5]) for asked in (network, two.network))
    least = 0.1 if "8" in quantize or quantize == "dynamic" else 1e-3
    assert all(np.abs(ours[head] - theirs[head]).max() < least for head in HEADS)
    assert np.abs(ours["votes"] - ours["fer2013"]).max() > 0.1
    assert made.check.ferplus_accuracy is None  # nobody gave votes


def test_each_head_is_checked_against_its_own_truth(tmp_path: Path, two: Source, source: Source) -> None:
    faces = small.faces(60)
    votes = small.write_votes(tmp_path / "votes.csv", faces)
    check = export(two, "onnx", "none", tmp_path / "two.onnx", faces, votes=votes).check
    validation = faces.split("Validation")
    said = predict_heads(two.network, validation.images)
    told = validation.labels != 6
    assert check.accuracy == check.accuracy_before == (said["fer2013"].argmax(axis=1) == validation.labels).mean()
    happy = (said["votes"].argmax(axis=1) == 3)[told].mean()
    assert check.ferplus_accuracy == check.ferplus_accuracy_before == happy
    alone = export(source, "onnx", "none", tmp_path / "one.onnx", faces, votes=votes).check
    assert (alone.accuracy, alone.ferplus_accuracy) == (1, (validation.labels[told] == 3).mean())


def test_a_head_that_changed_or_is_gone_is_noticed(two: Source, source: Source) -> None:
    validation = small.faces(60).split("Validation")
    biased = small.two_headed()
    least = predict_heads(two.network, validation.images)["votes"].sum(axis=0).argmin()
    kernel, bias = biased.get_layer("votes_logits").get_weights()
    biased.get_layer("votes_logits").set_weights([kernel, bias + 30 * np.eye(7)[least]])
    check = checking.compared(of_keras(biased, Path("biased.keras")), two.network, validation)
    assert check.accuracy == check.accuracy_before  # of the other head
    with pytest.raises(ModelError, match=r"two\.tflite was not written: of 12 images it reads \d+ otherwise"):
        checking.refuse_if_changed(check, "int8", "two.tflite")
    with pytest.raises(ModelError, match=r"it answers fer2013, and its source fer2013 and votes"):
        checking.compared(source.network, two.network, validation)


def test_sizes_show_what_the_crowd_agrees_with_where_it_was_asked() -> None:
    unasked = checking.Check(200, 198, 0.03, 0.7, 0.71, 4.0, 5.0)
    asked = dataclasses.replace(unasked, ferplus_accuracy=0.846, ferplus_accuracy_before=0.85)
    for checks, words in (([unasked], ["70.0%", "-1.0"]), ([unasked, asked], ["FER+", "–", "84.6%", "-0.4"])):
        console = Console(width=120, record=True)
        sizes.show(console, [sizes.Size("two", "int8", 9, 9, 9, 9, 9, check) for check in checks])
        text = console.export_text()
        assert all(word in text for word in words)
        assert ("FER+" in text) == (len(checks) > 1)


def test_eight_bits_are_eight_bits(tmp_path: Path, source: Source) -> None:
    from training.exporting.litert_file import operator_of, read_file

    made = export(source, "tflite", "int8", tmp_path / "small.tflite", small.faces())
    model = read_file(made.path)
    kinds = [operator_of(model, operator) for operator in model.subgraphs[0].operators]
    assert kinds[0] == "QUANTIZE"
    assert kinds[-2:] == ["DEQUANTIZE", "SOFTMAX"]
    again = export(source, "tflite", "int8", tmp_path / "again.tflite", small.faces())
    assert (again.sha256, again.bytes) == (made.sha256, made.bytes)


def test_a_batch_is_fixed(tmp_path: Path, source: Source) -> None:
    for form, name in (("tflite", "four.tflite"), ("onnx", "four.onnx")):
        export(source, form, "none", tmp_path / name, small.faces(), batch=4)
        assert open_network(str(tmp_path / name)).batch == 4


def test_a_keras_export_can_be_trained_on_and_exported_again(tmp_path: Path, source: Source) -> None:
    made = export(source, "keras", "none", tmp_path / "again.keras", small.faces(), licence="CC0-1.0")
    again = open_source(str(made.path))
    assert again.facts.licence == "CC0-1.0"
    assert [layer.name for layer in again.model.layers] == [layer.name for layer in source.model.layers]


def test_an_export_that_lost_its_weights_is_refused_and_leaves_the_old_file(tmp_path: Path, source: Source) -> None:
    other = small.network()
    other.set_weights([np.zeros_like(weight) for weight in other.get_weights()])
    (tmp_path / "old.onnx").write_bytes(b"old")
    lost = dataclasses.replace(source, model=other)
    with pytest.raises(ModelError, match=r"old\.onnx was not written: of 80 images it reads \d+ otherwise"):
        export(lost, "onnx", "none", tmp_path / "old.onnx", small.faces())
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("old.onnx", b"old")]


def test_what_is_in_the_way_is_said_before_anything_is_converted(tmp_path: Path, source: Source) -> None:
    with pytest.raises(ConfigError, match="exists already"):
        export(source, "saved_model", "none", tmp_path, small.faces())
    with pytest.raises(ConfigError, match=r"is a folder\. Give a file name in it, such as .*model\.onnx"):
        export(source, "onnx", "none", tmp_path, small.faces())
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be made"):
        export(source, "onnx", "none", tmp_path / "file" / "a.onnx", small.faces())
    no_validation = Faces(np.zeros((1, 48, 48), np.uint8), np.zeros(1, np.uint8), np.ones(1, np.uint8), source="x.csv")
    with pytest.raises(CatalogueError, match="holds no images of Validation"):
        export(source, "onnx", "none", tmp_path / "a.onnx", no_validation)


def test_formats_are_told_by_name_and_contradictions_are_named() -> None:
    assert formats.format_of(None, Path("x/a.onnx")) == "onnx"
    assert formats.format_of("saved_model", Path("folder")) == "saved_model"
    with pytest.raises(ConfigError, match="does not tell its format"):
        formats.format_of(None, Path("a.bin"))
    with pytest.raises(ConfigError, match=r"A tflite file's name ends in \.tflite, and a\.onnx does not"):
        formats.format_of("tflite", Path("a.onnx"))
    with pytest.raises(ConfigError, match="is named like a keras file"):
        formats.format_of("saved_model", Path("a.keras"))
    with pytest.raises(UnknownName, match="no format 'onxx'"):
        formats.format_of("onxx", Path("a.onnx"))
    with pytest.raises(ConfigError, match="For int8 choose --format tflite"):
        formats.check_quantize("onnx", "int8")
    with pytest.raises(UnknownName, match="no quantisation 'int4'"):
        formats.check_quantize("onnx", "int4")


def test_what_cannot_be_exported_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'cnn3x3'"):
        open_source("cnn3x33")
    shutil.copy(WEIGHTS / "elu.tflite", tmp_path / "mine.tflite")
    with pytest.raises(ModelError, match=r"mine\.tflite is made to be run and not to be exported again"):
        open_source(str(tmp_path / "mine.tflite"))
    with pytest.raises(ModelError, match=r"model\.keras does not exist"):
        open_source(str(tmp_path))
    wide = keras.Sequential([keras.Input((8, 12, 1)), keras.layers.Flatten(), keras.layers.Dense(7)])
    wide.save(tmp_path / "wide.keras")
    with pytest.raises(ModelError, match="a square picture"):
        open_source(str(tmp_path / "wide.keras"))


def test_a_run_folder_says_what_it_is(tmp_path: Path) -> None:
    small.network().save(tmp_path / "model.keras")
    kept = {
        "recipe": {"variant": "cnn3x3", "stages": [[24, 2, 0.1]], "data": "fer2013", "build": {}},
        "data": {"name": "fer2013.csv", "training_images": 28709, "blake2b": "0"},
        "finished": "2026-11-21T00:00:00+00:00",
        "resumed": [],
        "best": {"epoch": 2, "val_accuracy": 0.5},
    }
    (tmp_path / "run.json").write_text(json.dumps(kept))
    found = open_source(str(tmp_path)).facts
    assert (found.name, found.data) == ("cnn3x3", "fer2013.csv, 28,709 images for training")
    assert found.metrics == {"epoch": 2, "validation_accuracy": 0.5}
    assert (found.licence, found.input_shape) == (None, (1, 24, 24, 1))
    calibration = {"votes_temperature": 0.8, "fer2013_ece_after": 0.02, "votes_ece_after": 0.01}
    both = kept | {"recipe": kept["recipe"] | {"variant": "mien-emotion"}, "calibration": calibration}  # type: ignore[operator]
    (tmp_path / "run.json").write_text(json.dumps(both | {"best": {"val_votes_accuracy": 0.8}}))
    found = facts.of_run(tmp_path)
    assert (found.heads, found.recipe.split(" --")[-1]) == (HEADS, "votes fer2013new.csv")
    assert found.metrics == {"validation_votes_accuracy": 0.8, "validation_ece": 0.02, "validation_votes_ece": 0.01}
    (tmp_path / "run.json").write_text(json.dumps(kept | {"recipe": {}}))
    with pytest.raises(ConfigError, match="is damaged"):
        facts.of_run(tmp_path)


def test_facts_survive_json_and_damage_is_named() -> None:
    entry = facts.of_entry(MODELS["mobile"])
    assert facts.parsed(facts.facts_json(entry), Path("f")) == entry
    assert facts.parsed(facts.facts_json(entry)[:-1] + ', "new": 1}', Path("f")) == entry
    first = {key: value for key, value in json.loads(facts.facts_json(entry)).items() if key != "heads"}
    assert facts.parsed(json.dumps(first), Path("f")) == entry  # as files were before there were two heads
    for text in ("{", "[]", "{}", '{"labels": 3}'):
        with pytest.raises(ModelError, match=r"metadata of mien in f are damaged"):
            facts.parsed(text, Path("f"))


def test_the_check_looks_at_the_same_images_every_time() -> None:
    faces = small.faces()
    first, again = (checking.sample(faces, "Validation", 30) for _ in range(2))
    assert len(first) == 30
    assert (first.rows == again.rows).all()
    assert len(checking.sample(faces, "Validation", 500)) == 80
