"""The drawings and galleries of a report: SVG and PNG inside the page."""

from __future__ import annotations

import base64

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from emotion.types import EMOTIONS
from training.data import Faces
from training.evaluate import BINS, Evaluation
from training.markup import Html, join, tag, void

SHOWN = 8
"""Pictures in each row of a gallery."""

HARDEST = 6
"""Confusions that are shown with pictures."""

SIDE = 96
"""Largest side of a picture in the page, in pixels."""

F32 = npt.NDArray[np.float32]


def interval_bar(value: float, interval: tuple[float, float], low: float, high: float) -> Html:
    """Draw a share and its interval on a scale from low to high."""
    width, span = 150, max(high - low, 1e-9)

    def x(share: float) -> str:
        return f"{5 + (share - low) / span * (width - 10):.1f}"

    words = f"{interval[0]:.1%} to {interval[1]:.1%}"
    drawing = [
        void("line", x1=5, x2=width - 5, y1=8, y2=8, class_="rail"),
        void("line", x1=x(interval[0]), x2=x(interval[1]), y1=8, y2=8, class_="span"),
        void("circle", cx=x(value), cy=8, r=4, class_="dot"),
    ]
    svg = tag("svg", _closed(drawing), viewBox=f"0 0 {width} 16", width=width, height=16, aria_hidden="true")
    return join([svg, tag("span", words.replace(" to ", "–"), class_="range")])


def reliability_diagram(name: str, evaluation: Evaluation) -> Html:
    """Draw how often predictions of each confidence are right (bars), and what would be right (the diagonal)."""
    side, left, top = 240, 58, 10
    parts: list[Html] = []
    largest = max(b.n for b in evaluation.reliability)
    for i, b in enumerate(evaluation.reliability):
        if b.n:
            x, high = left + i * side / BINS, b.accuracy * side
            says = f"{b.n:,} images, confidence {b.confidence:.0%}, {b.accuracy:.0%} right"
            opacity = 0.35 + 0.65 * (b.n / largest) ** 0.5
            place: dict[str, str] = {"x": f"{x:.1f}", "y": f"{top + side - high:.1f}"}
            size = {"width": f"{side / BINS - 1.5:.1f}", "height": f"{high:.1f}"}
            parts.append(tag("rect", tag("title", says), class_="bar", opacity=f"{opacity:.2f}", **place, **size))
    parts += _closed_list(
        void("line", x1=left, y1=top + side, x2=left + side, y2=top, class_="ideal"),
        void("line", x1=left, y1=top + side, x2=left + side, y2=top + side, class_="axis"),
        void("line", x1=left, y1=top, x2=left, y2=top + side, class_="axis"),
    )
    for share in (0.0, 0.5, 1.0):
        parts.append(tag("text", f"{share:.0%}", x=left + share * side, y=top + side + 16, text_anchor="middle"))
        parts.append(tag("text", f"{share:.0%}", x=left - 6, y=top + side - share * side + 4, text_anchor="end"))
    parts.append(tag("text", "confidence", x=left + side / 2, y=top + side + 34, text_anchor="middle"))
    turned = f"rotate(-90 10 {top + side / 2})"
    parts.append(tag("text", "right", x=10, y=top + side / 2, text_anchor="middle", transform=turned))
    says = f"Reliability diagram: expected calibration error {evaluation.ece:.3f}"
    width, height = left + side + 16, top + side + 40
    svg = tag(
        "svg", join([tag("title", says, id=f"{name}-ece"), *parts]), viewBox=f"0 0 {width} {height}",
        width=width, height=height, role="img", aria_labelledby=f"{name}-ece", class_="diagram",
    )  # fmt: skip
    return tag("figure", join([svg, tag("figcaption", _trust(evaluation))]))


def _trust(evaluation: Evaluation) -> str:
    gap = sum(b.n * (b.confidence - b.accuracy) for b in evaluation.reliability) / evaluation.n
    manner = "Its confidence fits" if abs(gap) < 0.01 else "It is too sure of itself" if gap > 0 else "It is too modest"
    return (
        f"{manner}: on average its confidence is {evaluation.accuracy + gap:.1%}, and {evaluation.accuracy:.1%} is "
        f"right. Expected calibration error {evaluation.ece:.3f}; darker bars hold more images, the line is the ideal."
    )


def gallery(faces: Faces, probabilities: F32, label: int) -> Html:
    """Show a class: the pictures of it that were read rightly and wrongly, the surest first."""
    predicted, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    of_class = faces.labels == label
    if not of_class.any():
        return tag("p", f"{EMOTIONS[label]}: no images.", class_="note")
    rows = []
    for words, mask in (("right", of_class & (predicted == label)), ("wrong", of_class & (predicted != label))):
        chosen = _surest(sure, mask)
        shown = join(_picture(faces, probabilities, i) for i in chosen)
        heading = tag("h5", f"{words}, {int(mask.sum()):,}")
        rows.append(
            join([heading, tag("ul", shown, class_="faces") if len(chosen) else tag("p", "none", class_="note")])
        )
    summary = f"{EMOTIONS[label]}, {int(of_class.sum()):,} images"
    return tag("details", join([tag("summary", summary), *rows]), open="")


def hardest(faces: Faces, probabilities: F32) -> Html:
    """Show the confusions with most images, each with those that the network was surest of."""
    predicted, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    counts = np.bincount(faces.labels.astype(np.int64) * len(EMOTIONS) + predicted, minlength=len(EMOTIONS) ** 2)
    counts = counts.reshape(len(EMOTIONS), -1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    order = [divmod(int(k), len(EMOTIONS)) for k in np.argsort(-wrong, axis=None, kind="stable")[:HARDEST]]
    parts = []
    for true, taken in order:
        if wrong[true, taken]:
            mask = (faces.labels == true) & (predicted == taken)
            words = (
                f"{EMOTIONS[true]} taken for {EMOTIONS[taken]}: {wrong[true, taken]:,} images, "
                f"{shares[true, taken]:.0%} of {EMOTIONS[true]}"
            )
            shown = join(_picture(faces, probabilities, i) for i in _surest(sure, mask))
            parts.append(join([tag("h4", words), tag("ul", shown, class_="faces")]))
    return join(parts) if parts else tag("p", "Not one image was read wrongly.")


def _surest(sure: F32, mask: npt.NDArray[np.bool_]) -> list[int]:
    chosen = np.flatnonzero(mask)
    return [int(i) for i in chosen[np.argsort(-sure[chosen], kind="stable")][:SHOWN]]


def _picture(faces: Faces, probabilities: F32, index: int) -> Html:
    true, taken = EMOTIONS[faces.labels[index]], EMOTIONS[int(probabilities[index].argmax())]
    share = f"{probabilities[index].max():.0%}"
    where = faces.names[index] or f"row {faces.rows[index]}"
    says = f"{true} face, read as {taken} with {share} ({where})"
    image = void("img", src=_inline(faces.images[index]), alt=says, title=str(where), width=64, height=64)
    caption = tag("span", join([taken, Html("<br>"), share]), class_="right" if true == taken else "wrong")
    return tag("li", join([image, caption]))


def _inline(pixels: npt.NDArray[np.uint8]) -> str:
    """Return a picture as a data address: PNG, or JPEG for a photo, which would be large."""
    if pixels.ndim == 2 and max(pixels.shape) <= SIDE:
        return f"data:image/png;base64,{base64.b64encode(cv2.imencode('.png', pixels)[1].tobytes()).decode()}"
    scale = min(1.0, SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR) if small.ndim == 3 else small
    data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"


def _closed(shapes: list[Html]) -> Html:
    return join(_closed_list(*shapes))


def _closed_list(*shapes: Html) -> list[Html]:
    """End shapes that have no content as SVG wants them ended."""
    return [Html(f"{shape.removesuffix('>')}/>") for shape in shapes]
