"""From the options of `check` and `report` to something that judges an inspection."""

from collections.abc import Sequence
from datetime import UTC, datetime

from attest.cli.run import Evaluator
from attest.errors import UsageError
from attest.model.finding import Evaluation
from attest.model.inspection import Inspection
from attest.policy import Lists, evaluate, load
from attest.policy.baseline import Baseline

NOW = "now"
ATTESTATION = "attestation"


def evaluator(
    names: Sequence[str] = (),
    lists: Lists | None = None,
    effective_time: str = NOW,
    baseline: Baseline | None = None,
) -> Evaluator:
    """Return what evaluates the first of the named policies in whose scope an image is.

    Without a name, `lists` from the command line make a policy of their own;
    without either it is `builtin:base`.

    Raises:
        InvalidPolicyError: a policy cannot be used.
        UsageError: `effective_time` is no time.
    """
    policies = load(names, lists)
    fixed = None if effective_time in (NOW, ATTESTATION) else _moment(effective_time)

    def judge(inspection: Inspection) -> Evaluation:
        moment = _built(inspection) if effective_time == ATTESTATION else fixed
        return evaluate(inspection, policies, moment=moment, baseline=baseline)

    return judge


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text}: not a time", hint="now, attestation, or RFC 3339 such as 2027-03-31T00:00:00Z"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _built(inspection: Inspection) -> datetime | None:
    """Return when the last build finished, as the provenance states; null where it does not."""
    finished = [each.finished for each in inspection.provenance or () if each.finished]
    return _moment(max(finished)) if finished else None
