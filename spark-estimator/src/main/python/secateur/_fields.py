"""What a layer is made with: the kinds of constants, how each is checked, and what it is if not given."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, Mapping, Optional, Sequence, Tuple, Union, cast

Shape = Tuple[int, ...]
"""The dimensions of one row: (784,) for a vector, (28, 28, 1) for an image, channels last."""

MAX_INT = 2**31 - 1


class NetworkError(ValueError):
    """Says what is wrong with a network: which layer, what it expects, what it found."""


@dataclass(frozen=True)
class Field:
    """One constant of a layer.

    Attributes
    ----------
    name : str
        its name in JSON and as an argument
    kind : str
        what values it takes, a key of :data:`KINDS`
    default : optional
        the value if none is given; None if one must be given
    side_of : str, optional
        the field before it, a window; if it is square, its side is the value if none is given
    left_out : bool
        whether JSON, and what a layer keeps, leaves it out where it has its default
    """

    name: str
    kind: str
    default: Any = None
    side_of: Optional[str] = None
    left_out: bool = False

    def default_after(self, before: Mapping[str, Any]) -> Any:
        """Returns the value if none is given, from those of the fields before it, or None."""
        if self.side_of is None:
            return self.default
        height, width = before[self.side_of]
        return height if height == width else None


def constants_of(fields: Sequence[Field], given: Mapping[str, Any]) -> Dict[str, Any]:
    """Returns the checked constants of a layer, in the order of its fields."""
    constants: Dict[str, Any] = {}
    for field in fields:
        value = given[field.name] if field.name in given else field.default_after(constants)
        if value is None and field.name not in given:
            raise NetworkError(f'missing field "{field.name}"')
        checked = KINDS[field.kind](field.name, value)
        if not (field.left_out and checked == field.default):
            constants[field.name] = checked
    return constants


def float32(what: str, value: Any) -> float:
    """Returns the number rounded to float32, which is what Java keeps of it."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        try:
            value = cast(Any, value).item()  # a number of numpy
        except AttributeError:
            raise TypeError(f"{what} must be a number, found {value!r}") from None
    try:
        rounded: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        rounded = math.inf
    if not math.isfinite(rounded):
        raise NetworkError(f"{what} must be a finite float32 number, found {value!r}")
    return rounded


def integer(what: str, value: Any) -> int:
    """Returns the value as an int; a float is refused even if it is whole."""
    if isinstance(value, bool):
        raise TypeError(f"{what} must be an integer, found {value!r}")
    try:
        number: int = value.__index__()
    except AttributeError:
        raise TypeError(f"{what} must be an integer, found {value!r}") from None
    if not -MAX_INT <= number <= MAX_INT:
        raise NetworkError(f"{what} must be an integer below 2^31, found {number}")
    return number


def flag(what: str, value: Any) -> bool:
    """Returns the value, which must be True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"{what} must be True or False, found {value!r}")
    return value


def size_of(shape: Sequence[int]) -> int:
    """Returns the number of values in a row of this shape."""
    return math.prod(shape)


def check_shape(dimensions: Iterable[Any]) -> Shape:
    """Returns the dimensions as a shape; each must be at least 1."""
    shape = tuple(integer("a dimension", dimension) for dimension in dimensions)
    if not shape or min(shape) < 1:
        raise NetworkError(
            f"a shape needs at least one dimension, each at least 1, found {list(shape)}"
        )
    if size_of(shape) > MAX_INT:
        raise NetworkError(f"a row may hold at most 2^31 - 1 values, found shape {list(shape)}")
    return shape


def _integers(what: str, values: Any) -> Tuple[int, ...]:
    return tuple(integer(what, value) for value in values)


def _numbers(what: str, values: Any) -> Tuple[float, ...]:
    elements = values if hasattr(values, "__len__") else [values]
    return tuple(float32(what, value) for value in elements)


def _height_and_width(what: str, window: Any) -> Tuple[int, int]:
    if isinstance(window, (list, tuple)):
        if len(window) != 2:
            raise NetworkError(f"{what} must be an integer or (height, width), found {window!r}")
        return integer(what, window[0]), integer(what, window[1])
    size = integer(what, window)
    return size, size


def _steps(what: str, steps: Any) -> Union[int, Tuple[int, int]]:
    height, width = _height_and_width(what, steps)
    return height if height == width else (height, width)


def _padding(what: str, padding: Any) -> Union[str, Tuple[int, ...]]:
    if isinstance(padding, str) and padding in ("same", "valid"):
        return padding
    if isinstance(padding, (list, tuple)) and len(padding) == 4:
        sides = _integers(what, padding)
    elif isinstance(padding, (str, list, tuple)):
        raise NetworkError(
            f'field "{what}" must be "same", "valid", an integer or [top, left, bottom, right],'
            f" found {_json(padding)}"
        )
    else:
        sides = (integer(what, padding),) * 4
    return sides if any(sides) else "valid"


def _json(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(list(value))


def _shape(what: str, dimensions: Any) -> Shape:
    return check_shape(dimensions)


KINDS: Dict[str, Callable[[str, Any], Any]] = {
    "integer": integer,
    "number": float32,
    "boolean": flag,
    "integers": _integers,
    "numbers": _numbers,
    "height_and_width": _height_and_width,
    "padding": _padding,
    "steps": _steps,
    "shape": _shape,
}
"""For each kind of values what checks them, and makes them what a layer keeps."""

LISTS = ("integers", "numbers", "shape")
"""The kinds that are lists in JSON."""
