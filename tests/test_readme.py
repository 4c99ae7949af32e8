"""What the README shows is what the commands print."""

import runpy
import tomllib
from pathlib import Path

import pytest

from attest.cli.configuration import ConfigurationFile, configuration
from attest.policy import load_policy
from tests.command import attest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_example_is_what_its_command_prints() -> None:
    filled = runpy.run_path(str(ROOT / ".ci" / "update_readme.py"))["filled"]
    assert filled(README) == README


def test_the_policy_of_the_readme_can_be_loaded(tmp_path: Path) -> None:
    text = README.partition("## Policies")[2].partition("```toml\n")[2].partition("```")[0]
    path = tmp_path / "policy.toml"
    path.write_text(text)
    assert load_policy(str(path)).stamp.name == tomllib.loads(text)["name"]


def test_the_configuration_of_the_readme_can_be_read(tmp_path: Path) -> None:
    text = README.partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "attest.toml").write_text(text)
    settings = configuration(("--config", str(tmp_path / "attest.toml")), {}, tmp_path)
    assert settings.said.external_referrers == {"docker.io/acme/*": "evidence.example.com/acme/*"}
    assert set(tomllib.loads(text)) <= set(ConfigurationFile.__struct_fields__)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_completion_scripts_know_every_command_and_option(shell: str) -> None:
    generated = runpy.run_path(str(ROOT / ".ci" / "update_completions.py"))["scripts"]()
    name = {"bash": "attest.bash", "zsh": "attest.zsh", "fish": "attest.fish", "powershell": "attest.ps1"}[shell]
    assert attest("completion", shell).stdout == generated[name]


def test_the_library_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = README.partition("```python\n")[2].partition("```")[0]
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - the README's own example
    assert "PyMuPDF".lower() in capsys.readouterr().out.lower()
    assert (tmp_path / "report.html").stat().st_size > 10_000
