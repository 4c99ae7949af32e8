"""What the versions of SLSA provenance share: times, and the level a statement supports by itself."""

import re
from typing import Final

from msgspec.structs import replace

from attest.formats.faults import utc
from attest.model.provenance import Provenance, Slsa, SlsaFact
from attest.predicates.reading import Json, a_text

# the page of one run of a CI job: it names an invocation, nobody's identity
_RUN: Final = re.compile(r"https://[^/]+/.+/(?:actions/runs|-/jobs|-/pipelines)/\d+(?:/.*)?", re.ASCII)


def is_run(builder: str) -> bool:
    """Tell whether a builder id is the address of one run, not of a builder."""
    return _RUN.fullmatch(builder) is not None


def times(metadata: Json, started: str, finished: str) -> tuple[str | None, str | None]:
    """Return start and end in UTC; a time that is missing or malformed is left out, not invented."""
    begin, end = a_text(metadata.get(started)), a_text(metadata.get(finished))
    return (utc(begin) if begin else None), (utc(end) if end else None)


def slsa_of(provenance: Provenance, *, has_parameters: bool) -> Provenance:
    """Assess what the statement alone supports, level 0 or 1; more needs someone who vouches for it.

    https://slsa.dev/spec/v1.2/build-track-basics
    """
    facts = (
        SlsaFact(level=1, fact="provenance exists", met=True, pointer="/predicate"),
        SlsaFact(
            level=1,
            fact="builder identified" if provenance.builder else "incomplete: builder not identified",
            met=provenance.builder is not None,
        ),
        SlsaFact(level=1, fact="build type stated", met=provenance.build_type is not None),
        SlsaFact(level=1, fact="external parameters stated", met=has_parameters),
        SlsaFact(level=2, fact="signature verified", met=None),
    )
    reached = all(fact.met for fact in facts if fact.level == 1)
    return replace(provenance, slsa=Slsa(claimed=None, assessed=1 if reached else 0, facts=facts))
