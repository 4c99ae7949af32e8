"""References: what is printed is read back the same, and nothing but the reference error is ever raised."""

from hypothesis import example, given
from hypothesis import strategies as st

from attest.errors import InvalidReferenceError
from attest.model.reference import LocalReference, Reference

COMPONENT = st.from_regex(r"[a-z0-9]{1,8}((?:[._]|__|-{1,3})[a-z0-9]{1,5}){0,2}", fullmatch=True)
PATH = st.lists(COMPONENT, min_size=1, max_size=4).map("/".join)
LABEL = st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,8}[a-zA-Z0-9])?", fullmatch=True)
PORT = st.integers(0, 65535).map(":{}".format)
DOMAIN = st.one_of(
    st.sampled_from(["docker.io", "localhost", "localhost:5000", "[::1]:5000", "[2001:db8::1]"]),
    st.builds("{}.{}{}".format, LABEL, LABEL, st.just("") | PORT),
)
TAG = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", fullmatch=True)
DIGEST = st.binary(min_size=32, max_size=32).map(lambda content: f"sha256:{content.hex()}")
# text that is nearly a reference: its marks, its words, and what else people paste
WORDS = ["docker.io", "index.docker.io", "localhost", "library", "oci:", "https://", "sha256:", "sha512:", "f" * 64]
ALMOST = st.lists(st.sampled_from([*"/:@.-_[]%aA \n\0é\x1b", *WORDS]), max_size=12).map("".join)


@given(DOMAIN, PATH, st.none() | TAG, st.none() | DIGEST)
def test_a_reference_that_is_printed_is_read_back_the_same(
    domain: str, path: str, tag: str | None, digest: str | None
) -> None:
    text = f"{domain}/{path}{f':{tag}' if tag else ''}{f'@{digest}' if digest else ''}"
    parsed = Reference.parse(text)
    assert Reference.parse(str(parsed)) == parsed
    assert parsed.digest == digest
    assert parsed.tag == (tag or (None if digest else "latest"))


@given(DOMAIN, PATH)
def test_the_familiar_name_names_the_same(domain: str, path: str) -> None:
    parsed = Reference.parse(f"{domain}/{path}:x")
    assert Reference.parse(f"{parsed.familiar}:x") == parsed


@given(st.text() | ALMOST)
@example("docker.io//a")
@example("A/" * 200)
@example(":" * 1000)
@example("@" + "a" * 64)
def test_any_text_is_a_reference_or_refused(text: str) -> None:
    try:
        parsed = Reference.parse(text)
    except InvalidReferenceError as error:
        assert error.hint  # noqa: PT017 - to be refused is not the expectation
    else:
        assert parsed.domain
        assert Reference.parse(str(parsed)) == parsed


@given(st.text() | ALMOST, st.sets(st.integers(0, 40)))
def test_a_local_reference_loses_nothing(text: str, lengths: set[int]) -> None:
    try:
        parsed = LocalReference.split(text, lambda path: len(path) in lengths)
    except InvalidReferenceError:
        return
    assert text.startswith(parsed.path)
    rest = text.removeprefix(parsed.path)
    assert rest.removeprefix(":").rstrip("@").endswith(parsed.digest or parsed.name or "")
