"""`runlake schema`, `config`, `dump` and `warmup`: what there is to know, and to prepare."""

from __future__ import annotations

from pathlib import Path

import click

FOLDER = click.Path(path_type=Path)


@click.command()
@click.option("--format", "style", type=click.Choice(["markdown", "json"]), default="markdown", show_default=True)
def schema(style: str) -> None:
    """Print the data dictionary: every table and column."""
    import json

    from runlake.cli.dictionary import as_markdown, as_rows

    click.echo(as_markdown() if style == "markdown" else json.dumps(as_rows(), indent=1))


@click.command()
@click.option("--config", "config_path", type=FOLDER, help="Settings as TOML.")
def config(config_path: Path | None) -> None:
    """Print the settings in force, as TOML."""
    import tomli_w

    from runlake.config import load, to_mapping

    click.echo(tomli_w.dumps(to_mapping(load(config_path))), nl=False)


@click.command()
@click.argument("file", type=FOLDER)
@click.option("--message", "name", default="", metavar="NAME", help="Only messages of that name.")
@click.option("--format", "style", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
def dump(file: Path, name: str, style: str) -> None:
    """Print what FILE holds, message by message.

    A damaged file gives what can be read, with a warning on stderr and exit code 0; 65 when there is nothing to print.
    """
    from runlake.cli.dumping import dump_file

    for line in dump_file(file, name, style, lambda what: click.echo(f"runlake: {what}", err=True)):
        click.echo(line)


@click.command()
def warmup() -> None:
    """Compile the kernels and keep them, so that no later run waits for it."""
    from runlake.pipeline.warmup import compile_kernels

    seconds = compile_kernels()
    click.echo(f"kernels are ready ({seconds:.0f} s)", err=True)
