"""The build graph that BuildKit records with `mode=max`, walked back to where the file system began.

Everything in it may be wrong on purpose: a step may name itself as input, or
an input that does not exist. Each walk therefore visits a place once.
"""

from collections.abc import Iterator
from typing import Any, Final, Self

from attest.predicates.reading import MAX_STEPS, Json, a_list, a_text, an_object, entry

_IMAGE_SCHEMES: Final = ("docker-image://", "oci-layout://")
_SCRATCH: Final = -1

Place = tuple[str, int]
"""An output of a step: the step's id and the output's number."""


class Graph:
    """The steps of a build by their ids, in order."""

    def __init__(self, steps: dict[str, Json]) -> None:
        self._steps = steps

    @classmethod
    def read(cls, build_config: Any) -> Self | None:
        """Read `buildConfig`; null if it lists no steps."""
        steps = {
            step["id"]: step
            for step in a_list(entry(build_config, "llbDefinition"), MAX_STEPS)
            if isinstance(step, dict) and isinstance(step.get("id"), str)
        }
        return cls(steps) if steps else None

    def images(self) -> Iterator[str]:
        """Yield every image the build started from, as `name:tag@digest`."""
        for step in self._steps.values():
            identifier = a_text(entry(step, "op", "Op", "source", "identifier"))
            image = _image(identifier) if identifier else None
            if image is not None:
                yield image

    def base_image(self) -> str | None:
        """Return the image below the result, as `name:tag@digest`; null if there is none or it is not known."""
        result = list(self._steps.values())[-1]
        place = self._input(result, 0)
        visited: set[Place] = set()
        while place is not None and place not in visited:
            visited.add(place)
            step = self._steps.get(place[0], {})
            identifier = a_text(entry(step, "op", "Op", "source", "identifier"))
            if identifier is not None:
                return _image(identifier)
            place = self._below(step, place[1])
        return None

    def _below(self, step: Json, output: int) -> Place | None:
        """Return what the file system at this output of a step started from."""
        op = an_object(entry(step, "op", "Op"))
        if "exec" in op:
            return self._below_exec(step, an_object(op["exec"]), output)
        if "file" in op:
            return self._below_file(step, an_object(op["file"]), output)
        if "merge" in op:
            return self._input(step, 0)
        if "diff" in op:
            return self._input(step, _number(entry(op, "diff", "upper", "input"), 0))
        return None

    def _below_exec(self, step: Json, op: Json, output: int) -> Place | None:
        """Follow the mount that became the output; a number left out is zero."""
        mounts = [each for each in a_list(op.get("mounts"), MAX_STEPS) if isinstance(each, dict)]
        matching = [each for each in mounts if _number(each.get("output"), 0) == output and not each.get("mountType")]
        root = next((each for each in matching if each.get("dest") == "/"), matching[0] if matching else None)
        return self._input(step, _number(root.get("input"), 0)) if root is not None else None

    def _below_file(self, step: Json, op: Json, output: int) -> Place | None:
        """Follow the action that became the output, through the actions before it, to an input."""
        actions = [each for each in a_list(op.get("actions"), MAX_STEPS) if isinstance(each, dict)]
        inputs = len(a_list(step.get("inputs"), MAX_STEPS))
        action = next((each for each in actions if _number(each.get("output"), 0) == output), None)
        for _ in range(len(actions)):
            if action is None:
                return None
            number = _number(action.get("input"), 0)
            if number < inputs:
                return self._input(step, number)
            following = number - inputs
            action = actions[following] if following < len(actions) else None
        return None

    def _input(self, step: Json, number: int) -> Place | None:
        """Return the output of another step that is this step's input; null for scratch or nonsense."""
        inputs = a_list(step.get("inputs"), MAX_STEPS)
        if number == _SCRATCH or not 0 <= number < len(inputs) or not isinstance(inputs[number], str):
            return None
        id_, _, output = inputs[number].rpartition(":")
        return (id_, int(output)) if output.isdecimal() and len(output) < 10 else None


def _image(identifier: str) -> str | None:
    for scheme in _IMAGE_SCHEMES:
        if identifier.startswith(scheme):
            return identifier.removeprefix(scheme)
    return None


def _number(value: Any, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default
