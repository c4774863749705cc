"""The way in, for `scaffold` and for `python -m scaffold`."""

import atexit
import gc
import sys

from scaffold import version

# A short run makes many objects and throws few away: Python's default of 700 new ones before
# each search for garbage costs a light command a tenth of its time.
_OBJECTS_BEFORE_SEARCH = 50_000


def main() -> None:
    """Run the command line; Ctrl-C ends it without a traceback, even while it loads."""
    if sys.argv[1:] == ["--version"]:  # needs nothing of what the command line loads
        sys.stdout.write(f"{version()}\n")
        return
    gc.set_threshold(_OBJECTS_BEFORE_SEARCH)
    # Nor is it worth a search at the end, when the system takes all memory back at once.
    atexit.register(gc.freeze)
    try:
        from scaffold.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
