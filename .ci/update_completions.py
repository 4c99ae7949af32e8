"""Write the completion scripts from the commands and options that `attest` has.

Usage: python .ci/update_completions.py
"""

from pathlib import Path
from typing import Final

from attest.cli.app import COMMANDS, help_of, options_of

HERE: Final = Path(__file__).resolve().parent.parent / "attest" / "cli" / "completions"
WORDS: Final = {
    "cache": ("info", "prune", "clear"),
    "schema": ("report", "doctor"),
    "completion": ("bash", "zsh", "fish", "powershell"),
}


def scripts() -> dict[str, str]:
    """Return the text of every script by its file name."""
    return {"attest.bash": _bash(), "attest.zsh": _zsh(), "attest.fish": _fish(), "attest.ps1": _powershell()}


def _bash() -> str:
    cases = "\n".join(
        f"    {name}) words='{' '.join((*WORDS.get(name, ()), *options_of(name)))}' ;;" for name in COMMANDS
    )
    return f"""# bash completion for attest
_attest() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=( $(compgen -W '{" ".join(COMMANDS)} --help --version' -f -- "$current") )
    return
  fi
  case "${{COMP_WORDS[1]}}" in
{cases}
  esac
  COMPREPLY=( $(compgen -W "$words" -f -- "$current") )
}}
complete -o filenames -F _attest attest
"""


def _zsh() -> str:
    described = "\n".join(f"    '{name}:{_plain(help_of(name))}'" for name in COMMANDS)
    cases = "\n".join(
        f"    {name}) words=({' '.join((*WORDS.get(name, ()), *options_of(name)))}) ;;" for name in COMMANDS
    )
    return f"""#compdef attest
_attest() {{
  local -a commands words
  commands=(
{described}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    _files
    return
  fi
  local chosen="${{(Q)${{(z)BUFFER}}[2]}}"
  case "$chosen" in
{cases}
  esac
  compadd -- $words
  _files
}}
compdef _attest attest
"""


def _fish() -> str:
    lines = ["# fish completion for attest"]
    for name in COMMANDS:
        lines.append(f"complete -c attest -n __fish_use_subcommand -a {name} -d '{_plain(help_of(name))}'")
        lines += [
            f"complete -c attest -n '__fish_seen_subcommand_from {name}' -f -a {word}" for word in WORDS.get(name, ())
        ]
        for option in options_of(name):
            flag = f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
            lines.append(f"complete -c attest -n '__fish_seen_subcommand_from {name}' {flag}")
    return "\n".join(lines) + "\n"


def _powershell() -> str:
    table = "\n".join(
        f"    '{name}' = @({', '.join(repr(word) for word in (*WORDS.get(name, ()), *options_of(name)))})"
        for name in COMMANDS
    )
    return f"""# PowerShell completion for attest
Register-ArgumentCompleter -Native -CommandName attest -ScriptBlock {{
  param($word, $ast, $position)
  $table = @{{
{table}
  }}
  $elements = @($ast.CommandElements | ForEach-Object {{ $_.ToString() }})
  if ($elements.Count -lt 2 -or ($elements.Count -eq 2 -and $word -ne '')) {{
    $choices = $table.Keys | Sort-Object
  }} else {{
    $choices = $table[$elements[1]]
  }}
  $choices | Where-Object {{ $_ -like "$word*" }} | ForEach-Object {{
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }}
}}
"""


def _plain(text: str) -> str:
    return text.replace("'", "").replace(":", " -")


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for file_name, text in scripts().items():
        (HERE / file_name).write_text(text, encoding="utf-8")
