import pytest

from attest.render import RENDERERS
from attest.render.markdown import code
from attest.render.presentation import Presentation
from attest.render.sanitize import CLOSING, OPENING
from tests.unit.render.samples import UNREADABLE, judged, report, target


@pytest.mark.parametrize(
    ("text", "span"),
    [
        pytest.param("MIT", "`MIT`", id="plain"),
        pytest.param("a`b", "``a`b``", id="backtick"),
        pytest.param("`", "`` ` ``", id="backtick alone"),
        pytest.param("a|b", r"`a\|b`", id="pipe"),
        pytest.param("a\\|b", "`a<U+005C><U+007C>b`", id="backslash and pipe"),
        pytest.param("a\nb", "`a<U+000A>b`", id="line feed"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_hostile_text_stays_in_its_code_span(text: str, span: str) -> None:
    assert code(text) == span.replace("<", OPENING).replace(">", CLOSING)


def test_findings_and_problems_are_tables() -> None:
    text = RENDERERS.named("markdown").render(report("check", judged(problems=(UNREADABLE,))), Presentation())
    assert "## FAIL `app:1.4`" in text
    assert "| deny | `GPL-2.0-or-later in adduser 1.0-1` | license-denied |" in text
    assert "| unreadable | ATT-SBOM-001 | `/packages/3: not an object` |" in text


def test_unknown_packages_are_said_so() -> None:
    image = target(packages=None, licenses=None)
    text = RENDERERS.named("markdown").render(report("report", image), Presentation())
    assert "Packages and licenses are not known: no SBOM could be read." in text
