"""Text as numbers of words behaves as the object array it stands for."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runlake.history._group import has_text, index_of, rows_of, text_codes
from runlake.model.text import Text, joined

COLUMNS = st.lists(st.sampled_from(["a", "b", "c", "dd"]) | st.none(), min_size=1, max_size=30)


def plain(values: list[str | None]) -> np.ndarray:
    """An object array of texts."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def coded(values: list[str | None]) -> Text:
    """The same as numbers of words, with a word that no row has."""
    words = [*dict.fromkeys(values), "nowhere"]
    return Text(plain(words), np.array([words.index(v) for v in values], dtype=np.int32))


@given(COLUMNS, st.data())
def test_reads_like_an_array(values: list[str | None], data: st.DataObject) -> None:
    text, array = coded(values), plain(values)
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))))
    assert len(text) == len(values)
    assert list(text) == text.tolist() == np.asarray(text).tolist() == values
    for key in (mask, np.flatnonzero(mask), slice(1, None), slice(None, -1)):
        assert text[key].tolist() == array[key].tolist()
    assert [text[i] for i in range(len(values))] == values
    assert (text[1:] != text[:-1]).tolist() == (array[1:] != array[:-1]).tolist()
    assert (text == coded(values[::-1])).tolist() == (array == array[::-1]).tolist()
    assert (text == array).tolist() == [True] * len(values)
    assert np.concatenate([text, array]).tolist() == values + values


@given(COLUMNS)
def test_groups_like_an_array(values: list[str | None]) -> None:
    text, array = coded(values), plain(values)
    index = index_of(plain(["b", "dd"]))
    assert has_text(text, "a", "dd").tolist() == has_text(array, "a", "dd").tolist()
    assert rows_of(text, index).tolist() == rows_of(array, index).tolist()  # type: ignore[arg-type]
    known: Any = text[np.array([v is not None for v in values])]
    got, names = text_codes(known)
    expected, same_names = text_codes(plain([v for v in values if v is not None]))
    assert (got.tolist(), names) == (expected.tolist(), same_names)


@given(COLUMNS, COLUMNS)
def test_parts_are_joined(one: list[str | None], two: list[str | None]) -> None:
    first, second = coded(one), coded(two)
    assert joined([first[:1], second, first[1:]]).tolist() == one[:1] + two + one[1:]
