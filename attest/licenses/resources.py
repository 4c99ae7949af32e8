"""The files of `data/`."""

from pkgutil import get_data


def resource(name: str) -> bytes:
    """Return the content of a file of `data/`.

    `importlib.resources` takes longer to import and to find a file than it
    takes to read the whole license list.

    Raises:
        FileNotFoundError: there is no such file.
    """
    content = get_data("attest.licenses", f"data/{name}")
    if content is None:
        raise FileNotFoundError(name)
    return content
