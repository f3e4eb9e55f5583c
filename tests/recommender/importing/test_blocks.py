from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.importing import sources
from recommender.importing.blocks import Cells, cut
from recommender.importing.chunks import Chunk

CELL = st.one_of(
    st.text(st.sampled_from('ab,"\n é\udcff.-1'), max_size=6), st.sampled_from(["", "0.25", '"', '""', "x\r\ny"])
)


def cells_of(texts: list[str]) -> Cells:
    block = cut("".join(f"{text}\n" for text in texts), ",", 1)
    assert block is not None
    return block.columns[0]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_the_csv_module_writes_is_cut_as_it_reads_it(rows: list[list[str]], end: str, quotes_all: bool) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL).writerows(rows)
    block = cut(text.getvalue(), ",", 3)
    if block is not None:
        assert list(zip(*block.columns, strict=True)) == list(map(tuple, rows))
        assert block.odd == ()
    else:
        assert text.getvalue().count("\r") != text.getvalue().count("\r\n")


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from('ab,,"\n\r;1'), max_size=60), st.integers(1, 9))
def test_any_text_gives_the_same_rows_in_blocks_as_without(text: str, size: int) -> None:
    def rows(chunks: list[Chunk]) -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = [(bad.line, bad.reason) for chunk in chunks for bad in chunk.bad]
        for chunk in chunks:
            found += list(zip(chunk.lines, *chunk.columns, strict=True))
        return sorted(found, key=repr)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "BLOCK", size)
        in_blocks = list(sources._rows(io.StringIO(text, newline=""), ",", 2))
    plain = list(sources._rows_of_any_kind(io.StringIO(text, newline=""), ",", 2, 2))
    assert rows(in_blocks) == rows(plain)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.floats(-1e6, 1e6).map(repr), st.decimals(-300, 300, places=6).map(str), st.text("0123456789.-", max_size=18)
    )
)
def test_numbers_are_exactly_what_float_gives(text: str) -> None:
    values, readable = cells_of(["0", text]).numbers()
    assert readable[0]
    if readable[1]:
        assert values[1] == float(text)


def test_usual_numbers_are_read_and_others_are_left_alone() -> None:
    usual = ["0.365", "-2.6", "89427", ".5", "1.", "-0", "121.0001"]
    others = ["", "1e-5", " 1", "nan", "-", ".", "1.2.3"]
    values, readable = cells_of([*usual, *others]).numbers()
    assert readable.tolist() == [True] * len(usual) + [False] * len(others)
    assert values[: len(usual)].tolist() == list(map(float, usual))


def test_cells_of_one_form_are_recognised() -> None:
    assert cells_of(["id:aB1", "id:000"]).all_like(b"id:", 6)
    assert not cells_of(["id:aB1", "id:0 0"]).all_like(b"id:", 6)
    assert not cells_of(["id:aB1", "ix:000"]).all_like(b"id:", 6)
    assert not cells_of(["id:aB1", "id:00"]).all_like(b"id:", 6)
    assert np.ndim(cells_of([]).numbers()[0]) == 1
