"""Build a lake from the corpus of labelled files and score its bouts with the corpus's own scorer.

``python scripts/accuracy.py [CORPUS] [--scorer FILE] [-- OPTIONS OF THE SCORER]``

The corpus is found at CORPUS, RUNLAKE_CORPUS, or ../shared/corpus beside the checkout; the scorer is
``tools/score_findings.py`` beside the corpus.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def find_corpus(given: str | None) -> Path:
    """The folder with labels.json; SystemExit with advice when there is none."""
    places = [given, os.environ.get("RUNLAKE_CORPUS"), str(ROOT.parent / "shared" / "corpus")]
    for place in places:
        if place and (Path(place) / "labels.json").is_file():
            return Path(place)
    sys.exit("accuracy: no corpus found; name it, or set RUNLAKE_CORPUS to the folder that holds labels.json")


def main() -> int:
    """Build, score, and give the scorer's exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("corpus", nargs="?")
    parser.add_argument("--scorer", type=Path)
    args, options = parser.parse_known_args()
    options = [o for o in options if o != "--"] or ["--sessions", "--by-athlete"]
    corpus = find_corpus(args.corpus)
    scorer = args.scorer or corpus.parent / "tools" / "score_findings.py"
    if not scorer.is_file():
        sys.exit(f"accuracy: no scorer at {scorer}; name it with --scorer")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with tempfile.TemporaryDirectory(prefix="runlake-accuracy-") as folder:
        lake = Path(folder) / "lake"
        build = [sys.executable, "-m", "runlake", "build", str(corpus), "--lake", str(lake), "--quiet"]
        done = subprocess.run(build, env=environment, check=False)
        if done.returncode not in (0, 65):
            return done.returncode
        command = [sys.executable, str(scorer), str(lake), str(corpus / "labels.json"), *options]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
