"""Inspect what is attached to a container image: SBOMs, provenance, licenses, and who vouches for them.

```python
import attest

inspection = attest.inspect("python:3.13-slim")
evaluation = attest.evaluate(inspection, attest.load_policy("builtin:base"))
print(attest.render_report(attest.report(inspection, evaluation), "text"))
```

Everything here is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from attest.errors import AttestError
    from attest.model.finding import Evaluation, Finding, Verdict
    from attest.model.inspection import Inspection
    from attest.model.license import License, PackageLicense
    from attest.model.package import Package
    from attest.model.problem import Problem
    from attest.model.provenance import Provenance
    from attest.model.report import Report
    from attest.pipeline import Options, inspect, render_report, report
    from attest.policy import Policy, evaluate, load_policy
    from attest.sources import Access
    from attest.version import __version__

__all__ = [
    "Access",
    "AttestError",
    "Evaluation",
    "Finding",
    "Inspection",
    "License",
    "Options",
    "Package",
    "PackageLicense",
    "Policy",
    "Problem",
    "Provenance",
    "Report",
    "Verdict",
    "__version__",
    "evaluate",
    "inspect",
    "load_policy",
    "render_report",
    "report",
]

_HOMES: Final = {
    "Access": "attest.sources",
    "AttestError": "attest.errors",
    "Evaluation": "attest.model.finding",
    "Finding": "attest.model.finding",
    "Inspection": "attest.model.inspection",
    "License": "attest.model.license",
    "Options": "attest.pipeline",
    "Package": "attest.model.package",
    "PackageLicense": "attest.model.license",
    "Policy": "attest.policy",
    "Problem": "attest.model.problem",
    "Provenance": "attest.model.provenance",
    "Report": "attest.model.report",
    "Verdict": "attest.model.finding",
    "__version__": "attest.version",
    "evaluate": "attest.policy",
    "inspect": "attest.pipeline",
    "load_policy": "attest.policy",
    "render_report": "attest.pipeline",
    "report": "attest.pipeline",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'attest' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
