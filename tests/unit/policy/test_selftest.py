from attest.policy import run_tests
from tests.unit.policy.conftest import Write

POLICY = '[licenses]\nallow = ["MIT"]\ndeny = ["GPL-*"]\n'


def test_a_test_that_holds_has_no_fault(write: Write) -> None:
    text = '[[test]]\npackage = { name = "x", license = "MIT OR GPL-3.0-only" }\nexpect = "allow"\nchosen = "MIT"\n'
    assert [each.fault for each in run_tests(write(POLICY + text))] == [None]


def test_a_test_that_fails_says_what_came_out_instead(write: Write) -> None:
    text = '[[test]]\npackage = { license = "GPLv3" }\nexpect = "allow"\n'
    text += '[[test]]\npackage = { license = "MIT OR ISC" }\nexpect = "allow"\nchosen = "ISC"\n'
    assert [each.fault for each in run_tests(write(POLICY + text))] == [
        "example under GPLv3: deny, expected allow",
        "example under MIT OR ISC: MIT was chosen, expected ISC",
    ]
