"""The table in which the scanner looks up the words of a format."""

from __future__ import annotations

from runlake.formats import gpx, tcx
from runlake.formats._xml_scan import _table


def test_words_of_both_formats_fit_the_table() -> None:
    for words in (gpx.WORDS, tcx.WORDS):
        table, names = _table(words)
        known = {words.point, *words.values, *words.structure, *words.others}
        assert {name for name in names if name} == known
        assert (table[:, 1] > 0).sum() == len(known)
