"""`python -m attest`, and the `attest` command: what needs no import is answered before anything is imported."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    words = sys.argv[1:]
    if words == ["--version"]:
        from attest.version import __version__

        try:
            sys.stdout.write(f"attest {__version__}\n")
            sys.stdout.flush()
            sys.exit(0)
        except (OSError, AttributeError):
            pass  # stdout is full, or closed: below it is said in a line
    try:
        from attest.cli.main import run
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(run(words))


if __name__ == "__main__":
    main()
