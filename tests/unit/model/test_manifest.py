import json
from typing import Any

import pytest

from attest.errors import MalformedDocumentError, UnsupportedDocumentError
from attest.model.manifest import Index, Manifest, parse_manifest

A = {"mediaType": "text/x", "digest": "sha256:" + "a" * 64, "size": 3}


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_a_manifest_is_known_by_its_keys_when_it_names_no_type() -> None:
    parsed = parse_manifest(encoded({"schemaVersion": 2, "config": A, "layers": [A]}))
    assert isinstance(parsed, Manifest)
    assert str(parsed.layers[0].digest) == A["digest"]


def test_an_index_is_known_by_its_keys_when_it_names_no_type() -> None:
    assert isinstance(parse_manifest(encoded({"schemaVersion": 2, "manifests": [A]})), Index)


def test_the_legacy_artifact_manifest_has_blobs_for_layers() -> None:
    artifact = {
        "mediaType": "application/vnd.oci.artifact.manifest.v1+json",
        "artifactType": "x/y",
        "blobs": [A],
    }
    parsed = parse_manifest(encoded(artifact))
    assert isinstance(parsed, Manifest)
    assert len(parsed.layers) == 1


def test_an_empty_index_is_valid() -> None:
    parsed = parse_manifest(encoded({"schemaVersion": 2, "manifests": None}), "application/vnd.oci.image.index.v1+json")
    assert isinstance(parsed, Index)
    assert parsed.manifests == ()


def test_an_unusable_entry_is_named_and_the_others_stay() -> None:
    blake = {"mediaType": "text/x", "digest": "blake3:" + "a" * 64, "size": 3}
    parsed = parse_manifest(encoded({"schemaVersion": 2, "manifests": [A, blake]}))
    assert isinstance(parsed, Index)
    assert len(parsed.manifests) == 1
    assert parsed.faults == (("/manifests/1/digest", "unsupported digest algorithm"),)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"<html><body>Sign in</body></html>", "HTML or XML instead of JSON", id="html"),
        pytest.param(b'{"schemaVersion": 2, "layers": [], "layers": []}', "a key occurs twice", id="duplicate key"),
        pytest.param(b'\xef\xbb\xbf{"layers": []}', "not the JSON expected", id="byte order mark"),
        pytest.param(b'{"layers": []} x', "not the JSON expected", id="trailing bytes"),
        pytest.param(b'{"layers": []', "not the JSON expected", id="cut off"),
        pytest.param(b'{"layers": "\xff"}', "not UTF-8", id="not UTF-8"),
        pytest.param(b"[]", "not the JSON expected", id="a list"),
        pytest.param(b"{}", "neither an image index nor a manifest", id="nothing in it"),
        pytest.param(b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested deeper than 200", id="a deep nest"),
        pytest.param(b'{"x":' + b"[" * 250 + b"]" * 250 + b"}", "nested deeper than 200", id="a nest just too deep"),
        pytest.param(encoded({"manifests": [A] * 1001}), "more than 1000 index entries", id="a million entries"),
        pytest.param(encoded({"layers": [A] * 1001}), "more than 1000 layers", id="many layers"),
    ],
)
def test_what_is_no_manifest_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(MalformedDocumentError, match=message):
        parse_manifest(content)


def test_schema_1_is_recognized_and_not_supported() -> None:
    with pytest.raises(UnsupportedDocumentError, match="schema 1") as caught:
        parse_manifest(encoded({"schemaVersion": 1, "fsLayers": []}))
    assert caught.value.code == "ATT-EVD-001"
    assert "push the image again" in (caught.value.hint or "")


def test_brackets_inside_strings_are_no_nesting() -> None:
    value = {"layers": [], "annotations": {"note": '["' * 300}}
    assert isinstance(parse_manifest(encoded(value)), Manifest)


def test_annotations_that_are_no_texts_are_left_out() -> None:
    parsed = parse_manifest(encoded({"layers": [A | {"annotations": {"a": 1, "b": "x"}}], "annotations": {"c": {}}}))
    assert isinstance(parsed, Manifest)
    assert (parsed.annotations, parsed.layers[0].annotations) == ({}, {"b": "x"})
