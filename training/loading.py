"""How labelled faces are loaded: the options, and the words that name the seven classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emotion.types import EMOTIONS
from errors import ConfigError, UnknownName

SYNONYMS = {name: i for i, name in enumerate(EMOTIONS)} | {
    "anger": 0, "disgusted": 1, "contempt": 1, "fearful": 2, "afraid": 2, "happiness": 3, "sadness": 4, "surprised": 5,
}  # fmt: skip
"""Label words that mean one of the seven classes, in lower case; contempt counts as disgust, as the capstone has it."""

PHOTO_SIDE = 256
"""Pixels: enough that crops of 224 can be drawn from it."""

PHOTO_CAP = {"happy": 500, "neutral": 500}
"""The capstone's: in `muxspace`, happiness and neutral would outweigh the other five classes together."""


@dataclass(frozen=True, slots=True)
class Loading:
    """The options of one load; those left at None are as the kind of data has them.

    Args:
        side: Pixels of each image's side. None: 256 for photos, FER2013 as it is (48).
        channels: 1 (grey, Rec. 601 luma) or 3 (RGB). None: 3 for photos, FER2013 as it is (1).
        cap: Class (or a synonym) → most images kept of it, chosen by `seed`; of FER2013 only Training is thinned out.
            None: 500 of happy and of neutral for photos, no cap for FER2013; {}: no cap.
        seed: Decides which images a cap keeps, and who is on which side of a photo collection's split.
        smallest: Photos whose shorter side has fewer pixels are left out.
        shares: Training, Validation and Test of a photo collection; they sum to 1.

    Raises:
        ConfigError: When a value makes no sense.
        UnknownName: When `cap` names no class.
    """

    side: int | None = None
    channels: int | None = None
    cap: Mapping[str, int] | None = None
    seed: int = 0
    smallest: int = 32
    shares: tuple[float, float, float] = (0.6, 0.2, 0.2)

    def __post_init__(self) -> None:
        if self.side is not None and not 16 <= self.side <= 1024:
            raise ConfigError(f"A side of {self.side} pixels is not between 16 and 1024; choose another side.")
        if self.channels not in (None, 1, 3):
            raise ConfigError(f"{self.channels} channels make no picture; choose 1 (grey) or 3 (RGB).")
        if self.seed < 0 or self.smallest < 1:
            raise ConfigError(f"The seed ({self.seed}) is 0 or more, smallest ({self.smallest}) 1 or more.")
        if len(self.shares) != 3 or min(self.shares) <= 0 or abs(sum(self.shares) - 1) > 1e-6:
            raise ConfigError(
                f"The shares {self.shares} are not three positive numbers that sum to 1, as 0.6, 0.2, 0.2."
            )
        if self.cap is not None:
            object.__setattr__(self, "cap", {_class(name): _most(name, n) for name, n in self.cap.items()})


def parse_cap(words: list[str]) -> Mapping[str, int] | None:
    """Read `--cap` as written: `happy=500` (several are allowed, also joined by commas), or `none`.

    Returns:
        What `Loading.cap` takes: None when nothing was written.

    Raises:
        ConfigError: When a word is not of that form.
        UnknownName: When it names no class.
    """
    parts = [part.strip() for word in words for part in word.split(",") if part.strip()]
    if not parts:
        return None
    if [part.lower() for part in parts] == ["none"]:
        return {}
    cap: dict[str, int] = {}
    for part in parts:
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if not equals or not number.isdecimal():
            raise ConfigError(f"--cap {part} is not understood. Write a class and a number, as happy=500, or none.")
        cap[_class(name)] = _most(name, int(number))
    return cap


def label_of(text: str) -> int:
    """Return the class, 0–6, of a number or a word in any case.

    Raises:
        ValueError: When it is neither.
    """
    if text.isdecimal() and int(text) < len(EMOTIONS):
        return int(text)
    if text.strip().lower() in SYNONYMS:
        return SYNONYMS[text.strip().lower()]
    raise ValueError(f"emotion {text!r} is neither 0…6 nor one of {', '.join(EMOTIONS)}")


def _class(name: str) -> str:
    if name.lower() not in SYNONYMS:
        raise UnknownName("class to cap", name, EMOTIONS)
    return EMOTIONS[SYNONYMS[name.lower()]]


def _most(name: str, number: int) -> int:
    if number < 1:
        raise ConfigError(f"A cap of {number} leaves nothing of {name}; give 1 or more, or cap none.")
    return number
