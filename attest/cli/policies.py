"""From the options of `check` and `report` to something that judges an inspection."""

from collections.abc import Sequence

from attest.cli.run import Evaluator
from attest.model.finding import Evaluation
from attest.model.inspection import Inspection
from attest.policy import Lists, Policy, evaluate, load


def evaluator(
    names: Sequence[str] = (), lists: Lists | None = None, effective_time: str | None = None
) -> Evaluator:
    """Return what evaluates the first of the named policies in whose scope an image is.

    Without a name, `lists` from the command line make a policy of their own;
    without either it is `builtin:base`.

    Raises:
        InvalidPolicyError: a policy cannot be used.
    """
    policies: Sequence[Policy] = load(names, lists)

    def judge(inspection: Inspection) -> Evaluation:
        return evaluate(inspection, policies, effective_time=effective_time)

    return judge
