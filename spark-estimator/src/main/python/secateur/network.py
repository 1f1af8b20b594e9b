"""The builder of networks: the same layers, names and JSON as ``io.github.secateur.nn.Network``."""

from __future__ import annotations

import json
import re
from dataclasses import replace
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
    cast,
)

from secateur import _layers
from secateur._fields import (
    MAX_INT,
    NetworkError,
    Shape,
    check_shape,
    constants_of,
    integer,
    size_of,
)
from secateur._layer_types import ACTIVATIONS, FIELDS, JOINTS, SOURCES, LayerMethods
from secateur._layers import Layer

Branch = Callable[["Network"], "Network"]

_VALID_NAME = re.compile(r"[A-Za-z0-9_./-]{1,100}")
_MAX_PARAMETERS = 2**31 - 9


class Input:
    """One of the inputs of a network: ``Input("image", 28, 28, 1)``.

    A row holds all inputs, each flattened, one after the other.

    Parameters
    ----------
    name : str
        unique among inputs and layers
    dimensions : int
        the shape of its part of a row, each at least 1
    """

    def __init__(self, name: str, *dimensions: int) -> None:
        self.name = name
        self.shape: Shape = check_shape(dimensions)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Input) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.name, self.shape))

    def __repr__(self) -> str:
        return f"Input({self.name!r}, {', '.join(map(str, self.shape))})"


class Network(LayerMethods):
    """A neural network for classification: its inputs, and layers that read them and each other.

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

    def __init__(self, inputs: Sequence[Input]) -> None:
        first = inputs[0]
        self._inputs: Tuple[Input, ...] = tuple(inputs)
        self._layers: Tuple[Layer, ...] = ()
        # what layers can read by name, besides the last one; nothing in a branch
        self._values: Mapping[str, Shape] = {each.name: each.shape for each in inputs}
        # the name of the value from which it goes on, or None: the last layer's
        self._at: Optional[str] = None if len(inputs) == 1 else first.name
        self._output: Shape = first.shape
        self._taken: FrozenSet[str] = frozenset()
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
        return Network.inputs(Input("input", *dimensions))

    @staticmethod
    def inputs(*inputs: Input) -> "Network":
        """Starts a network of several inputs.

        ``Network.inputs(Input("image", 28, 28, 1), Input("table", 12))``: a row holds all of them,
        each flattened, one after the other. Layers go on from the first one until
        :meth:`fromValue` names another.

        Parameters
        ----------
        inputs : Input
            at least one, each of another name; "input" is the name of the row if there are several
        """
        if not inputs:
            raise NetworkError("a network needs at least one input, found none")
        taken: FrozenSet[str] = frozenset() if len(inputs) == 1 else frozenset(["input"])
        for each in inputs:
            if not isinstance(each, Input):
                raise TypeError(f'an input is made like Input("table", 12), found {each!r}')
            taken |= {_check_free(each.name, taken)}
        width = sum(size_of(each.shape) for each in inputs)
        if width > MAX_INT:
            raise NetworkError(f"a row may hold at most 2^31 - 1 values, found inputs of {width}")
        network = Network(inputs)
        network._taken = taken
        return network

    @staticmethod
    def image(height: int, width: int, channels: int) -> "Network":
        """Starts a network whose rows are images, row-major, channels last."""
        return Network.input(height, width, channels)

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

    def channelShuffle(self, groups: int) -> "Network":
        """Mixes the channels of groups, as ShuffleNet does: a reshape, a permute, a reshape.

        Parameters
        ----------
        groups : int
            a number that divides the channels
        """
        shape = self._output
        channels = shape[-1]
        if groups < 1 or channels % groups != 0:
            raise NetworkError(
                f"channelShuffle expects a multiple of {groups} channels, found {channels}"
            )
        rank = len(shape)
        grouped = self.reshape(*shape[:-1], groups, channels // groups)
        return grouped.permute(*range(rank - 1), rank, rank - 1).reshape(*shape)

    def instanceNorm(self) -> "Network":
        """Adds a normalization of each channel of each row: ``groupNorm`` of single channels."""
        return self.groupNorm(self._output[-1])

    def sqrt(self) -> "Network":
        """Adds the square root: ``pow(0.5)``."""
        return self.pow(0.5)

    def square(self) -> "Network":
        """Adds the square: ``pow(2)``."""
        return self.pow(2)

    def reciprocal(self) -> "Network":
        """Adds 1 / x: ``pow(-1)``."""
        return self.pow(-1)

    def negate(self) -> "Network":
        """Adds -x: ``scale(-1)``."""
        return self.scale(-1)

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

    def concat(self, *branches: Union[Branch, str], axis: Optional[int] = None) -> "Network":
        """Adds the outputs of branches that read the same x, joined along one axis.

        With names in place of branches, adds the value so far and those of other inputs or layers.

        Parameters
        ----------
        branches : functions of a Network, or str
            at least two functions; each adds layers to the network that it is given, and returns
            it. Or at least one name of an input, or of a layer that is not inside a branch
        axis : int, default the last
            an axis of a row, counted from 0; the others must be equal
        """
        names = [branch for branch in branches if isinstance(branch, str)]
        if not names:
            return self._concat(None, axis, cast(Sequence[Branch], branches), False)
        if len(names) < len(branches):
            raise TypeError("concat joins either branches or named values, found both")
        joined = len(self._output) - 1 if axis is None else integer("axis", axis)
        return self._join_named("concat", None, False, {"axis": joined}, [self._here(), *names])

    def gate(self, branch: Branch) -> "Network":
        """Adds x · branch(x), as in squeeze-and-excitation.

        Where the branch's output has length 1 along an axis, or no such axis, it stands for all
        along it.

        Parameters
        ----------
        branch : function of a Network
            adds layers to the network that it is given, and returns it:
            ``gate(lambda x: x.globalAvgPool2d().dense(8).relu().dense(64).sigmoid())``
        """
        return self._gate(None, branch, False)

    # ---- sequences ------------------------------------------------------------------------------

    def multiHeadAttention(self, heads: int, mask: Optional[str] = None) -> "Network":
        """Adds attention of tokens [tokens × width] to each other.

        It is ``dense(3 * width).attention(heads).dense(width)``, for queries, keys and values, and
        the output.

        Parameters
        ----------
        heads : int
            parts of the width that attend by themselves
        mask : str, optional
            the name of a value [tokens], see :meth:`paddingMask`: tokens attend to those whose
            mask is not 0
        """
        width = self._output[-1]
        wide = self.dense(3 * width)
        attended = wide.attention(heads) if mask is None else wide.maskedAttention(mask, heads)
        return attended.dense(width)

    def transformerBlock(self, heads: int, hidden: int, mask: Optional[str] = None) -> "Network":
        """Adds a block of a transformer, with normalization before each part.

        Parameters
        ----------
        heads : int
            parts of the width that attend by themselves
        hidden : int
            width of the hidden layer between the two dense layers of each token
        mask : str, optional
            the name of a value [tokens], see :meth:`paddingMask`: tokens attend to those whose
            mask is not 0
        """
        width = self._output[-1]
        if mask is None:
            return self.residual(lambda x: x.layerNorm().multiHeadAttention(heads)).residual(
                lambda x: x.layerNorm().dense(hidden).gelu().dense(width)
            )
        attended = self.layerNorm().multiHeadAttention(heads, mask).add(self._here())
        return attended.layerNorm().dense(hidden).gelu().dense(width).add(attended._here())

    def postNormTransformerBlock(
        self, heads: int, hidden: int, mask: Optional[str] = None
    ) -> "Network":
        """Adds a block of a transformer with normalization behind each part.

        Parameters
        ----------
        heads : int
            parts of the width that attend by themselves
        hidden : int
            width of the hidden layer between the two dense layers of each token
        mask : str, optional
            the name of a value [tokens], see :meth:`paddingMask`: tokens attend to those whose
            mask is not 0
        """
        width = self._output[-1]
        if mask is None:
            return (
                self.residual(lambda x: x.multiHeadAttention(heads))
                .layerNorm()
                .residual(lambda x: x.dense(hidden).gelu().dense(width))
                .layerNorm()
            )
        attended = self.multiHeadAttention(heads, mask).add(self._here()).layerNorm()
        return attended.dense(hidden).gelu().dense(width).add(attended._here()).layerNorm()

    # ---- any graph ------------------------------------------------------------------------------

    def fromValue(self, name: str) -> "Network":
        """Goes on from the value of an input or of a layer: the next layer reads it.

        A value may be read by several layers. In Java it is called ``from``, which is a keyword of
        Python.

        Parameters
        ----------
        name : str
            of an input, or of a layer that is not inside a branch
        """
        shape = self._value(name)
        changed = self._with_layers(self._layers)
        changed._at, changed._output = name, shape
        return changed

    def _value(self, name: str) -> Shape:
        if name in self._values:
            return self._values[name]
        if self._values:
            known = "the inputs and layers are " + ", ".join(self._values)
        else:
            known = "layers of a branch read only what comes before them in it"
        raise NetworkError(f'no value is named "{name}"; {known}')

    def _here(self) -> str:
        """Returns the name of the value that the next layer reads."""
        if self._at is not None:
            return self._at
        return self._layers[-1].name if self._layers else self._inputs[0].name

    def _join(self, type: str, other: str, **given: Any) -> "Network":
        constants = constants_of(JOINTS[type], given)
        return self._join_named(type, None, False, constants, [self._here(), other])

    def _join_named(
        self,
        type: str,
        name: Optional[str],
        frozen: bool,
        constants: Dict[str, Any],
        read: Sequence[str],
    ) -> "Network":
        shapes = [self._value(each) for each in read]
        return self._append(
            type,
            name,
            self,
            lambda n: _layers.joint_layer(type, n, frozen, constants, shapes),
            read,
        )

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

    def _gate(self, name: Optional[str], branch: Branch, frozen: bool) -> "Network":
        layers, outputs, ends = self._run([branch])
        return self._append(
            "gate",
            name,
            ends,
            lambda n: _layers.gate_layer(n, frozen, layers[0], self._output, outputs[0]),
        )

    def _run(
        self, branches: Sequence[Branch]
    ) -> Tuple[List[Tuple[Layer, ...]], List[Shape], "Network"]:
        """Runs the functions that build branches, each from the output of this network."""
        layers: List[Tuple[Layer, ...]] = []
        outputs: List[Shape] = []
        names = self
        for branch in branches:
            start = Network([Input("input", *self._output)])
            start._values, start._taken, start._counts = {}, names._taken, names._counts
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
        if self._values:
            values = {each: self._values[each] for each in self._values if each != last.name}
            changed._values = {**values, name: self._output}
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

    def freezeUpTo(self, name: str) -> "Network":
        """Returns this network with a layer frozen and all layers that its value depends on.

        What others trained stays as it is, and the backward plan leaves it out.

        Parameters
        ----------
        name : str
            the name of a layer of this network
        """
        return self.withFrozen(_up_to(self._layers, name) or [name])

    def replaceHead(self, classes: int) -> "Network":
        """Returns this network for other classes.

        The last layer with weights is made anew, with as many units or filters, and is named
        "head". It is not frozen. The layers behind it stay.

        Parameters
        ----------
        classes : int
            the number of classes, at least 2
        """
        at = len(self._layers) - 1
        while at >= 0 and not any(each.parameters for each in self._layers[at].all()):
            at -= 1
        size = {"dense": "units", "conv2d": "filters"}.get(self._layers[at].type if at >= 0 else "")
        if size is None:
            raise NetworkError(
                "the last layer with weights must be a dense layer or a convolution, and not in a"
                " branch; end the network with one"
            )
        taken = {layer.name for layer in self._all()} | {each.name for each in self._inputs}
        name, number = "head", 2
        while name in taken:
            name, number = f"head_{number}", number + 1
        text = json.loads(self.toJson())
        old = text["layers"][at]["name"]
        text["layers"][at].update({"name": name, "frozen": False, size: integer("classes", classes)})
        for layer in text["layers"][at + 1 :]:
            if "inputs" in layer:
                layer["inputs"] = [name if each == old else each for each in layer["inputs"]]
            if layer["type"] == "reshape" and len(layer["shape"]) == 1:
                layer["type"] = "flatten"
                del layer["shape"]
        return Network.fromJson(json.dumps(text))

    def _last(self, method: str) -> Layer:
        if not self._layers or self._at is not None:
            raise NetworkError(f"{method} acts on the layer just added; add a layer before it")
        return self._layers[-1]

    def _with_layers(self, layers: Tuple[Layer, ...]) -> "Network":
        changed = Network(self._inputs)
        changed.__dict__.update(vars(self))
        changed._layers = layers
        return changed

    # ---- what it is -----------------------------------------------------------------------------

    @property
    def inputShape(self) -> Tuple[int, ...]:
        """The shape of a row: that of the input, or a vector of all values of several inputs."""
        return self._inputs[0].shape if len(self._inputs) == 1 else (self.inputSize,)

    @property
    def inputShapes(self) -> Dict[str, Tuple[int, ...]]:
        """The shape of each input by its name, in the order in which a row holds them."""
        return {each.name: each.shape for each in self._inputs}

    @property
    def inputSize(self) -> int:
        """The number of features of a row."""
        return sum(size_of(each.shape) for each in self._inputs)

    @property
    def outputShape(self) -> Tuple[int, ...]:
        """The shape of the last layer's output."""
        return self._output

    @property
    def layers(self) -> Tuple[Layer, ...]:
        """The layers, those in branches inside of their residual, concat or gate layer."""
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
        if self._at is not None:
            raise NetworkError(
                f'the network goes on from "{self._at}" and ends there; add a layer that reads it'
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
        layers = _layers.layers_text(self._layers)
        if self._is_chain():
            shape = _layers.text_of(self._inputs[0].shape)
            return f'{{"version":1,"input":{shape},"layers":{layers}}}'
        inputs = ",".join(
            f'{{"name":"{each.name}","shape":{_layers.text_of(each.shape)}}}'
            for each in self._inputs
        )
        return f'{{"version":2,"inputs":[{inputs}],"layers":{layers}}}'

    def _is_chain(self) -> bool:
        """Returns whether version 1 of the JSON can say it."""
        return [each.name for each in self._inputs] == ["input"] and not any(
            layer.inputs or layer.type == "gate" for layer in self._all()
        )

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
            *([each.name, "", _layers.shape_text(each.shape), ""] for each in self._inputs),
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
        self,
        type: str,
        given: Optional[str],
        names: "Network",
        make: Callable[[str], Layer],
        read: Sequence[str] = (),
    ) -> "Network":
        number = names._counts.get(type, 0) + 1
        while f"{type}_{number}" in names._taken:
            number += 1
        name = f"{type}_{number}" if given is None else given
        taken = names._taken | {_check_free(name, names._taken)}
        here = () if self._at is None or type in SOURCES else (self._at,)
        inputs = tuple(read) if read else here
        layer = replace(make(name), inputs=inputs)
        added = self._with_layers(self._layers + (layer,))
        added._taken = taken
        added._counts = {**names._counts, type: names._counts.get(type, 0) + 1}
        added._at = None
        try:
            added._output = check_shape(layer.output)
        except NetworkError as e:
            raise NetworkError(f'layer "{name}" ({type}): {e}') from e
        if self._values:
            added._values = {**self._values, name: layer.output}
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


def _up_to(layers: Sequence[Layer], name: str) -> List[str]:
    """Returns the names of a layer and of all whose values it depends on; none if it is missing."""
    read: Dict[str, Sequence[str]] = {}
    for at, layer in enumerate(layers):
        before = layers[at - 1 : at] if at > 0 and layer.type != "parameter" else ()
        read[layer.name] = layer.inputs or tuple(each.name for each in before)
        inside = [up for branch in layer.branches for up in _up_to(branch, name)]
        if layer.name != name and not inside:
            continue
        open_names = [name] if layer.name == name else list(read[layer.name])
        found: List[str] = []
        while open_names:
            each = open_names.pop()
            if each in read and each not in found:
                found.append(each)
                open_names.extend(read[each])
        return found + inside
    return []


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
                layer.type
                + (" of " + ", ".join(layer.inputs) if layer.inputs else "")
                + (", frozen" if layer.frozen else ""),
                _layers.shape_text(layer.output),
                f"{layer.parameters:,}" if layer.parameters else "",
            ]
        )


__all__ = ["Input", "Layer", "Network", "NetworkError"]
