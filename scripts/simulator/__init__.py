"""The simulator: a made-up runner whose watch files are written by code, so that every answer is known."""
