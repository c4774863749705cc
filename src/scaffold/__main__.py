"""The way in, for `scaffold` and for `python -m scaffold`."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it without a traceback, even while it loads."""
    try:
        from scaffold.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
