import pytest

from attest.model.attachment import ProbeStatus
from attest.sources import Access, open_source
from tests.command import LAYOUTS
from tests.registry_simulator import RegistrySimulator

STEMS = [f"sha256-{digit * 64}" for digit in "28a"]


@pytest.fixture
def reference(registry: RegistrySimulator) -> str:
    return registry.load(LAYOUTS / "docker-hub-alpine-3.23.2")


def looks(registry: RegistrySimulator) -> int:
    return sum("/tags/list" in entry.path for entry in registry.log)


def tag(registry: RegistrySimulator, *names: str) -> None:
    registry.tags |= dict.fromkeys(names, next(iter(registry.tags.values())))


def test_the_smallest_shows_what_comes_behind_it(registry: RegistrySimulator, reference: str) -> None:
    tag(registry, f"{STEMS[0]}.sig", f"{STEMS[2]}.att", "trixie")
    with open_source(reference, Access()) as source:
        assert source.tags(STEMS[0]).names == (f"{STEMS[0]}.sig",)
        assert source.tags(STEMS[1]).status is ProbeStatus.ABSENT
        assert source.tags(STEMS[2]).names == (f"{STEMS[2]}.att",)
    assert looks(registry) == 1


def test_what_comes_before_was_not_shown(registry: RegistrySimulator, reference: str) -> None:
    tag(registry, f"{STEMS[0]}.sig", "trixie")
    with open_source(reference, Access()) as source:
        assert source.tags(STEMS[2]).status is ProbeStatus.ABSENT
        assert source.tags(STEMS[0]).names == (f"{STEMS[0]}.sig",)
    assert looks(registry) == 2


def test_a_page_that_ends_among_the_tags_of_a_digest_does_not_show_all_of_them(
    registry: RegistrySimulator, reference: str
) -> None:
    tag(registry, *(f"{STEMS[0]}.{number:02}" for number in range(18)), *(f"{STEMS[1]}.{n}" for n in range(8)))
    with open_source(reference, Access()) as source:
        assert len(source.tags(STEMS[0]).names) == 18
        assert len(source.tags(STEMS[1]).names) == 8
    assert looks(registry) == 2


def test_a_full_page_is_not_the_end_only_because_nobody_says_that_it_goes_on(
    registry: RegistrySimulator, reference: str
) -> None:
    names = [f"{STEMS[0]}.sig", *(f"{STEMS[1]}.{number:02}" for number in range(19))]
    body = '{"tags": ["' + '", "'.join(names) + '"]}'
    registry.knobs.answers["/tags/list"] = (200, "application/json", body.encode())
    with open_source(reference, Access()) as source:
        assert source.tags(STEMS[0]).names == (f"{STEMS[0]}.sig",)
        registry.knobs.answers.clear()
        tag(registry, f"{STEMS[2]}.att")
        assert source.tags(STEMS[2]).names == (f"{STEMS[2]}.att",)


def test_a_list_that_is_of_no_use_for_one_is_of_no_use_for_all(registry: RegistrySimulator, reference: str) -> None:
    registry.knobs.tags = "unsorted"
    with open_source(reference, Access()) as source:
        assert {source.tags(stem).status for stem in STEMS} == {ProbeStatus.UNSUPPORTED}
    assert looks(registry) == 1


def test_an_error_with_one_says_nothing_of_the_next(registry: RegistrySimulator, reference: str) -> None:
    registry.knobs.answers["/tags/list"] = (418, "text/plain", b"")
    with open_source(reference, Access()) as source:
        assert source.tags(STEMS[0]).status is ProbeStatus.ERROR
        registry.knobs.answers.clear()
        assert source.tags(STEMS[1]).status is ProbeStatus.ABSENT


def test_offline_each_is_known_though_one_look_showed_them_all(
    registry: RegistrySimulator, reference: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = str(tmp_path_factory.mktemp("cache"))
    tag(registry, f"{STEMS[1]}.sig", "trixie")
    with open_source(reference, Access(cache_dir=cache)) as source:
        for stem in STEMS[:2]:
            source.tags(stem)
    with open_source(reference, Access(cache_dir=cache, offline=True)) as source:
        assert source.tags(STEMS[1]).names == (f"{STEMS[1]}.sig",)
        assert source.tags(STEMS[0]).status is ProbeStatus.ABSENT
        assert source.tags(STEMS[2]).status is ProbeStatus.ERROR
