"""Run `python -m runlake` as the command line."""

from runlake.cli import main

if __name__ == "__main__":
    main()
