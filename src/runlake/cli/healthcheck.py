"""Telling a monitoring service of begin, end and failure: the only network call there is, and only when asked for."""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)

TIMEOUT_S = 5.0


class Healthcheck:
    """Pings URL, URL/start and URL/fail, as healthchecks.io and its kin expect it; trouble is a log line, no more."""

    def __init__(self, url: str) -> None:
        """Without a URL, pings do nothing."""
        self._url = url.rstrip("/")

    def ping(self, what: str) -> None:
        """Tell that the run begins (``start``), failed (``fail``) or is done (``""``)."""
        if not self._url:
            return
        import urllib.error
        import urllib.request

        url = f"{self._url}/{what}" if what else self._url
        try:
            if not url.startswith(("http://", "https://")):
                raise ValueError("not an http address")
            with urllib.request.urlopen(url, timeout=TIMEOUT_S):
                pass
        except (OSError, ValueError) as error:
            log.warning("healthcheck did not answer: %s", error)
