"""Packages, licenses or findings as CSV (RFC 4180), which of them is the command's choice.

A cell that a spreadsheet would take for a formula gets a leading apostrophe.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from attest.model.report import Report, Target
from attest.render.presentation import Presentation
from attest.render.sanitize import sanitize

_PACKAGE_HEADER: Final = (
    "image,digest,platforms,type,namespace,name,version,purl,supplier,declared,concluded,effective,"
    "chosen,categories,effect,origin,evidence,pointer,trust"
)
_LICENSE_HEADER: Final = "image,digest,id,name,category,osi,fsf,deprecated,packages,effect"
_FINDING_HEADER: Final = (
    "image,digest,id,rule,effect,status,license,package,version,purl,platforms,waiver,owner,expires,message"
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

Row = list[Any]


class Csv:
    """One row for each package, license or finding of every image."""

    name = "csv"
    suffixes = (".csv",)

    def render(self, report: Report, presentation: Presentation) -> str:
        """See `Renderer.render`."""
        del presentation  # a table for machines looks one way
        command = report.run.command
        header, rows = {"licenses": (_LICENSE_HEADER, _licenses), "check": (_FINDING_HEADER, _findings)}.get(
            command, (_PACKAGE_HEADER, _packages)
        )
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(header.split(","))
        for target in report.targets:
            digest = target.resolved.digest if target.resolved else None
            writer.writerows([cell(value) for value in (target.ref, digest, *row)] for row in rows(target))
        return text.getvalue()


RENDERER: Final = Csv()


def cell(value: Any) -> str:
    """Write a value so that no spreadsheet runs it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    dangerous = text.startswith(_FORMULA)
    return f"'{sanitize(text)}" if dangerous else sanitize(text)


def _packages(target: Target) -> Iterator[Row]:
    trusts = {each.id: each.trust for each in target.evidence}
    for each in target.packages or ():
        license_ = each.license
        source = license_.evidence or next((source.evidence for source in each.sources), None)
        row: Row = [each.platforms, each.type, each.namespace, each.name, each.version, each.purl]
        row += [each.supplier, license_.declared, license_.concluded, license_.effective, license_.chosen]
        row += [license_.categories, each.effect, each.origin, source, license_.pointer]
        yield [*row, trusts.get(source or "")]


def _licenses(target: Target) -> Iterator[Row]:
    for each in target.licenses or ():
        row: Row = [each.id, each.name, each.category, each.osi, each.fsf, each.deprecated]
        yield [*row, each.packages, each.effect]


def _findings(target: Target) -> Iterator[Row]:
    packages = {package.id: package for package in target.packages or ()}
    for each in target.findings or ():
        package = packages.get(each.package or "")
        row: Row = [each.id, each.rule, each.effect, each.status, each.license]
        row += [package.name, package.version, package.purl] if package else [each.subject, None, None]
        yield [*row, each.platforms, each.waiver, None, None, each.message]
