"""Log lines on stderr: short for people, one JSON object a line for machines, line breaks always escaped."""

from __future__ import annotations

import json
import logging
import sys
import time


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, event."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line = {"time": stamp, "level": record.levelname, "logger": record.name, "event": record.getMessage()}
        return json.dumps(line)


class ShortLines(logging.Formatter):
    """Level and event, on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text; tracebacks of bugs keep their lines."""
        text = record.getMessage()
        return f"runlake: {text if record.levelno >= logging.ERROR else text.replace(chr(10), ' ')}"


def configure(*, is_json: bool, is_quiet: bool) -> None:
    """Log lines of runlake go to stderr: all of INFO, or trouble only with `is_quiet`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if is_json else ShortLines())
    root = logging.getLogger("runlake")
    root.handlers[:] = [handler]
    root.propagate = False
    root.setLevel(logging.WARNING if is_quiet else logging.INFO)
