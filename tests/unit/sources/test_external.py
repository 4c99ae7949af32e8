"""Which other repositories hold evidence of an image."""

import pytest

from attest.model.reference import Reference
from attest.sources import Access
from attest.sources.registry.external import external_rules, repositories


def found(reference: str, *rules: str, is_hardened: bool = False) -> list[str]:
    access = Access(external=external_rules(rules, {}))
    found = repositories(Reference.parse(reference), access, is_hardened=is_hardened)
    return [f"{each.domain}/{each.path}" for each in found]


@pytest.mark.parametrize(
    ("reference", "rule", "expected"),
    [
        pytest.param(
            "acme/app:1", "docker.io/acme/*=evidence.example/acme/*", ["evidence.example/acme/app"], id="glob"
        ),
        pytest.param("acme/app", "acme/app=evidence.example/x", ["evidence.example/x"], id="the familiar name"),
        pytest.param("acme/a/b", "docker.io/*/*=e.example/*-*", ["e.example/acme/a-b"], id="two globs"),
        pytest.param("acme/app", "docker.io/acme/=e.example/x", [], id="not the whole name"),
        pytest.param("ghcr.io/acme/app", "docker.io/acme/*=e.example/*", [], id="another registry"),
        pytest.param("ghcr.io/acme/app", "*=ghcr.io/acme/app", [], id="the image's own repository"),
        pytest.param("ghcr.io/acme/app", "ghcr.io/*.*=e.example/*", [], id="a dot is a dot"),
    ],
)
def test_a_rule_names_a_repository_for_the_images_it_matches(reference: str, rule: str, expected: list[str]) -> None:
    assert found(reference, rule) == expected


def test_rules_that_name_the_same_repository_ask_it_once() -> None:
    assert found("acme/app", "acme/*=e.example/x", "acme/app=e.example/x") == ["e.example/x"]


def test_a_mirror_of_a_hardened_image_has_its_evidence_in_dockers_registry() -> None:
    assert found("acme/dhi-python:3.13", is_hardened=True) == ["registry.scout.docker.com/acme/dhi-python"]
    assert found("acme/dhi-python:3.13") == []


@pytest.mark.parametrize("reference", ["dhi.io/python:3.13", "ghcr.io/acme/dhi-python"])
def test_other_registries_serve_the_evidence_of_hardened_images_themselves(reference: str) -> None:
    assert found(reference, is_hardened=True) == []


def test_cosigns_variable_is_a_rule_for_every_image() -> None:
    rules = external_rules((), {"COSIGN_REPOSITORY": "e.example/signatures"})
    (only,) = repositories(Reference.parse("ghcr.io/acme/app"), Access(external=rules), is_hardened=False)
    assert only == Reference("e.example", "signatures")
