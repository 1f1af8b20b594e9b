"""The layers of a network: their constants, the shapes they take and give, and how they are written."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Sequence, Tuple, Union

from secateur._fields import NetworkError, Shape, check_shape, size_of
from secateur._layer_types import FIELDS, JOINTS

@dataclass(frozen=True)
class Layer:
    """A layer in its place in a network.

    Attributes
    ----------
    type : str
        what it computes, for example ``"conv2d"``
    name : str
        unique in the network, branches included
    frozen : bool
        whether training leaves its weights and statistics as they are
    constants : dict
        what it was made with, as in JSON
    branches : tuple of tuples of Layer
        the layers inside a residual, concat or gate layer
    output : tuple of int
        the shape of its output
    parameters : int
        the number of its own weights and statistics
    trainable : int
        how many of them training may change
    inputs : tuple of str
        the names of the inputs and layers whose values it reads; none: the layer before it
    """

    type: str
    name: str
    frozen: bool
    constants: Mapping[str, Any]
    branches: Tuple[Tuple["Layer", ...], ...]
    output: Shape
    parameters: int
    trainable: int
    inputs: Tuple[str, ...] = ()

    def freeze(self) -> "Layer":
        """Returns this layer frozen, and all those in its branches."""
        branches = tuple(tuple(inner.freeze() for inner in branch) for branch in self.branches)
        return replace(self, frozen=True, branches=branches, trainable=0)

    def all(self) -> Iterator["Layer"]:
        """Yields the layers in its branches, then this one."""
        for branch in self.branches:
            for inner in branch:
                yield from inner.all()
        yield self


# ---- text ---------------------------------------------------------------------------------------


def text_of(value: Any) -> str:
    """Returns JSON of plain values without blanks, float32 numbers with the fewest digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return f'"{value}"'  # names and types only: no character that JSON escapes
    return "[" + ",".join(text_of(element) for element in value) + "]"


def float_text(value: float) -> str:
    """Returns the shortest decimal that gives the same float32 back, written as Java writes it.

    Before JDK 19 Java wrote a digit too many for a few numbers; they are the same when read.
    """
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    for digits in range(1, 17):  # Java never takes fewer than two
        text = f"{value:.{digits}e}"
        if struct.pack("f", float(text)) == struct.pack("f", value):
            break
    mantissa, exponent = text.split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    if 1e-3 <= abs(value) < 1e7:
        fraction = mantissa.partition(".")[2]
        decimals = max(len(fraction) - int(exponent), 1)
        return f"{float(text):.{decimals}f}"
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"


# ---- shapes -------------------------------------------------------------------------------------


def shape_text(shape: Iterable[int]) -> str:
    """Returns a shape for people: 28×28×1."""
    return "×".join(str(dimension) for dimension in shape)


class _Place:
    """Where a layer is put: says what it expects there if it does not fit."""

    def __init__(self, type: str, name: str) -> None:
        self.type = type
        self.name = name

    def require(self, holds: bool, expected: str, found: Any) -> None:
        if not holds:
            raise NetworkError(
                f'layer "{self.name}" ({self.type}) expects {expected}, found {found}'
            )

    def require_image(self, shape: Shape) -> None:
        self.require(
            len(shape) == 3,
            "an image [height × width × channels]",
            "shape " + shape_text(shape),
        )


Constants = Dict[str, Any]
_Sizes = Tuple[Shape, int, int]  # the output's shape, parameters, and how many of them are trained


def _same(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    return shape, 0, 0


def _normalize(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    channels = shape[-1]
    for values in (constants["mean"], constants["deviation"]):
        place.require(
            len(values) in (1, channels),
            f"a mean and a deviation for all or for each of {channels} channels",
            f"{len(values)} values",
        )
    deviation = constants["deviation"]
    place.require(min(deviation) > 0, "positive deviations", list(deviation))
    return shape, 0, 0


def _dense(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    units = constants["units"]
    place.require(units >= 1, "at least 1 unit", units)
    place.require(
        len(shape) <= 2, "a vector (add flatten() before it)", "shape " + shape_text(shape)
    )
    weights = shape[-1] * units + (units if constants["bias"] else 0)
    return (*shape[:-1], units), weights, weights


def _conv2d(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    place.require_image(shape)
    filters, groups = constants["filters"], constants["groups"]
    place.require(filters >= 1, "at least 1 filter", filters)
    place.require(groups >= 1, "at least 1 group", groups)
    place.require(
        shape[-1] % groups == 0 and filters % groups == 0,
        f"channels and filters that are multiples of {groups} groups",
        f"{shape[-1]} channels and {filters} filters",
    )
    positions = _window(place, constants["kernel"], constants, shape)
    height, width = constants["kernel"]
    weights = height * width * (shape[-1] // groups) * filters
    weights += filters if constants["bias"] else 0
    return (*positions, filters), weights, weights


def _pool2d(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    place.require_image(shape)
    positions = _window(place, constants["size"], constants, shape)
    _require_image_in_each_window(place, constants, shape, positions)
    return (*positions, shape[-1]), 0, 0


def _pair(value: Union[int, Sequence[int]]) -> Tuple[int, int]:
    if isinstance(value, int):
        return value, value
    height, width = value
    return height, width


def _sides(padding: Any) -> Sequence[int]:
    return (0, 0, 0, 0) if isinstance(padding, str) else padding


def _steps_text(value: Union[int, Sequence[int]]) -> str:
    return str(value if isinstance(value, int) else list(value))


def _padding_text(padding: Any) -> str:
    return padding if isinstance(padding, str) else str(list(padding))


def _axes(
    window: Sequence[int], constants: Constants, shape: Shape
) -> Iterator[Tuple[int, int, int, int, int]]:
    """Yields for height and width: the length, the reach, the stride, and the pads on both sides."""
    strides = _pair(constants["stride"])
    dilations = _pair(constants.get("dilation", 1))
    sides = _sides(constants["padding"])
    for axis in (0, 1):
        reach = (window[axis] - 1) * dilations[axis] + 1
        length, stride = shape[axis], strides[axis]
        before, after = sides[axis], sides[axis + 2]
        if constants["padding"] == "same":
            total = max((-(-length // stride) - 1) * stride + reach - length, 0)
            before, after = total // 2, total - total // 2
        yield length, reach, stride, before, after


def _window(
    place: _Place, window: Sequence[int], constants: Constants, shape: Shape
) -> Tuple[int, int]:
    height, width = window
    stride, dilation, padding = (
        constants["stride"],
        constants.get("dilation", 1),
        constants["padding"],
    )
    place.require(
        height >= 1 and width >= 1 and min(_pair(stride)) >= 1,
        "a window and a stride of at least 1",
        f"{height}×{width} stride {_steps_text(stride)}",
    )
    place.require(min(_pair(dilation)) >= 1, "a dilation of at least 1", _steps_text(dilation))
    place.require(min(_sides(padding)) >= 0, "no negative padding", _padding_text(padding))
    axes = list(_axes(window, constants, shape))
    place.require(
        max(reach - 1 for _, reach, _, _, _ in axes) < 2**24 and max(_sides(padding)) < 2**24,
        "a window and a padding below 2^24 pixels",
        f"{height}×{width}, padding {_padding_text(padding)}",
    )
    positions = tuple(
        _positions(length, reach, step, before, after, constants)
        for length, reach, step, before, after in axes
    )
    least = [max(1, reach - before - after) for _, reach, _, before, after in axes]
    place.require(
        min(positions) >= 1,
        f'an image of at least {least[0]}×{least[1]} (or "same" padding)',
        "shape " + shape_text(shape),
    )
    return positions[0], positions[1]


def _positions(
    length: int, reach: int, stride: int, before: int, after: int, constants: Constants
) -> int:
    if constants["padding"] == "same":
        return -(-length // stride)
    space = length + before + after - reach
    if not constants.get("ceilMode", False):
        return space // stride + 1
    positions = -(-space // stride) + 1
    return positions - 1 if (positions - 1) * stride >= length + before else positions


def _require_image_in_each_window(
    place: _Place, constants: Constants, shape: Shape, positions: Sequence[int]
) -> None:
    dilations = _pair(constants.get("dilation", 1))
    holds = True
    for axis, (length, reach, stride, before, _) in enumerate(
        _axes(constants["size"], constants, shape)
    ):
        for position in range(positions[axis]):
            start = position * stride - before
            first = start if start >= 0 else start % dilations[axis]
            holds = holds and first < length and first <= start + reach - 1
    place.require(
        holds,
        "a padding by which each window reads some of the image",
        f"padding {_padding_text(constants['padding'])} around shape {shape_text(shape)}",
    )


def _global_pool2d(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    place.require_image(shape)
    return (shape[-1],), 0, 0


def _flatten(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    return (size_of(shape),), 0, 0


def _reshape(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    target = check_shape(constants["shape"])
    place.require(
        size_of(target) == size_of(shape),
        f"a row of {size_of(target)} values to form {shape_text(target)}",
        "shape " + shape_text(shape),
    )
    return target, 0, 0


def _permute(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    order, axes = list(constants["order"]), list(range(len(shape)))
    place.require(sorted(order) == axes, f"an order of the axes {axes}", order)
    return tuple(shape[axis] for axis in order), 0, 0


def _pad(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    before, after = list(constants["before"]), list(constants["after"])
    place.require(
        len(before) == len(after) == len(shape),
        f"zeros before and after each of the {len(shape)} axes of shape {shape_text(shape)}",
        f"{before} and {after}",
    )
    place.require(min(before + after) >= 0, "no negative padding", f"{before} and {after}")
    return tuple(a + b + c for a, b, c in zip(shape, before, after)), 0, 0


def _batch_norm(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    epsilon, momentum = constants["epsilon"], constants["momentum"]
    place.require(epsilon > 0, "a positive epsilon", float_text(epsilon))
    place.require(0 <= momentum < 1, "a momentum in [0, 1)", float_text(momentum))
    return shape, 4 * shape[-1], 2 * shape[-1]  # mean and variance are statistics


def _layer_norm(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    place.require(
        constants["epsilon"] > 0, "a positive epsilon", float_text(constants["epsilon"])
    )
    return shape, 2 * shape[-1], 2 * shape[-1]


def _dropout(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    rate = constants["rate"]
    place.require(0 <= rate < 1, "a rate in [0, 1)", float_text(rate))
    return shape, 0, 0


def _clip(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    low, high = constants["min"], constants["max"]
    place.require(
        low <= high, "a minimum of at most the maximum", f"{float_text(low)} and {float_text(high)}"
    )
    return shape, 0, 0


def _pow(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    exponent = constants["exponent"]
    place.require(
        abs(exponent) <= 1000, "a constant from -1000.0 to 1000.0", float_text(exponent)
    )
    return shape, 0, 0


def _prelu(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    slopes = shape[-1] if constants["perChannel"] else 1
    return shape, slopes, slopes


def _softmax(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    axis, rank = constants["axis"], len(shape)
    place.require(-1 <= axis < rank, f"an axis in [0, {rank}), or -1 for the last", axis)
    return shape, 0, 0


def _attention(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    heads = constants["heads"]
    place.require(heads >= 1, "at least 1 head", heads)
    place.require(
        len(shape) == 2 and shape[-1] % (3 * heads) == 0,
        f"queries, keys and values [tokens × 3·width], the width a multiple of {heads} heads",
        "shape " + shape_text(shape),
    )
    return (shape[0], shape[1] // 3), 0, 0


def _embedding(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    vocabulary, width = constants["vocabulary"], constants["width"]
    place.require(1 <= vocabulary <= 2**24, "a vocabulary in [1, 2^24]", vocabulary)
    place.require(width >= 1, "a width of at least 1", width)
    padding = constants["paddingIndex"]
    place.require(
        -1 <= padding < vocabulary, f"a padding index in [0, {vocabulary}), or -1 for none", padding
    )
    return (*shape, width), vocabulary * width, vocabulary * width


_GATES = {"lstm": 4, "gru": 3, "rnn": 1}


def _recurrent(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    units = constants["units"]
    place.require(units >= 1, "at least 1 unit", units)
    place.require(len(shape) == 2, "steps [steps × inputs]", "shape " + shape_text(shape))
    weights = _GATES[place.type] * units * (shape[1] + units + 2)
    return (shape[0], units) if constants["allOutputs"] else (units,), weights, weights


def _require_mask(place: _Place, shapes: Sequence[Shape]) -> None:
    place.require(len(shapes) == 2, "2 values, the second a mask", len(shapes))
    tokens = shapes[0][0]
    place.require(
        shapes[1] == (tokens,),
        f"a mask of one number for each of {tokens} tokens",
        "shape " + shape_text(shapes[1]),
    )


def _slice(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    axis, start, end, step = (constants[name] for name in ("axis", "start", "end", "step"))
    place.require(0 <= axis < len(shape), f"an axis in [0, {len(shape)})", axis)
    place.require(step != 0, "a step other than 0", step)
    count = len(range(*slice(start, end, step).indices(shape[axis])))
    place.require(
        count >= 1,
        f"a part of axis {axis} of shape {shape_text(shape)}",
        f"none from {start} to {end} by {step}",
    )
    return shape[:axis] + (count,) + shape[axis + 1 :], 0, 0


def _parameter(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    deviation = constants["deviation"]
    place.require(deviation >= 0, "no negative deviation", float_text(deviation))
    size = size_of(check_shape(constants["shape"]))
    return constants["shape"], size, size


def _reduction(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    axes = list(constants["axes"])
    place.require(
        bool(axes) and all(0 <= axis < len(shape) for axis in axes) and len(set(axes)) == len(axes),
        f"one or more different axes in [0, {len(shape)})",
        axes,
    )
    kept = [1 if axis in axes else length for axis, length in enumerate(shape)]
    if not constants["keepDims"]:
        kept = [length for axis, length in enumerate(shape) if axis not in axes]
    return tuple(kept) or (1,), 0, 0


def _group_norm(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    groups, epsilon = constants["groups"], constants["epsilon"]
    place.require(groups >= 1, "at least 1 group", groups)
    place.require(
        shape[-1] % groups == 0,
        f"channels that are a multiple of {groups} groups",
        f"{shape[-1]} channels",
    )
    place.require(epsilon > 0, "a positive epsilon", float_text(epsilon))
    return shape, 2 * shape[-1], 2 * shape[-1]


def _local_response(place: _Place, constants: Constants, shape: Shape) -> _Sizes:
    size, alpha, beta, k = (constants[name] for name in ("size", "alpha", "beta", "k"))
    place.require(size >= 1 and size % 2 == 1, "an odd size", size)
    place.require(
        alpha >= 0 and k > 0,
        "an alpha of at least 0 and a positive k",
        f"{float_text(alpha)} and {float_text(k)}",
    )
    place.require(0 <= beta <= 100, "a beta from 0 to 100", float_text(beta))
    return shape, 0, 0


_SIZES: Dict[str, Callable[[_Place, Constants, Shape], _Sizes]] = {
    "normalize": _normalize,
    "dense": _dense,
    "conv2d": _conv2d,
    "maxPool2d": _pool2d,
    "avgPool2d": _pool2d,
    "globalAvgPool2d": _global_pool2d,
    "globalMaxPool2d": _global_pool2d,
    "flatten": _flatten,
    "reshape": _reshape,
    "permute": _permute,
    "pad": _pad,
    "batchNorm": _batch_norm,
    "layerNorm": _layer_norm,
    "dropout": _dropout,
    "clip": _clip,
    "mean": _reduction,
    "sum": _reduction,
    "max": _reduction,
    "l2": _reduction,
    "groupNorm": _group_norm,
    "localResponseNorm": _local_response,
    "slice": _slice,
    "parameter": _parameter,
    "pow": _pow,
    "prelu": _prelu,
    "softmax": _softmax,
    "attention": _attention,
    "embedding": _embedding,
    "lstm": _recurrent,
    "gru": _recurrent,
    "rnn": _recurrent,
}
"""The sizes that types give, and what they check; the others keep their input's shape."""


def types() -> List[str]:
    """Returns the names of the layer types in JSON that read one value."""
    return [*FIELDS, "residual", "concat", "gate"]


def joints() -> List[str]:
    """Returns the names of the layer types in JSON that join several values."""
    return list(JOINTS)


def operator_layer(type: str, name: str, frozen: bool, constants: Constants, input: Shape) -> Layer:
    """Makes a layer that becomes one operator, for rows of the given shape."""
    output, parameters, trainable = _SIZES.get(type, _same)(
        _Place(type, name), constants, input
    )
    return Layer(
        type, name, frozen, constants, (), output, parameters, 0 if frozen else trainable
    )


def residual_layer(
    name: str, frozen: bool, branches: Sequence[Sequence[Layer]], outputs: Sequence[Shape]
) -> Layer:
    """Makes branch(x) + shortcut(x)."""
    branch, shortcut = outputs
    _Place("residual", name).require(
        branch == shortcut,
        f"a branch whose output has the shape of its shortcut, {shape_text(shortcut)}",
        "shape " + shape_text(branch),
    )
    layer = Layer("residual", name, False, {}, tuple(map(tuple, branches)), branch, 0, 0)
    return layer.freeze() if frozen else layer


def concat_layer(
    name: str,
    frozen: bool,
    axis: Union[int, None],
    branches: Sequence[Sequence[Layer]],
    outputs: Sequence[Shape],
) -> Layer:
    """Makes the outputs of branches, joined along an axis; without one, along the last."""
    if len(branches) < 2:
        raise NetworkError(f"concat expects at least 2 branches, found {len(branches)}")
    joined = len(outputs[0]) - 1 if axis is None else axis
    output = _concatenated(_Place("concat", name), joined, outputs)
    inner = tuple(map(tuple, branches))
    layer = Layer("concat", name, False, {"axis": joined}, inner, output, 0, 0)
    return layer.freeze() if frozen else layer


def gate_layer(
    name: str, frozen: bool, branch: Sequence[Layer], input: Shape, output: Shape
) -> Layer:
    """Makes x · branch(x)."""
    met = _met(_Place("multiply", name), [input, output])  # the operator that it becomes
    layer = Layer("gate", name, False, {}, (tuple(branch),), met, 0, 0)
    return layer.freeze() if frozen else layer


def joint_layer(
    type: str, name: str, frozen: bool, constants: Constants, values: Sequence[Shape]
) -> Layer:
    """Makes a layer that joins several values of the given shapes."""
    place = _Place(type, name)
    if type == "concat":
        output = _concatenated(place, constants["axis"], values)
    elif type == "add" and len(values) > 2:
        output = values[0]
        for other in values:
            place.require(
                other == output,
                "branches of equal shape " + shape_text(output),
                "shape " + shape_text(other),
            )
    elif type == "matmul":
        output = _multiplied(place, constants, values)
    elif type == "maskedAttention":
        output = _attention(place, constants, values[0])[0]
        _require_mask(place, values)
    elif type == "maskedMean":
        shape = values[0]
        place.require(
            len(shape) == 2, "tokens [tokens × width]", "shape " + shape_text(shape)
        )
        _require_mask(place, values)
        output = shape[1:]
    else:
        output = _met(place, values)
    return Layer(type, name, frozen, constants, (), output, 0, 0)


def _multiplied(place: _Place, constants: Constants, shapes: Sequence[Shape]) -> Shape:
    """Returns the shape of the products of the matrices of two values."""
    place.require(len(shapes) == 2, "2 values", len(shapes))
    for shape in shapes:
        place.require(
            len(shape) >= 2, "values of at least 2 axes", "shape " + shape_text(shape)
        )
    first, second = shapes
    rows, inner = first[-2:][:: -1 if constants["transposeFirst"] else 1]
    other_inner, columns = second[-2:][:: -1 if constants["transposeSecond"] else 1]
    place.require(
        inner == other_inner,
        "matrices whose inner lengths are equal",
        f"{inner} of shape {shape_text(first)} and {other_inner} of shape {shape_text(second)}",
    )
    axes = _meeting([first[:-2], second[:-2]])
    place.require(
        axes is not None,
        f"values whose axes before the last two are equal to those of {shape_text(first)},"
        " or of length 1 where they differ",
        "shape " + shape_text(second),
    )
    return (*(axes or ()), rows, columns)


def _concatenated(place: _Place, axis: int, shapes: Sequence[Shape]) -> Shape:
    """Returns the shape of values joined along an axis."""
    first = shapes[0]
    rank = len(first)
    place.require(0 <= axis < rank, f"an axis in [0, {rank})", axis)
    for other in shapes[1:]:
        found = "shape " + shape_text(other)
        place.require(len(other) == rank, f"branches of rank {rank}", found)
        place.require(
            all(i == axis or other[i] == first[i] for i in range(rank)),
            f"branches equal to {shape_text(first)} but for axis {axis}",
            found,
        )
    total = sum(shape[axis] for shape in shapes)
    return first[:axis] + (total,) + first[axis + 1 :]


def _met(place: _Place, shapes: Sequence[Shape]) -> Shape:
    """Returns the shape in which two values meet, as in NumPy."""
    place.require(len(shapes) == 2, "2 values", len(shapes))
    met = _meeting(shapes)
    place.require(
        met is not None,
        f"values of equal shape {shape_text(shapes[0])}, or of length 1 where they differ",
        "shape " + shape_text(shapes[1]),
    )
    return met or ()


def _meeting(shapes: Sequence[Shape]) -> Union[Shape, None]:
    """Returns the shape in which two shapes meet, or None if they do not."""
    rank = max(map(len, shapes))
    first, other = ((1,) * (rank - len(shape)) + shape for shape in shapes)
    if not all(a == b or 1 in (a, b) for a, b in zip(first, other)):
        return None
    return tuple(map(max, first, other))


def layers_text(layers: Iterable[Layer]) -> str:
    """Returns layers as a JSON list."""
    return "[" + ",".join(_layer_text(layer) for layer in layers) + "]"


def _layer_text(layer: Layer) -> str:
    fields: Constants = {"type": layer.type, "name": layer.name, "frozen": layer.frozen}
    if layer.inputs:
        fields["inputs"] = layer.inputs
    fields.update(layer.constants)
    parts = [f'"{key}":{text_of(value)}' for key, value in fields.items()]
    if layer.type == "residual":
        parts.append('"branch":' + layers_text(layer.branches[0]))
        parts.append('"shortcut":' + layers_text(layer.branches[1]))
    elif layer.type == "gate":
        parts.append('"branch":' + layers_text(layer.branches[0]))
    elif layer.branches:  # a concat, of branches and not of values
        inner = ",".join(layers_text(branch) for branch in layer.branches)
        parts.append(f'"branches":[{inner}]')
    return "{" + ",".join(parts) + "}"
