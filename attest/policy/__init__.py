"""Policies: what is allowed, denied and required, and whether an image meets it."""

from attest.policy.evaluate import evaluate
from attest.policy.loading import Lists, load, load_policy
from attest.policy.policy import Policy
from attest.policy.selftest import run_tests

__all__ = ["Lists", "Policy", "evaluate", "load", "load_policy", "run_tests"]
