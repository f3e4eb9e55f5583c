"""Cut a block of separated text into cells with NumPy: no Python object is made for a cell that nobody looks at.

A block is whole rows, quoted as RFC 4180 has it: a quoted cell begins and ends with a quote, and a quote within it is
doubled. Whether a separator stands within quotes is the parity of the quotes before it. A block with quotes in other
places is none of this module's; the `csv` module reads it, with the same result where both can.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

NEWLINE, RETURN, QUOTE, MINUS, POINT, ZERO = b'\n\r"-.0'
PADDING = 64
"""Zeros behind a block, so that looking a little past its end is allowed."""

LONGEST_NUMBER = 20
MOST_DIGITS = 15
"""So many digits are a whole number that a double holds exactly; divided by a power of ten it is correctly rounded."""

POWERS = 10.0 ** np.arange(MOST_DIGITS + 1)


@dataclass(frozen=True, slots=True)
class Block:
    """The cells of some rows.

    Args:
        columns: One a column, all of the same length.
        lines: The line that each row begins in, counted from 0.
        odd: Line and text of each row with another number of cells, and that number.
    """

    columns: tuple[Cells, ...]
    lines: list[int]
    odd: tuple[tuple[int, str, int], ...]


class Cells(Sequence[str]):
    """The cells of one column; texts are made when somebody reads one.

    Args:
        data: The block's bytes, UTF-8, with `PADDING` behind.
        starts: Where each cell starts, (N,).
        ends: Where it ends, (N,).
        doubled: Whether a cell may hold doubled quotes, (N,); None: none does.
    """

    def __init__(self, data: Bytes, starts: Places, ends: Places, doubled: NDArray[np.bool_] | None = None) -> None:
        self._data, self._starts, self._ends, self._doubled = data, starts, ends, doubled
        self._texts: list[str] | None = None

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        return self.texts[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    @property
    def texts(self) -> list[str]:
        """All cells as texts; bytes that are not UTF-8 are lone surrogates."""
        if self._texts is None:
            self._texts = self._read()
        return self._texts

    def numbers(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return each cell as a number, and whether it is one: digits, perhaps a point among them, a minus before.

        The numbers are what `float` gives; other forms (exponents, blanks around) count as none here.
        """
        starts, ends, data = self._starts, self._ends, self._data
        lengths = ends - starts
        mantissa = np.zeros(len(starts), dtype=np.int64)
        digits, decimals = np.zeros_like(mantissa), np.zeros_like(mantissa)
        minus = (data[starts] == MINUS) & (lengths > 0)
        points = np.zeros(len(starts), dtype=np.int64)
        for step in range(min(LONGEST_NUMBER, int(lengths.max(initial=0)))):
            cell = data[np.minimum(starts + step, len(data) - 1)]
            value = cell - np.uint8(ZERO)
            is_digit = (value < 10) & (step < lengths)
            mantissa = np.where(is_digit & (digits < MOST_DIGITS), mantissa * 10 + value, mantissa)
            digits += is_digit
            decimals += is_digit & (points > 0)
            points += (cell == POINT) & (step < lengths)
        readable = (digits > 0) & (digits <= MOST_DIGITS) & (points < 2) & (digits + points + minus == lengths)
        values = mantissa / POWERS[np.minimum(decimals, MOST_DIGITS)]
        return np.where(minus, -values, values), readable

    def all_like(self, start: bytes, length: int) -> bool:
        """Say whether every cell is `start` and ASCII letters and digits, of one length in all."""
        if not len(self) or not bool((self._ends - self._starts == length).all()):
            return False
        cells = self._data[self._starts[:, None] + np.arange(length)]
        return bool((cells[:, : len(start)] == np.frombuffer(start, np.uint8)).all()) and bool(
            ALPHANUMERIC[cells[:, len(start) :]].all()
        )

    def _read(self) -> list[str]:
        count, lengths = len(self), self._ends - self._starts + 1
        after = np.cumsum(lengths)
        if not count:
            return []
        gathered = self._data[np.repeat(self._starts - (after - lengths), lengths) + np.arange(after[-1])]
        gathered[after - 1] = NEWLINE
        texts: list[str] = gathered[:-1].tobytes().decode("utf-8", "surrogateescape").split("\n")
        if len(texts) != count:  # there are line breaks in cells
            whole = self._data.tobytes()
            texts = [
                whole[start:end].decode("utf-8", "surrogateescape")
                for start, end in zip(self._starts.tolist(), self._ends.tolist(), strict=True)
            ]
        if self._doubled is not None:
            for place in np.flatnonzero(self._doubled).tolist():
                texts[place] = texts[place].replace('""', '"')
        return texts


ALPHANUMERIC = np.array([chr(code).isalnum() and code < 128 for code in range(256)])


def cut(text: str, delimiter: str, width: int) -> Block | None:
    """Return the cells of whole rows; None when quotes or line ends are used in another way.

    Args:
        text: Rows that end in line breaks, the last one perhaps not.
        delimiter: An ASCII character.
        width: How many cells a row has.
    """
    raw = text.encode("utf-8", "surrogateescape")
    if raw.count(b"\r") != raw.count(b"\r\n"):
        return None
    end = b"" if raw.endswith(b"\n") else b"\n"
    data = np.frombuffer(raw + end + bytes(PADDING), dtype=np.uint8)
    parts = (data == ord(delimiter)) | (data == NEWLINE)
    quotes = data == QUOTE if b'"' in raw else None
    if quotes is not None:
        parts &= (np.cumsum(quotes, dtype=np.uint8) & 1) == 0
    places = np.flatnonzero(parts)
    lasts = np.flatnonzero(data[places] == NEWLINE)
    counts = np.diff(lasts, prepend=-1)
    begins = np.concatenate([[0], places[lasts[:-1]] + 1])
    full = counts == width
    first = lasts[full] - width + 1
    ends = places[first[:, None] + np.arange(width)]
    starts = np.empty_like(ends)
    starts[:, 0] = begins[full]
    starts[:, 1:] = ends[:, :-1] + 1
    ends[:, -1] -= (data[ends[:, -1] - 1] == RETURN) & (ends[:, -1] > starts[:, -1])
    doubled = None
    if quotes is not None:
        quoted = data[starts] == QUOTE
        if not _are_regular(quotes, data, starts[quoted], ends[quoted] - 1):
            return None
        doubled = quoted
        starts, ends = starts + quoted, ends - quoted
    lines = np.searchsorted(np.flatnonzero(data == NEWLINE), begins)
    odd = [] if full.all() else np.flatnonzero(~full).tolist()
    return Block(
        tuple(
            Cells(data, np.ascontiguousarray(starts[:, i]), np.ascontiguousarray(ends[:, i]), _some(doubled, i))
            for i in range(width)
        ),
        lines[full].tolist(),
        tuple(
            (int(lines[row]), text, int(counts[row]))
            for row in odd
            if (text := _row(data, int(begins[row]), int(places[lasts[row]])))
        ),
    )


def _are_regular(quotes: NDArray[np.bool_], data: Bytes, firsts: Places, lasts: Places) -> bool:
    """Say whether quotes stand at both ends of quoted cells, and else in pairs."""
    if not (data[lasts] == QUOTE).all() or not (lasts > firsts).all():
        return False
    quotes[firsts] = quotes[lasts] = False
    rest = np.flatnonzero(quotes)
    return len(rest) % 2 == 0 and bool((rest[1::2] - rest[::2] == 1).all())


def _some(doubled: NDArray[np.bool_] | None, column: int) -> NDArray[np.bool_] | None:
    return None if doubled is None or not doubled[:, column].any() else doubled[:, column]


def _row(data: Bytes, start: int, end: int) -> str:
    return data[start:end].tobytes().decode("utf-8", "surrogateescape").rstrip("\r")
