"""Narrowing the packages that a command shows to those its options name."""

from fnmatch import fnmatchcase

import msgspec
from msgspec.structs import replace

from attest.model.inspection import Inspection
from attest.model.license import NOASSERTION, Category
from attest.model.package import Package


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What to show: a package must satisfy each kind of condition that is given.

    Conditions of one kind are alternatives. Names and licenses are globs,
    compared without regard to case.
    """

    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    missing: bool = False

    def apply(self, inspection: Inspection) -> Inspection:
        """Return the inspection with the chosen packages and their licenses alone."""
        if inspection.packages is None or self == Selection():
            return inspection
        from attest.analysis import license_list

        packages = tuple(package for package in inspection.packages if self._chooses(package))
        return replace(inspection, packages=packages, licenses=license_list(packages))

    def _chooses(self, package: Package) -> bool:
        license_ = package.license
        return (
            (not self.types or package.type in self.types)
            and _matches(package.name, self.names)
            and (_matches(license_.effective, self.licenses) or _leaf_matches(license_.effective, self.licenses))
            and (not self.categories or bool(set(self.categories) & set(license_.categories)))
            and (not self.missing or _is_missing(package))
        )


def _matches(value: str, globs: tuple[str, ...]) -> bool:
    return not globs or any(fnmatchcase(value.lower(), glob.lower()) for glob in globs)


def _leaf_matches(expression: str, globs: tuple[str, ...]) -> bool:
    return any(_matches(word, globs) for word in expression.replace("(", " ").replace(")", " ").split())


def _is_missing(package: Package) -> bool:
    return package.license.effective == NOASSERTION or Category.UNKNOWN in package.license.categories
