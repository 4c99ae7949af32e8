"""What is special about Docker Hub: whoever gets a manifest has pulled, whoever only asks for it has not.

The simulator stands in for it as the proxy through which it is reached.
"""

from pathlib import Path

import pytest

from attest.pipeline import Options, inspect
from attest.sources import Access
from tests.command import LAYOUTS
from tests.registry_simulator import RegistrySimulator

COSIGNED = LAYOUTS.parent / "unpacked" / "cosign-tags-ledger"


@pytest.fixture
def hub(registry: RegistrySimulator, monkeypatch: pytest.MonkeyPatch) -> RegistrySimulator:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("http_proxy", f"http://{registry.host}")
    registry.load(COSIGNED, "acme/app")
    return registry


def options(folder: Path | None = None) -> Options:
    cache_dir = None if folder is None else str(folder)
    # with a token of its own nobody asks Docker's token server for one
    return Options(access=Access(plain_http=("registry-1.docker.io",), token="x", cache_dir=cache_dir))  # noqa: S106


def requests(registry: RegistrySimulator, method: str) -> dict[str, int]:
    """Return the manifests that were asked for by a method, with the status of each answer."""
    asked = [entry for entry in registry.log if entry.method == method and "/manifests/" in entry.path]
    return {entry.path.rpartition("/")[2]: entry.status for entry in asked}


@pytest.mark.parametrize("tags", ["sorted", "refused"])
def test_a_tag_that_is_not_there_costs_no_pull(hub: RegistrySimulator, tags: str) -> None:
    hub.knobs.tags = tags
    hub.knobs.referrers = "off"
    inspection = inspect("acme/app:3.2.0", options())
    assert set(requests(hub, "GET").values()) == {200}
    assert 404 in requests(hub, "HEAD").values()
    assert {each.digest for each in inspection.evidence} == {
        each.digest for each in inspect(f"oci:{COSIGNED}").evidence
    }


def test_the_image_itself_is_got_without_asking_first(hub: RegistrySimulator) -> None:
    inspect("acme/app:3.2.0", options())
    assert hub.log[0].method == "GET"
    assert "3.2.0" not in requests(hub, "HEAD")


def test_a_second_inspection_costs_no_pull(hub: RegistrySimulator, tmp_path: Path) -> None:
    cold = inspect("acme/app:3.2.0", options(tmp_path))
    hub.log.clear()
    assert inspect("acme/app:3.2.0", options(tmp_path)) == cold
    assert requests(hub, "GET") == {}
    assert requests(hub, "HEAD")["3.2.0"] == 200


def test_a_mirror_counts_nothing_and_is_not_asked_first(registry: RegistrySimulator) -> None:
    registry.knobs.tags = "refused"
    registry.load(COSIGNED, "acme/app")
    inspect("acme/app:3.2.0", Options(access=Access(mirrors=(("docker.io", registry.host),))))
    assert requests(registry, "HEAD") == {}
    assert 404 in requests(registry, "GET").values()
