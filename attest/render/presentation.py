"""How a report is to look: everything that depends on who reads it, and nothing about the image."""

import msgspec


class Presentation(msgspec.Struct, frozen=True, kw_only=True):
    """What a renderer may adapt to.

    `width` is in columns, null meaning unlimited: nothing is wrapped. `ascii`
    avoids box drawing and symbols; `quiet` asks for the verdict alone;
    `json_compact` leaves the package list out of JSON.
    """

    width: int | None = 80
    color: bool = False
    ascii: bool = False
    quiet: bool = False
    json_compact: bool = False
    title: str | None = None
