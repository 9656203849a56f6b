"""The command line. Nothing heavy is imported before a command runs, so that `--help` is immediate."""

from __future__ import annotations

import gc
import io
import logging
import sys
import traceback

import click

import runlake
from runlake.cli import signals
from runlake.cli.build import build
from runlake.cli.look import report, show, status
from runlake.cli.reference import config, dump, schema, warmup
from runlake.cli.signals import Stopped
from runlake.errors import RunlakeError

EX_BUG, EX_IO = 70, 74


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(runlake.__version__, prog_name="runlake")
def cli() -> None:
    """Watch exports in, Parquet tables and two honest reports out.

    \b
    runlake build EXPORT --lake LAKE --report REPORT    the nightly run
    runlake show LAKE 2026-05-01                        one activity in the terminal
    runlake status --lake LAKE                          what became of each file, and why

    EXPORT is what a watch or a service gave you (Garmin, Strava, Apple Health, Runkeeper): a folder, a .zip or a file.
    LAKE and REPORT are folders that runlake makes; any tool that reads Parquet reads the tables in LAKE.

    Exit codes: 0 done; 2 wrong usage or settings; 65 --strict, and a file was refused or salvaged,
    or nothing in FILE that dump can print; 70 a bug; 74 input/output trouble, or the source shrank;
    75 another run is at work; 130, 143 signals.
    """


for _command in (build, report, show, status, schema, config, dump, warmup):
    cli.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the contract's codes."""
    exit_code = run(arguments)
    gc.freeze()  # the process ends: nobody has to look for garbage among what is left
    sys.exit(exit_code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; each error is one line that says what, where and what next."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a locale without Unicode costs a few signs, not the run
    try:
        result = cli.main(arguments, prog_name="runlake", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        return 130
    except Stopped as stopped:
        return _say_stopped(stopped, stopped)
    except RunlakeError as error:
        return _say(str(error), error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; so has the place to complain
        return 0
    except OSError as error:
        return _say(f"{error.filename or 'input/output'}: {error.strerror or error}", EX_IO)
    except Exception as error:  # noqa: BLE001  (the last border: a bug is shown in full, with the code for bugs)
        asked_to_end = signals.seen()
        if asked_to_end is not None:
            return _say_stopped(asked_to_end, error)
        logging.getLogger("runlake").error("a bug in runlake; please report it:\n%s", traceback.format_exc())
        return EX_BUG
    return result if isinstance(result, int) else 0


def _say_stopped(stopped: Stopped, error: BaseException) -> int:
    notes = getattr(error, "__notes__", ["nothing was published, the next run goes on from here"])
    return _say(f"stopped by {stopped.name}; {'; '.join(notes)}", stopped.exit_code)


def _say(message: str, exit_code: int) -> int:
    click.echo(f"runlake: {message}", err=True)
    return exit_code
