"""The data dictionary as text, from the table specs alone."""

from __future__ import annotations

from typing import Any

from runlake.tables import SPECS

_TYPES = {
    "date": "date32",
    "timestamp_utc": "timestamp[us, UTC]",
    "timestamp_local": "timestamp[us]",
}


def as_rows() -> list[dict[str, Any]]:
    """One mapping per table: name, row, key, columns."""
    return [
        {
            "table": spec.name,
            "row": spec.row,
            "key": list(spec.key),
            "columns": [
                {
                    "column": c.name,
                    "type": _TYPES.get(c.kind, c.kind),
                    "unit": c.unit or None,
                    "is_nullable": c.nullable,
                    "origin": c.origin,
                    "meaning": c.meaning,
                }
                for c in spec.columns
            ],
        }
        for spec in SPECS
    ]


def as_markdown() -> str:
    """A section and a table of columns for each table of the lake."""
    lines: list[str] = []
    for table in as_rows():
        lines += [f"## {table['table']}", "", f"One row per {table['row']}. Key: {', '.join(table['key'])}.", ""]
        lines += ["| column | type | unit | may be missing | meaning |", "|---|---|---|---|---|"]
        for c in table["columns"]:
            unit, missing = c["unit"] or "", "yes" if c["is_nullable"] else "no"
            lines.append(f"| {c['column']} | {c['type']} | {unit} | {missing} | {c['meaning']} |")
        lines.append("")
    return "\n".join(lines)
