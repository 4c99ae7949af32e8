"""Licenses: SPDX expressions, the license list and its categories, and free text made into both."""

from attest.licenses.catalog import (
    LIST_VERSION,
    SCANCODE_PREFIX,
    STRICTNESS,
    all_exceptions,
    all_ids,
    canonical_exception,
    canonical_id,
    category_of,
    is_known,
    license_of,
    replacement_of,
    weakens,
)
from attest.licenses.expression import MAX_NESTING, MAX_OPERANDS, And, ExpressionError, Leaf, Or, Tree, leaves, parse
from attest.licenses.families import FAMILIES, REF_PREFIX, family_of, later_versions
from attest.licenses.normalize import NormalizedLicense, Normalizer, categories_of
from attest.licenses.reading import Method
from attest.licenses.splitting import is_too_long
from attest.licenses.texts import text_of

__all__ = [
    "FAMILIES",
    "LIST_VERSION",
    "MAX_NESTING",
    "MAX_OPERANDS",
    "REF_PREFIX",
    "SCANCODE_PREFIX",
    "STRICTNESS",
    "And",
    "ExpressionError",
    "Leaf",
    "Method",
    "NormalizedLicense",
    "Normalizer",
    "Or",
    "Tree",
    "all_exceptions",
    "all_ids",
    "canonical_exception",
    "canonical_id",
    "categories_of",
    "category_of",
    "family_of",
    "is_known",
    "is_too_long",
    "later_versions",
    "leaf_ids",
    "leaves",
    "license_of",
    "parse",
    "replacement_of",
    "text_of",
    "weakens",
]


def leaf_ids(expression: str) -> tuple[str, ...]:
    """Return the leaves of a canonical expression as they are printed in it."""
    return tuple(str(leaf) for leaf in leaves(parse(expression)))
