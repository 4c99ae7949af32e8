"""`attest completion`: a static script, so that no key press starts Python."""

from typing import Annotated, Final

import typer

SHELLS: Final = {
    "bash": "attest.bash",
    "zsh": "attest.zsh",
    "fish": "attest.fish",
    "powershell": "attest.ps1",
}


def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.", show_default=False)],
) -> int:
    r"""Print a completion script for a shell.

    \b
    attest completion bash > ~/.local/share/bash-completion/completions/attest
    attest completion zsh  > ~/.zfunc/_attest
    attest completion fish > ~/.config/fish/completions/attest.fish
    """
    from importlib.resources import files

    from attest.cli.output import print_bytes
    from attest.errors import UsageError

    if shell not in SHELLS:
        raise UsageError(f"{shell}: no completion for this shell", hint=f"shells: {', '.join(SHELLS)}")
    print_bytes((files("attest") / "cli" / "completions" / SHELLS[shell]).read_bytes())
    return 0
