"""Facts derived from the documents of an image, without input or output."""

from attest.analysis.assembly import Subject, assemble
from attest.analysis.package_list import license_list, package_list

__all__ = ["Subject", "assemble", "license_list", "package_list"]
