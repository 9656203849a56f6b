"""A column of text as numbers of words: what is asked of a million rows is asked of the few words in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Text:
    """Reads like an object array of str or None, which it becomes where it has to (`numpy.asarray`).

    `words` holds each different text once (object, read only), `codes` tells which one a row holds (int32).
    """

    __slots__ = ("codes", "words")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, words: Array, codes: Array) -> None:
        """Nothing is copied."""
        self.words, self.codes = words, codes

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[str | None]:
        return iter(self.tolist())

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, (int, np.integer)):
            return self.words[self.codes[key]]
        return Text(self.words, self.codes[key])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.asarray(self.words[self.codes], dtype=dtype)

    def __eq__(self, other: object) -> Array:  # type: ignore[override]
        if isinstance(other, Text):
            is_same_set = self.words is other.words
            return np.asarray(self.codes == other.codes if is_same_set else np.asarray(self) == np.asarray(other))
        if isinstance(other, str):
            return np.asarray((self.words == other).astype(bool)[self.codes])
        return np.asarray(np.asarray(self) == other)

    def __ne__(self, other: object) -> Array:  # type: ignore[override]
        return ~(self == other)

    def tolist(self) -> list[str | None]:
        """The texts of all rows."""
        return cast("list[str | None]", self.words[self.codes].tolist())


def joined(parts: Sequence[Text]) -> Text:
    """The rows of all parts, one after the other; numbers of words stay as they are in the part with most words."""
    most = max(parts, key=lambda part: len(part.words)).words
    places: dict[str | None, int] = dict(zip(most.tolist(), range(len(most)), strict=True))
    codes = []
    for part in parts:
        if part.words is most:
            codes.append(part.codes)
        else:
            of_word = [places.setdefault(word, len(places)) for word in part.words.tolist()]
            codes.append(np.array(of_word, dtype=np.int32)[part.codes])
    every = np.empty(len(places), dtype=object)
    every[:] = list(places)
    return Text(every, np.concatenate(codes))
