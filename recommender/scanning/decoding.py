"""Sound out of a file: libsndfile reads .mp3, .flac, .ogg, .opus and .wav; .m4a needs PyAV (the `m4a` extra).

libsndfile has no AAC. PyAV's wheels carry FFmpeg with GPL parts, so they are an extra of their own that nobody gets
unasked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from errors import CatalogueError

LONGEST_S = 120.0
"""So much of a file is listened to, from its middle: intros and endings say less."""

APPLE = frozenset((".m4a", ".m4b", ".mp4"))


@dataclass(frozen=True, slots=True)
class Sound:
    """A part of a recording.

    Args:
        samples: float32 (channels, n), −1…1.
        rate: In Hz.
        duration_s: Of the whole recording.
    """

    samples: np.ndarray
    rate: int
    duration_s: float


def can_listen() -> bool:
    """Say whether the `audio` extra is installed."""
    return all(find_spec(name) is not None for name in ("librosa", "soundfile"))


def can_decode(path: Path) -> bool:
    """Say whether what is installed reads a file of this kind."""
    return path.suffix.lower() not in APPLE or find_spec("av") is not None


def decode(path: Path, longest_s: float = LONGEST_S) -> Sound:
    """Return the middle of a recording.

    Raises:
        CatalogueError: It cannot be decoded, or holds no sound.
    """
    sound = _by_av(path, longest_s) if path.suffix.lower() in APPLE else _by_libsndfile(path, longest_s)
    if not sound.samples.shape[-1]:
        raise CatalogueError(path, "holds no sound.")
    if not np.isfinite(sound.samples).all():
        raise CatalogueError(path, "its samples are no numbers; it is damaged.")
    return sound


def _by_libsndfile(path: Path, longest_s: float) -> Sound:
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            rate, frames = file.samplerate, file.frames
            wanted = min(frames, int(longest_s * rate))
            if frames > wanted:
                file.seek((frames - wanted) // 2)
            samples = file.read(wanted, dtype="float32", always_2d=True).T
    except (soundfile.SoundFileError, OSError, ValueError, MemoryError) as error:
        raise CatalogueError(path, f"cannot be decoded ({_short(error, path)}).") from error
    if wanted and samples.shape[-1] < wanted // 2:
        raise CatalogueError(path, "ends in the middle; it is cut off or damaged.")
    return Sound(samples, rate, frames / rate)


def _by_av(path: Path, longest_s: float) -> Sound:
    import av

    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise CatalogueError(path, "holds no sound.")
            stream = container.streams.audio[0]
            rate = int(stream.rate)
            whole_s = float(container.duration or 0) / 1e6
            start_s = max(whole_s - longest_s, 0) / 2
            if start_s:
                container.seek(int(start_s * 1e6))
            resampler = av.AudioResampler(format="fltp", rate=rate)
            parts: list[np.ndarray] = []
            have = 0
            for frame in container.decode(stream):
                for part in resampler.resample(frame):
                    parts.append(part.to_ndarray())
                    have += parts[-1].shape[-1]
                if have >= longest_s * rate:
                    break
    except (av.FFmpegError, OSError, ValueError, MemoryError) as error:
        raise CatalogueError(path, f"cannot be decoded ({_short(error, path)}).") from error
    if not parts:
        raise CatalogueError(path, "holds no sound.")
    samples = np.concatenate(parts, axis=1)[:, : math.ceil(longest_s * rate)]
    return Sound(samples, rate, whole_s or samples.shape[-1] / rate)


def _short(error: BaseException, path: Path) -> str:
    """Return what a library says, without the path that the message begins with anyway."""
    said = str(error).replace(f"Error opening {str(path)!r}: ", "").replace(str(path), "the file")
    if "File does not exist" in said or "Format not recognised" in said:  # libsndfile, of a file that is there
        return "no sound is recognised in it"
    return said.removeprefix("Error : ").strip(" .") or type(error).__name__
