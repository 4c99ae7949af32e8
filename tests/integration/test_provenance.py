from tests.command import attest, layout, report_of


def test_a_builder_that_did_not_identify_itself_is_said_so() -> None:
    result = attest("provenance", layout("buildkit-ledger-3.2.0"), "--platform", "linux/amd64")
    assert result.returncode == 0
    assert "did not identify itself" in result.stdout


def test_a_source_that_only_the_client_claims_is_marked() -> None:
    (target,) = report_of("provenance", layout("buildkit-ledger-3.2.0"), "--platform", "linux/amd64")["targets"]
    (provenance,) = target["provenance"]
    assert provenance["builder"] is None
    assert provenance["source"]["uri"] == "https://git.example.org/finance/ledger"
    assert provenance["source"]["commit"] == "7d9f2a41c0b35e6f8a917d24c3be50f1e2d4a6b8"
    assert provenance["source"]["claimed"] is True
    assert provenance["mode"] == "max"
    (base,) = provenance["base"]
    assert base["digest"] == "sha256:f824ef2d40b5b53ad7fdc17e78b95b0dff6e67a6e0675316b5596ee61d40f970"
    assert base["confidence"] == "recorded"


def test_start_and_duration_are_shown() -> None:
    result = attest("provenance", layout("buildkit-ledger-3.2.0"), "--platform", "linux/amd64")
    assert "2026-11-23T16:" in result.stdout
    assert "claimed" in result.stdout


def test_docker_hub_names_builder_commit_and_repository() -> None:
    (target,) = report_of("provenance", layout("docker-hub-alpine-3.23.2"), "--platform", "linux/amd64")["targets"]
    (provenance,) = target["provenance"]
    assert provenance["builder"] == "https://github.com/docker-library"
    assert provenance["source"]["uri"] == "https://github.com/alpinelinux/docker-alpine"
    assert provenance["source"]["commit"] == "13b62f5f47ffa526f9c372e0bd73b33ef2a5f865"
    assert provenance["source"]["claimed"] is False


def test_the_least_detailed_mode_says_what_it_leaves_out() -> None:
    result = attest("provenance", layout("buildkit-edge-min-legacy"))
    assert result.returncode == 0
    assert "mode=min" in result.stdout
    for word in ("build arguments", "secrets", "steps"):
        assert word in result.stdout
