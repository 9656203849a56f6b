"""Every setting with its default and meaning as TOML text, from the Settings classes and their docstrings."""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import fields
from typing import Any

import tomli_w

from runlake.config import DEFAULT_ATHLETE, LakeSettings, WorkerLimits, plain
from runlake.model.plugins import Athlete


def explained_defaults() -> str:
    """TOML with a comment above each setting; settings without a default stand in comments."""
    from runlake.detect import DETECTORS
    from runlake.history import HISTORIANS
    from runlake.intake.contents import Limits

    parts = [_section("athlete", Athlete(DEFAULT_ATHLETE), ("athlete_id",), f'id = "{DEFAULT_ATHLETE}"')]
    parts += [_section("lake", LakeSettings()), _section("limits", WorkerLimits()), _section("", Limits())]
    parts += [_section(f"detect.{d.name}", d.settings) for d in DETECTORS if fields(d.settings)]
    parts += [_section(f"history.{h.name}", h.settings) for h in HISTORIANS if fields(h.settings)]
    return "\n".join(parts)


def _section(name: str, settings: Any, hidden: tuple[str, ...] = (), first: str = "") -> str:
    lines = [f"[{name}]"] if name else []
    lines += [first] if first else []
    meanings = attribute_docs(type(settings))
    told = plain(settings, hidden)
    for f in fields(settings):
        if f.name in hidden:
            continue
        lines += [f"# {line}" for line in textwrap.wrap(meanings.get(f.name, ""), 110)]
        text = tomli_w.dumps({f.name: told[f.name]}).rstrip() if f.name in told else f"# {f.name} ="
        lines.append(text.replace("\n", ""))
    return "\n".join(lines) + "\n"


def attribute_docs(kind: type) -> dict[str, str]:
    """The docstring below each field of a dataclass; Python itself does not keep them."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)
    out: dict[str, str] = {}
    for statement, after in zip(tree.body, tree.body[1:], strict=False):
        is_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and is_text:
            out[statement.target.id] = inspect.cleandoc(str(after.value.value)).replace("\n", " ")  # type: ignore[attr-defined]
    return out
