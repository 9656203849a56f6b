"""runlake: watch exports in, Parquet tables and two honest reports out."""

__version__ = "0.1.0"
