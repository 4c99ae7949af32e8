import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from msgspec.structs import replace

from attest.errors import NotFoundError
from attest.model.inspection import Presence
from attest.model.license import Effect
from attest.model.report import ErrorEntry, Report, Target
from attest.render import RENDERERS
from attest.render.html import MOST_PACKAGES, shown_packages, web_address
from attest.render.presentation import Presentation
from tests.unit.render.samples import PRESENT, UNREADABLE, judged, package, platform, report, target

VOID = {"meta", "br", "rect"}
IMPLIED = {"tr", "th", "td", "li"}


class Page(HTMLParser):
    """Every element with its attributes, the text, and the elements that enclose each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See `HTMLParser`."""
        assert len(dict(attrs)) == len(attrs), f"an attribute of <{tag}> occurs twice"
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """See `HTMLParser`."""
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of one kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def html_of(made: Report, title: str | None = None) -> str:
    return RENDERERS.named("html").render(made, Presentation(title=title))


def page_of(made: Report) -> Page:
    return Page(html_of(made))


def words_of(made: Report) -> str:
    return " ".join(" ".join(page_of(made).text).split())


FULL = report("report", judged(problems=(UNREADABLE,)))


def test_policy_allows_the_style_by_its_hash_and_nothing_else() -> None:
    text = html_of(FULL)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = Page(text).all("meta")[1]
    assert policy == {
        "http-equiv": "Content-Security-Policy",
        "content": f"default-src 'none'; style-src 'sha256-{digest}'; "
        "img-src data:; base-uri 'none'; form-action 'none'",
    }


def test_the_policy_comes_right_after_the_encoding() -> None:
    tags = [tag for tag, _ in page_of(FULL).elements]
    assert tags[:4] == ["html", "head", "meta", "meta"]


def test_nothing_is_loaded_and_nothing_runs() -> None:
    page = page_of(FULL)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "input"}
    names = {name for _, attributes in page.elements for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in ("style", "src", "srcset")}


def test_style_loads_nothing() -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", html_of(FULL), re.DOTALL)
    assert not re.search(r"url\(|@import|https?:", style)


def test_every_table_has_a_caption_and_every_header_a_scope() -> None:
    page = page_of(FULL)
    assert len(page.all("caption")) == len(page.all("table")) >= 6
    assert [attributes for attributes in page.all("th") if attributes.get("scope") not in ("col", "row")] == []


def test_headings_skip_no_level() -> None:
    levels = [int(tag[1]) for tag, _ in page_of(FULL).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_landmarks_and_regions_have_names() -> None:
    page = page_of(FULL)
    assert [len(page.all(tag)) for tag in ("main", "header")] == [1, 1]
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    labels = {attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes}
    assert labels <= ids


@pytest.mark.parametrize("made", [FULL, report("report", judged(), judged())], ids=["one image", "two images"])
def test_ids_are_unique_and_every_link_inside_leads_somewhere(made: Report) -> None:
    page = page_of(made)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = {str(each["href"])[1:] for each in page.all("a") if str(each["href"]).startswith("#")}
    assert inner <= set(ids)


def test_a_finding_has_an_anchor_of_its_own() -> None:
    assert {"id": "F-7c1e9a02"} in page_of(FULL).all("tr")


def test_report_names_image_digest_policy_tool_and_time() -> None:
    text = words_of(FULL)
    for word in ("app:1.4", "docker.io/library/app@sha256:0f0f", "acme-prod (policies/prod.toml)"):
        assert word in text
    assert "attest 1.0.0" in text
    assert "2026-08-20T12:00:00Z" in text
    assert "FAIL" in text


def test_findings_problems_and_places_are_shown() -> None:
    text = words_of(FULL)
    assert "GPL-2.0-or-later in adduser 1.0-1" in text
    assert "ATT-SBOM-001 /packages/3: not an object" in text
    assert "https://registry.example.com/v2/library/app/manifests/1.4" in text
    assert "Where we looked" in text


def test_unknown_packages_and_licenses_are_said_so() -> None:
    text = words_of(report("report", target(packages=None, licenses=None)))
    assert "Packages are not known: no SBOM could be read. This does not mean that there are none." in text
    assert "Licenses are not known" in text


def test_a_platform_without_an_sbom_is_named() -> None:
    platforms = (platform("linux/amd64"), platform("linux/s390x", replace(PRESENT, sbom=Presence.ABSENT)))
    assert "linux/s390x: no SBOM is attached." in words_of(report("report", target(platforms=platforms)))


def test_provenance_says_what_is_only_claimed() -> None:
    text = words_of(FULL)
    assert "the builder did not identify itself" in text
    assert "claimed by the client; the builder did not fetch it" in text
    assert "mode=min leaves out build arguments" in text
    assert "NOT VERIFIED" in text


def test_debian_licenses_are_explained() -> None:
    assert words_of(FULL).count("inventory of all files of its source package") >= 2


def test_an_image_that_was_not_inspected_says_why() -> None:
    error = ErrorEntry.of(NotFoundError("app:9: no such tag"), "app:9")
    text = words_of(report("report", Target.failed("app:9"), errors=(error,)))
    assert "NOT INSPECTED" in text
    assert "ATT-SRC-001: app:9: no such tag" in text


def test_objections_come_first_and_what_is_cut_is_said() -> None:
    many = tuple(package(f"p{number:05}") for number in range(MOST_PACKAGES + 1))
    last = replace(many[-1], effect=Effect.DENY)
    image = replace(judged(), packages=(*many[:-1], last))
    assert shown_packages(image)[0].name == last.name
    assert "2,000 of 2,001 shown; the JSON report lists all" in words_of(report("report", image))


def test_title_can_be_chosen() -> None:
    assert "<h1>Acme &lt;audit&gt;</h1>" in html_of(FULL, title="Acme <audit>")


@pytest.mark.parametrize("text", ["https://example.com/a?b=1", "http://example.com"])
def test_web_addresses_become_links(text: str) -> None:
    assert web_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://a b",
        "https://a\u202eb",
        "//x",
        "https://[",
        None,
    ],
)
def test_nothing_else_becomes_a_link(text: str | None) -> None:
    assert web_address(text) is None


def test_links_outward_tell_nobody_where_they_come_from() -> None:
    outward = [each for each in page_of(FULL).all("a") if not str(each["href"]).startswith("#")]
    assert outward
    assert {each["rel"] for each in outward} == {"noopener noreferrer nofollow"}


def test_a_file_without_data_is_small() -> None:
    assert len(html_of(report("report", Target.failed("x")))) < 90_000
    style = re.search(r"<style>(.*?)</style>", html_of(FULL), re.DOTALL)
    assert style is not None
    assert len(style[1]) <= 20_000


def _luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: str, second: str) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colors_have_the_contrast_that_wcag_asks_for(scheme: int) -> None:
    roots = re.findall(r":root \{(.*?)\}", html_of(FULL), re.DOTALL)
    colors = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", roots[scheme]))
    grounds = [colors["sheet"], colors["paper"], colors["shade"]]
    assert [ink for ink in ("ink", "soft", "link") if min(_contrast(colors[ink], each) for each in grounds) < 4.5] == []
    assert _contrast(colors["warn-ink"], colors["warn-fill"]) >= 4.5
    categories = [
        name
        for name in colors
        if name.startswith(("permissive", "copyleft", "network", "source", "non", "prop", "public", "unknown"))
    ]
    assert len(categories) == 9
    assert [name for name in categories if _contrast(colors[name], colors["sheet"]) < 3] == []
