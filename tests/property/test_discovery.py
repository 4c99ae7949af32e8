"""Whatever order answers arrive in, what is found and how it is told are the same."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from attest.pipeline import Options, inspect
from attest.sources import Access
from tests.layout_builder import MANIFEST, Json, LayoutBuilder
from tests.registry_simulator import RegistrySimulator, running_registry

SPDX, SLSA = "https://spdx.dev/Document", "https://slsa.dev/provenance/v1"
SUFFIXES = [".sig", ".att", ".sbom", "", ".new"]

# what hangs on what: a number chooses among all there is so far
PLANS = st.fixed_dictionaries(
    {
        "platforms": st.integers(1, 3),
        "attested": st.lists(st.integers(0, 2), max_size=4),
        "referrers": st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), st.booleans()), max_size=8),
        "tags": st.lists(
            st.tuples(st.integers(0, 3), st.sampled_from([".sig", ".att", ".sbom", "", ".new"])), max_size=4
        ),
        "off": st.booleans(),
        "jobs": st.integers(2, 16),
    }
)


def build(builder: LayoutBuilder, plan: dict[str, Any]) -> dict[str, str]:
    """Write an image to which things are attached in every way, some of them twice; return what tags name."""
    images = [builder.image(each) for each in ("amd64", "arm64", "s390x")[: plan["platforms"]]]
    attested = [
        builder.attestation(images[each % len(images)], statement(builder, images[each % len(images)], number))
        for number, each in enumerate(plan["attested"])
    ]
    root = builder.index(*images, *attested, *attested[:1])
    builder.tag(root)
    things = [root, *images, *attested]
    for subject, content, twice in plan["referrers"]:
        target = things[subject % len(things)]
        things += [carrier(builder, target, content) for _ in range(1 + twice)]
    tags = {"latest": root["digest"]}
    for number, suffix in plan["tags"]:
        digest = things[number % len(things)]["digest"]
        tags[digest.replace(":", "-") + suffix] = things[-1]["digest"]
    return tags


def statement(builder: LayoutBuilder, image: Json, number: int) -> Json:
    if number % 2:
        return builder.statement(image, SLSA, {"buildDefinition": {"buildType": "b"}, "runDetails": {}})
    return builder.statement(image, SPDX, {"spdxVersion": "SPDX-2.3", "name": str(number)})


def carrier(builder: LayoutBuilder, subject: Json, content: int) -> Json:
    layer = statement(builder, subject, content)
    config = builder.json({}, "application/vnd.oci.empty.v1+json")
    named = {key: subject[key] for key in ("mediaType", "digest", "size")}
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer], "subject": named}
    return builder.json(manifest, MANIFEST)


def serve(registry: RegistrySimulator, plan: dict[str, Any]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        builder = LayoutBuilder(Path(folder) / "layout")
        tags = build(builder, plan)
        reference = registry.load(builder.path)
    registry.tags = tags
    registry.knobs.referrers = "off" if plan["off"] else "on"
    return reference


@settings(max_examples=50, deadline=None)
@given(plan=PLANS)
def test_what_is_found_does_not_depend_on_what_answers_first(plan: dict[str, Any]) -> None:
    with running_registry() as registry:
        reference = serve(registry, plan)
        in_order = inspect(reference, Options(access=Access(jobs=1)))
        assert registry.digests_asked_twice() == []
        registry.knobs.jitter_seconds = 0.02
        for _ in range(2):
            assert inspect(reference, Options(access=Access(jobs=plan["jobs"]))) == in_order
