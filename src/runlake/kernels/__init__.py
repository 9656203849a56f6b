"""Numba loops over plain arrays: numpy and numba only, no runlake types. One family a file; see docs/adding.md."""
