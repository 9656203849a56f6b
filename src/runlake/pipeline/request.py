"""What a run is asked to do, what it works with, and what it reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from runlake.config import Config
from runlake.engine import Engine
from runlake.lake.store import Store
from runlake.pipeline.earlier import Earlier
from runlake.pipeline.progress import Progress
from runlake.pipeline.records import KEY_DIGITS, WorkSettings
from runlake.pipeline.scan import Source


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked to do."""

    sources: tuple[Path, ...]
    lake: Path
    config: Config = field(default_factory=Config)
    athlete_id: str = ""
    athlete_from_folder: bool = False
    full_refresh: bool = False
    allow_shrink: bool = False
    keep_gone: bool = False
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """What a run works with, the same from its begin to its end."""

    run_id: str
    started_s: float
    request: Request
    store: Store
    snapshot: Path | None
    """The state that is published when the run begins."""
    sources: tuple[Source, ...]
    settings: WorkSettings
    history_key: str
    engine: Engine
    progress: Progress
    earlier: Earlier
    """What can be taken over from that state."""

    @property
    def now_ns(self) -> int:
        """When the run looked at the sources."""
        return int(self.started_s * 1e9)

    @property
    def key(self) -> str:
        """The version that reads inputs, as stored with each of them."""
        return self.settings.ingest_key[:KEY_DIGITS]

    @property
    def athlete_id(self) -> str:
        """Whose the inputs are, unless folders say it."""
        return self.request.athlete_id or self.request.config.default_athlete


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    `errors` are tracebacks of bugs that cost one file each; `trouble` has a line for each input that this run read
    and that a person should look at (rejected, blocked, unstable).
    """

    run_id: str
    is_published: bool
    counts: dict[str, int]
    n_new: int
    n_activities: int
    n_samples: int
    seconds: float
    errors: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()
