"""The nightly run: the only package that knows all stages."""
