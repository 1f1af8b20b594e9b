"""The builder of networks: the same layers, names and JSON as ``io.github.secateur.nn.Network``."""

from __future__ import annotations

import json
import re
from typing import (
    Any,
    Callable,
    Dict,
    FrozenSet,
    Iterable,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Union,
)

from secateur import _layers
from secateur._fields import NetworkError, Shape, check_shape, constants_of, integer, size_of
from secateur._layer_types import ACTIVATIONS, FIELDS, LayerMethods
from secateur._layers import Layer

Branch = Callable[["Network"], "Network"]

_VALID_NAME = re.compile(r"[A-Za-z0-9_./-]{1,100}")
_MAX_PARAMETERS = 2**31 - 9


class Network(LayerMethods):
    """A neural network for classification: the shape of its input and a list of layers.

    Immutable; each method that adds a layer returns a new network. The methods are those of the
    Java builder, and :meth:`toJson` gives the same text. Needs no Spark session.

    Adding a layer that cannot take the shape that reaches it raises :class:`NetworkError`, which
    names the layer, what it expects and what it found. The output of the last layer is the logits,
    one for each class; softmax is part of the loss.

    A layer's name is its type and a running number, such as ``conv2d_1``, unless :meth:`named`
    gives it another.

    Examples
    --------
    >>> from secateur import Network
    >>> network = (
    ...     Network.image(28, 28, 1)  # height, width, channels (row-major, channels last)
    ...     .scale(1 / 255).conv2d(32, 3).relu().maxPool2d(2)
    ...     .flatten().dense(128).relu().dropout(0.3).dense(10)
    ... )
    >>> network.parameterCount
    804554
    """

    def __init__(self, input: Iterable[int]) -> None:
        self._input: Shape = check_shape(input)
        self._layers: Tuple[Layer, ...] = ()
        self._output: Shape = self._input
        self._taken: FrozenSet[str] = frozenset(["input"])
        self._counts: Mapping[str, int] = {}
        self._start: "Network" = self  # the network without layers that this one was built from

    # ---- start ----------------------------------------------------------------------------------

    @staticmethod
    def input(*dimensions: int) -> "Network":
        """Starts a network whose rows are vectors of a width, or have these dimensions.

        Parameters
        ----------
        dimensions : int
            one number for vectors, more for other shapes; each at least 1
        """
        return Network(dimensions)

    @staticmethod
    def image(height: int, width: int, channels: int) -> "Network":
        """Starts a network whose rows are images, row-major, channels last."""
        return Network((height, width, channels))

    @staticmethod
    def mlp(sizes: Sequence[int], activation: str = "relu") -> "Network":
        """Returns a multi-layer perceptron: dense layers with an activation between.

        Parameters
        ----------
        sizes : list of int
            the number of features, of the units of each hidden layer, and of the classes
        activation : str, default "relu"
            the type of the layer between: "relu", "tanh", "sigmoid", …
        """
        found = [integer("a size", size) for size in sizes]
        if len(found) < 2 or min(found) < 1:
            raise NetworkError(
                "layers must be the number of features, hidden sizes, and the number of classes,"
                f" each at least 1, found {found}"
            )
        if activation not in ACTIVATIONS:
            raise NetworkError(
                f'activation must be one of {", ".join(ACTIVATIONS)}, found "{activation}"'
            )
        network = Network.input(found[0])
        for i, size in enumerate(found[1:], start=1):
            network = network.dense(size)
            if i < len(found) - 1:
                network = getattr(network, activation)()
        return network

    # ---- layers that are short for others -------------------------------------------------------

    def depthwiseConv2d(self, kernel: Union[int, Sequence[int]], stride: int = 1) -> "Network":
        """Adds a convolution with one filter for each channel and "same" padding.

        Parameters
        ----------
        kernel : int or (int, int)
            height and width of the window
        stride : int, default 1
            step of the window along both axes
        """
        channels = self._output[-1]
        return self.conv2d(channels, kernel, stride=stride, groups=channels)

    def pad(
        self, before: Union[int, Sequence[int]], after: Optional[Sequence[int]] = None
    ) -> "Network":
        """Adds zeros around an image, or before and after each axis.

        Parameters
        ----------
        before : int or list of int
            so many rows and columns on each side of an image; or zeros before each axis
        after : list of int
            zeros after each axis, if ``before`` is a list
        """
        if after is None:
            margin = integer("margin", before)
            before = after = (margin, margin, 0)
        return self._add("pad", before=before, after=after)

    # ---- branches -------------------------------------------------------------------------------

    def residual(self, branch: Branch, shortcut: Optional[Branch] = None) -> "Network":
        """Adds branch(x) + shortcut(x).

        Parameters
        ----------
        branch : function of a Network
            adds layers to the network that it is given, and returns it:
            ``residual(lambda x: x.conv2d(32, 3).relu().conv2d(32, 3))``
        shortcut : function of a Network, default x itself
            the other way, for a branch that changes the shape
        """
        return self._residual(None, branch, shortcut or _nothing, False)

    def concat(self, *branches: Branch, axis: Optional[int] = None) -> "Network":
        """Adds the outputs of branches that read the same x, joined along one axis.

        Parameters
        ----------
        branches : functions of a Network
            at least two; each adds layers to the network that it is given, and returns it
        axis : int, default the last
            an axis of a row, counted from 0; the others must be equal
        """
        return self._concat(None, axis, branches, False)

    def _residual(
        self, name: Optional[str], branch: Branch, shortcut: Branch, frozen: bool
    ) -> "Network":
        layers, outputs, ends = self._run([branch, shortcut])
        return self._append(
            "residual", name, ends, lambda n: _layers.residual_layer(n, frozen, layers, outputs)
        )

    def _concat(
        self, name: Optional[str], axis: Optional[int], branches: Sequence[Branch], frozen: bool
    ) -> "Network":
        layers, outputs, ends = self._run(branches)
        where = None if axis is None else integer("axis", axis)
        return self._append(
            "concat", name, ends, lambda n: _layers.concat_layer(n, frozen, where, layers, outputs)
        )

    def _run(
        self, branches: Sequence[Branch]
    ) -> Tuple[List[Tuple[Layer, ...]], List[Shape], "Network"]:
        """Runs the functions that build branches, each from the output of this network."""
        layers: List[Tuple[Layer, ...]] = []
        outputs: List[Shape] = []
        names = self
        for branch in branches:
            start = Network(self._output)
            start._taken, start._counts = names._taken, names._counts
            end = branch(start)
            if not isinstance(end, Network) or end._start is not start:
                raise NetworkError(
                    "a branch must return the network that it is given, with layers added to it"
                )
            layers.append(end._layers)
            outputs.append(end._output)
            names = end
        return layers, outputs, names

    # ---- names and freezing ---------------------------------------------------------------------

    def named(self, name: str) -> "Network":
        """Names the layer just added.

        Parameters
        ----------
        name : str
            1 to 100 letters, digits and _ . / -, which no other layer of the network has
        """
        last = self._last("named()")
        if last.name == name:
            return self
        others = self._taken - {last.name}
        renamed = Layer(**{**vars(last), "name": name})
        changed = self._with_layers(self._layers[:-1] + (renamed,))
        changed._taken = others | {_check_free(name, others)}
        return changed

    def frozen(self) -> "Network":
        """Freezes the layer just added, and all layers in its branches.

        Training leaves weights and statistics as they are; batch normalization and dropout behave
        as in inference.
        """
        return self._with_layers(self._layers[:-1] + (self._last("frozen()").freeze(),))

    def withFrozen(self, names: Iterable[str]) -> "Network":
        """Returns this network with more layers frozen, and all layers in their branches.

        Parameters
        ----------
        names : list of str
            names of layers of this network
        """
        wanted = frozenset(names)
        existing = [layer.name for layer in self._all()]
        unknown = sorted(wanted.difference(existing))
        if unknown:
            raise NetworkError(
                f"no layer is named [{', '.join(unknown)}];"
                f" the layers are [{', '.join(existing)}]"
            )
        return self._with_layers(_freeze(self._layers, wanted))

    def _last(self, method: str) -> Layer:
        if not self._layers:
            raise NetworkError(f"{method} acts on the layer just added; add a layer before it")
        return self._layers[-1]

    def _with_layers(self, layers: Tuple[Layer, ...]) -> "Network":
        changed = Network(self._input)
        changed.__dict__.update(vars(self))
        changed._layers = layers
        return changed

    # ---- what it is -----------------------------------------------------------------------------

    @property
    def inputShape(self) -> Tuple[int, ...]:
        """The shape of a row."""
        return self._input

    @property
    def inputSize(self) -> int:
        """The number of features of a row."""
        return size_of(self._input)

    @property
    def outputShape(self) -> Tuple[int, ...]:
        """The shape of the last layer's output."""
        return self._output

    @property
    def layers(self) -> Tuple[Layer, ...]:
        """The layers, those in branches inside of their residual or concat layer."""
        return self._layers

    @property
    def parameterCount(self) -> int:
        """The number of parameters: weights, frozen or not, and statistics."""
        return sum(layer.parameters for layer in self._all())

    @property
    def classes(self) -> int:
        """The number of classes: of logits. Raises if the output is no vector of at least 2."""
        if not self._layers:
            raise NetworkError(
                "a network needs at least one layer, found none; end it with dense(classes)"
            )
        if len(self._output) != 1 or self._output[0] < 2:
            last = self._layers[-1]
            end = "dense(2)" if len(self._output) == 1 else "flatten().dense(classes)"
            raise NetworkError(
                "the output of a network must be logits, a vector of one value for each of at least"
                f" 2 classes, found shape {_layers.shape_text(self._output)}"
                f' after layer "{last.name}" ({last.type}); end the network with {end}'
            )
        return self._output[0]

    def explainBackward(self, format: str = "text") -> str:
        """Returns the backward plan, for rows stored as floats.

        For each operator it says what of its backward computation is left, why, and what that
        saves. Asks the JVM of the active Spark session, which may not be a Spark Connect session.

        Parameters
        ----------
        format : str, default "text"
            "text" for a table, "html" for one self-contained page with the graph drawn,
            "fragment" for the same drawing as a <div> that can stand in another page, such as
            the output of a notebook's cell
        """
        from secateur import _jvm

        java_network = _jvm.java_class("io.github.secateur.nn.Network")
        return str(java_network.fromJson(self.toJson()).explainBackward(format))

    # ---- JSON -----------------------------------------------------------------------------------

    def toJson(self) -> str:
        """Returns the network as JSON, with all names and constants; :meth:`fromJson` reads it."""
        shape, layers = _layers.text_of(self._input), _layers.layers_text(self._layers)
        return f'{{"version":1,"input":{shape},"layers":{layers}}}'

    @staticmethod
    def fromJson(text: str) -> "Network":
        """Reads a network from JSON. Fields that have a default may be missing, names too.

        Raises
        ------
        NetworkError
            if it is no JSON, or not a network; the message says where
        """
        from secateur._network_json import read

        return read(text)

    # ---- comparison and text --------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Network) and self.toJson() == other.toJson()

    def __hash__(self) -> int:
        return hash(self.toJson())

    def __repr__(self) -> str:
        """Returns a table: for each layer its name, type, output shape and number of parameters."""
        rows = [
            ["layer", "type", "output", "parameters"],
            ["input", "", _layers.shape_text(self._input), ""],
        ]
        _add_rows(rows, self._layers, "")
        widths = [max(len(row[c]) for row in rows) for c in range(4)]
        lines = []
        for row in rows:
            cells = [row[c].rjust(widths[c]) if c == 3 else row[c].ljust(widths[c]) for c in range(4)]
            lines.append("  ".join(cells).rstrip())
        lines.insert(1, "─" * (sum(widths) + 6))
        total = self.parameterCount
        trainable = sum(layer.trainable for layer in self._all())
        words = " parameter" if total == 1 else " parameters"
        others = "" if trainable == total else f", of which {trainable:,} trainable"
        return "\n".join(lines) + f"\ntotal: {total:,}{words}{others}"

    def _all(self) -> Iterable[Layer]:
        for layer in self._layers:
            yield from layer.all()

    # ---- adding ---------------------------------------------------------------------------------

    def _add(self, type: str, **given: Any) -> "Network":
        values = {name: value for name, value in given.items() if value is not None}
        return self._add_named(type, None, False, constants_of(FIELDS[type], values))

    def _add_named(
        self, type: str, name: Optional[str], frozen: bool, constants: Dict[str, Any]
    ) -> "Network":
        return self._append(
            type,
            name,
            self,
            lambda n: _layers.operator_layer(type, n, frozen, constants, self._output),
        )

    def _append(
        self, type: str, given: Optional[str], names: "Network", make: Callable[[str], Layer]
    ) -> "Network":
        number = names._counts.get(type, 0) + 1
        while f"{type}_{number}" in names._taken:
            number += 1
        name = f"{type}_{number}" if given is None else given
        taken = names._taken | {_check_free(name, names._taken)}
        added = self._with_layers(self._layers + (make(name),))
        added._taken = taken
        added._counts = {**names._counts, type: names._counts.get(type, 0) + 1}
        added._output = check_shape(added._layers[-1].output)
        if added.parameterCount > _MAX_PARAMETERS:
            raise NetworkError(
                f"a network may have at most {_MAX_PARAMETERS} parameters,"
                f' layer "{name}" ({type}) makes it {added.parameterCount}'
            )
        return added


def _nothing(network: Network) -> Network:
    return network


def _check_free(name: str, taken: FrozenSet[str]) -> str:
    if not isinstance(name, str) or not _VALID_NAME.fullmatch(name):
        raise NetworkError(
            f'a layer name is made of 1 to 100 letters, digits and _ . / -, found "{name}"'
        )
    if name in taken:
        raise NetworkError(
            f'layer names must be unique, found "{name}" twice; give one of them another name'
        )
    return name


def _freeze(layers: Tuple[Layer, ...], names: FrozenSet[str]) -> Tuple[Layer, ...]:
    result = []
    for layer in layers:
        if layer.name in names:
            result.append(layer.freeze())
        else:
            branches = tuple(_freeze(branch, names) for branch in layer.branches)
            result.append(Layer(**{**vars(layer), "branches": branches}))
    return tuple(result)


def _add_rows(rows: List[List[str]], layers: Iterable[Layer], indent: str) -> None:
    for layer in layers:
        for branch in layer.branches:
            _add_rows(rows, branch, indent + "  ")
        rows.append(
            [
                indent + layer.name,
                layer.type + (", frozen" if layer.frozen else ""),
                _layers.shape_text(layer.output),
                f"{layer.parameters:,}" if layer.parameters else "",
            ]
        )


__all__ = ["Layer", "Network", "NetworkError"]
