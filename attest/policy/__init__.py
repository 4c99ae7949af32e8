"""Policies: what is allowed, denied and required, and whether an image meets it."""

from attest.policy.evaluate import evaluate
from attest.policy.policy import Lists, Policy, load, load_policy

__all__ = ["Lists", "Policy", "evaluate", "load", "load_policy"]
