"""Maps as people and programs get them: the figure, the table beside it, and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emotion.explanation import drawing
from emotion.explanation.average import Average
from emotion.explanation.evidence import BANDS, F32, Evidence, Explainer, bands
from emotion.explanation.faithfulness import CURVES, RANDOM, Faithfulness
from emotion.explanation.occlusion import PREDICTIONS
from emotion.preprocessing import crop, upright
from emotion.types import EMOTIONS, Box, Face, Frame

if TYPE_CHECKING:
    from rich.console import Console

BUDGET = 60
"""Times of a single prediction that an explanation may take."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One face as one network reads it: its number in the photo, its place in the frame and in the photo itself."""

    number: int
    face: Face
    whole: Box
    model: str
    evidence: Evidence


def face_for(explainer: Explainer, frame: Frame, face: Face) -> F32:
    """Cut a face out, upright, as a network takes it: float32 (side, side, channels)."""
    if explainer.shape == (48, 48, 1):
        return crop(frame, face.framed, face.roll_deg)
    from training.inputs import as_inputs

    return np.asarray(as_inputs(upright(frame, face.framed, face.roll_deg)[np.newaxis], explainer.shape)[0])


# --- one photo -------------------------------------------------------------------------------------------------------


def draw_faces(frame: Frame, explained: Sequence[Explained], class_: str | None, every: bool, out: Path) -> None:
    """Write the figure of a photo: a row for each face and network."""
    several = len({one.number for one in explained}) > 1
    rows = []
    for one in explained:
        face = upright(frame, one.face.framed, one.face.roll_deg)
        evidence = one.evidence
        wanted = EMOTIONS if every else (class_ or evidence.scores.top,)
        scale = drawing.strongest(np.stack([evidence.of(emotion) for emotion in wanted]))
        panels = [drawing.Panel(drawing.enlarged(face), f"read as {evidence.scores.top}")]
        panels += [
            drawing.Panel(
                drawing.overlay(face, evidence.of(emotion), scale),
                f"{emotion} {evidence.scores.as_dict()[emotion]:.0%}",
            )
            for emotion in wanted
        ]
        where = f"face {one.number} - " if several else ""
        rows.append(drawing.Row(f"{where}{one.model} - {evidence.method}", panels))
    drawing.save(drawing.figure(rows), out)


def show_faces(console: Console, photo: Path, explained: Sequence[Explained], class_: str | None, out: Path) -> None:
    """Print for each face and network what was read and where the evidence for it lies."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("face", "model", "class", "probability", *BANDS):
        table.add_column(name, justify="left" if name in ("model", "class") else "right", no_wrap=name != "model")
    for one in explained:
        emotion = class_ or one.evidence.scores.top
        shares = bands(one.evidence.of(emotion))
        words = ["-"] * 3 if shares is None else [f"{share:.0%}" for share in shares]
        probability = f"{one.evidence.scores.as_dict()[emotion]:.0%}"
        table.add_row(str(one.number), one.model, emotion, probability, *words)
    console.print(f"{photo}: where the evidence for a class lies, by thirds of the face", soft_wrap=True)
    console.print(table)
    console.print(f"wrote {out}", soft_wrap=True)


def faces_json(photo: Path, explained: Sequence[Explained], out: Path) -> dict[str, Any]:
    """Return the document of docs/explain.md."""
    return {
        "path": str(photo),
        "out": str(out) if explained else None,
        "faces": [
            {
                "face": one.number,
                "box": [one.whole.x, one.whole.y, one.whole.w, one.whole.h],
                "model": one.model,
                "method": one.evidence.method,
                "scores": {e: round(p, 6) for e, p in one.evidence.scores.as_dict().items()},
                "thirds": _thirds(one.evidence.maps),
            }
            for one in explained
        ],
    }


def _thirds(maps: F32) -> dict[str, list[float] | None]:
    shares = {emotion: bands(values) for emotion, values in zip(EMOTIONS, maps, strict=True)}
    return {emotion: None if s is None else [round(x, 4) for x in s] for emotion, s in shares.items()}


# --- averages --------------------------------------------------------------------------------------------------------


def draw_averages(
    names: Sequence[str], explained: Sequence[Mapping[str, Average]], class_: str | None, every: bool, out: Path
) -> None:
    """Write the figure of averages: a row for each network, with `every` for each network and label."""
    rows = []
    for name, averages in zip(names, explained, strict=True):
        if every:
            rows += [_row_of_label(name, label, average) for label, average in averages.items()]
            continue
        shown = {label: average.maps[EMOTIONS.index(class_ or label)] for label, average in averages.items()}
        scale = drawing.strongest(np.stack(list(shown.values())))
        method = next(iter(averages.values())).method
        what = f"evidence for {class_} in faces labelled ..." if class_ else "evidence for the label"
        panels = [
            drawing.Panel(
                drawing.overlay(drawing.as_picture(averages[label].face), values, scale),
                f"{label}, {averages[label].faces} faces",
            )
            for label, values in shown.items()
        ]
        rows.append(drawing.Row(f"{name} - {method} - average {what}", panels))
    drawing.save(drawing.figure(rows), out)


def _row_of_label(name: str, label: str, average: Average) -> drawing.Row:
    face = drawing.as_picture(average.face)
    scale = drawing.strongest(average.maps)
    panels = [drawing.Panel(drawing.enlarged(face), f"labelled {label}")]
    panels += [
        drawing.Panel(drawing.overlay(face, values, scale), f"{emotion}: {share:.0%} read so")
        for emotion, values, share in zip(EMOTIONS, average.maps, average.read_as, strict=True)
    ]
    return drawing.Row(f"{name} - {average.method} - average of {average.faces} faces labelled {label}", panels)


def show_averages(
    console: Console,
    data: str,
    split: str,
    names: Sequence[str],
    explained: Sequence[Mapping[str, Average]],
    out: Path,
) -> None:
    """Print for each network and label where the evidence for the label lies on average."""
    from rich.table import Table

    console.print(f"{data}, {split}: where the evidence for the label lies, by thirds of the face", soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    for column in ("model", "label", "faces", "read so", *BANDS):
        table.add_column(column, justify="left" if column in ("model", "label") else "right")
    for name, averages in zip(names, explained, strict=True):
        for label, average in averages.items():
            shares = bands(average.maps[EMOTIONS.index(label)])
            words = ["-"] * 3 if shares is None else [f"{share:.0%}" for share in shares]
            right = f"{average.read_as[EMOTIONS.index(label)]:.0%}"
            table.add_row(name, label, str(average.faces), right, *words)
    console.print(table)
    console.print(f"wrote {out}", soft_wrap=True)


def averages_json(
    data: str, split: str, names: Sequence[str], explained: Sequence[Mapping[str, Average]], out: Path
) -> dict[str, Any]:
    """Return the document of docs/explain.md."""
    return {
        "data": data,
        "split": split,
        "out": str(out),
        "averages": [
            {
                "model": name,
                "label": label,
                "faces": average.faces,
                "method": average.method,
                "read_as": dict(zip(EMOTIONS, np.round(average.read_as, 4).tolist(), strict=True)),
                "thirds": _thirds(average.maps),
            }
            for name, averages in zip(names, explained, strict=True)
            for label, average in averages.items()
        ],
    }


# --- faithfulness ----------------------------------------------------------------------------------------------------


def show_bench(console: Console, data: str, split: str, measured: Sequence[Faithfulness]) -> None:
    """Print the areas under the curves, how far each map is ahead of random ones, and the cost."""
    from rich.table import Table

    console.print(f"{data}, {split}, {measured[0].faces} faces each", soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    for column in ("model", "curve", "area", "random map", "its area", "better by", "on"):
        table.add_column(column, justify="left" if column in ("model", "curve", "random map") else "right")
    for one in measured:
        for curve in CURVES:
            for kind in RANDOM:
                ahead, first = one.beaten[curve][kind], kind == RANDOM[0]
                table.add_row(
                    one.model if first and curve == CURVES[0] else "",
                    curve if first else "",
                    f"{one.areas[curve]['map']:.3f}" if first else "",
                    kind,
                    f"{one.areas[curve][kind]:.3f}",
                    f"{ahead.by:+.3f} ± {(ahead.ci95[1] - ahead.ci95[0]) / 2:.3f}",
                    f"{ahead.won:.0%}",
                )
    console.print(table)
    console.print("area under the curve, 0–1: small is good in deletion, large in insertion; ± 95 %", soft_wrap=True)
    for one in measured:
        verdict = "beats random maps" if one.trusted else "does NOT beat random maps beyond chance"
        most = f" (at most {BUDGET})" if one.method == "occlusion" else ""
        console.print(
            f"{one.model}, {one.method}: {verdict}; a face costs {one.cost:.1f} single predictions{most}",
            soft_wrap=True,
        )


def bench_json(data: str, split: str, measured: Sequence[Faithfulness]) -> dict[str, Any]:
    """Return the document of docs/explain.md."""
    return {
        "data": data,
        "split": split,
        "models": [
            {
                "model": one.model,
                "method": one.method,
                "faces": one.faces,
                "predictions": PREDICTIONS if one.method == "occlusion" else None,
                "cost": round(one.cost, 2),
                "trusted": one.trusted,
                "areas": {curve: {k: round(v, 6) for k, v in of.items()} for curve, of in one.areas.items()},
                "beaten": {curve: {k: asdict(b) for k, b in of.items()} for curve, of in one.beaten.items()},
                "curves": {c: {k: np.round(v, 5).tolist() for k, v in of.items()} for c, of in one.curves.items()},
            }
            for one in measured
        ],
    }
