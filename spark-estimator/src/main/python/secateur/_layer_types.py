"""The layers that become one operator: their constants, and the methods that add them.

Written from the Java definitions, and compared with them by PythonLayersTest. To write it:
    mvn -B -q -o test -pl spark-estimator -Dtest=PythonLayersTest -Dsecateur.python.write=true
"""

from __future__ import annotations

from typing import Any, Dict, Optional, Sequence, Tuple, TypeVar, Union

from secateur._fields import Field

_N = TypeVar("_N", bound="LayerMethods")

FIELDS: Dict[str, Tuple[Field, ...]] = {
    "scale": (
        Field("factor", "number"),
    ),
    "normalize": (
        Field("mean", "numbers"),
        Field("deviation", "numbers"),
    ),
    "dense": (
        Field("units", "integer"),
        Field("bias", "boolean", True),
    ),
    "conv2d": (
        Field("filters", "integer"),
        Field("kernel", "height_and_width"),
        Field("stride", "steps", 1),
        Field("padding", "padding", "same"),
        Field("groups", "integer", 1),
        Field("bias", "boolean", True),
        Field("dilation", "steps", 1, left_out=True),
    ),
    "maxPool2d": (
        Field("size", "height_and_width"),
        Field("stride", "steps", side_of="size"),
        Field("padding", "padding", "valid"),
        Field("dilation", "steps", 1, left_out=True),
        Field("ceilMode", "boolean", False, left_out=True),
    ),
    "avgPool2d": (
        Field("size", "height_and_width"),
        Field("stride", "steps", side_of="size"),
        Field("padding", "padding", "valid"),
        Field("dilation", "steps", 1, left_out=True),
        Field("ceilMode", "boolean", False, left_out=True),
        Field("countIncludePad", "boolean", False, left_out=True),
    ),
    "globalAvgPool2d": (),
    "globalMaxPool2d": (),
    "flatten": (),
    "reshape": (
        Field("shape", "shape"),
    ),
    "permute": (
        Field("order", "integers"),
    ),
    "pad": (
        Field("before", "integers"),
        Field("after", "integers"),
    ),
    "identity": (),
    "slice": (
        Field("axis", "integer"),
        Field("start", "integer"),
        Field("end", "integer"),
        Field("step", "integer", 1),
    ),
    "softmax": (
        Field("axis", "integer", -1),
    ),
    "attention": (
        Field("heads", "integer"),
    ),
    "paddingMask": (
        Field("paddingIndex", "integer", 0),
    ),
    "embedding": (
        Field("vocabulary", "integer"),
        Field("width", "integer"),
        Field("paddingIndex", "integer", -1),
    ),
    "lstm": (
        Field("units", "integer"),
        Field("allOutputs", "boolean", False),
        Field("reverse", "boolean", False),
    ),
    "gru": (
        Field("units", "integer"),
        Field("allOutputs", "boolean", False),
        Field("reverse", "boolean", False),
    ),
    "rnn": (
        Field("units", "integer"),
        Field("allOutputs", "boolean", False),
        Field("reverse", "boolean", False),
    ),
    "batchNorm": (
        Field("momentum", "number", 0.9),
        Field("epsilon", "number", 1e-5),
    ),
    "layerNorm": (
        Field("epsilon", "number", 1e-5),
    ),
    "dropout": (
        Field("rate", "number"),
    ),
    "mean": (
        Field("axes", "integers"),
        Field("keepDims", "boolean", False),
    ),
    "sum": (
        Field("axes", "integers"),
        Field("keepDims", "boolean", False),
    ),
    "max": (
        Field("axes", "integers"),
        Field("keepDims", "boolean", False),
    ),
    "l2": (
        Field("axes", "integers"),
        Field("keepDims", "boolean", False),
    ),
    "groupNorm": (
        Field("groups", "integer"),
        Field("epsilon", "number", 1e-5),
    ),
    "localResponseNorm": (
        Field("size", "integer"),
        Field("alpha", "number", 1e-4),
        Field("beta", "number", 0.75),
        Field("k", "number", 1.0),
    ),
    "parameter": (
        Field("shape", "shape"),
        Field("mean", "number", 0.0),
        Field("deviation", "number", 0.0),
    ),
    "prelu": (
        Field("perChannel", "boolean", True),
    ),
    "clip": (
        Field("min", "number", -3.4028235e38),
        Field("max", "number", 3.4028235e38),
    ),
    "exp": (),
    "log": (),
    "pow": (
        Field("exponent", "number"),
    ),
    "abs": (),
    "relu": (),
    "relu6": (),
    "leakyRelu": (
        Field("slope", "number", 0.01),
    ),
    "elu": (
        Field("alpha", "number", 1.0),
    ),
    "selu": (),
    "gelu": (),
    "geluTanh": (),
    "silu": (),
    "hardSwish": (),
    "mish": (),
    "tanh": (),
    "sigmoid": (),
    "hardSigmoid": (),
    "softplus": (),
}
"""The constants of each type, in the order in which they are written."""

JOINTS: Dict[str, Tuple[Field, ...]] = {
    "concat": (
        Field("axis", "integer"),
    ),
    "add": (),
    "subtract": (),
    "multiply": (),
    "divide": (),
    "maximum": (),
    "minimum": (),
    "matmul": (
        Field("transposeFirst", "boolean", False),
        Field("transposeSecond", "boolean", False),
    ),
    "maskedAttention": (
        Field("heads", "integer"),
    ),
    "maskedMean": (),
}
"""The constants of each type that joins several values."""

ACTIVATIONS = (
    "relu",
    "relu6",
    "leakyRelu",
    "elu",
    "selu",
    "gelu",
    "geluTanh",
    "silu",
    "hardSwish",
    "mish",
    "tanh",
    "sigmoid",
    "hardSigmoid",
    "softplus",
)
"""The types that map each value by itself."""

SOURCES = (
    "parameter",
)
"""The types that read no value."""


class LayerMethods:
    """The methods of the builder that add a layer of one operator."""

    def _add(self: _N, type: str, **given: Any) -> _N:
        raise NotImplementedError

    def _join(self: _N, type: str, other: str, **given: Any) -> _N:
        raise NotImplementedError

    def scale(self: _N, factor: float) -> _N:
        """Adds y = factor · x.

        Parameters
        ----------
        factor : float
            what each value is multiplied by
        """
        return self._add("scale", factor=factor)

    def normalize(self: _N, mean: Union[float, Sequence[float]], deviation: Union[float, Sequence[float]]) -> _N:
        """Adds y = (x - mean) / deviation.

        Parameters
        ----------
        mean : float or list of float
            one for all or one for each channel
        deviation : float or list of float
            one for all or one for each channel
        """
        return self._add("normalize", mean=mean, deviation=deviation)

    def dense(self: _N, units: int, bias: bool = True) -> _N:
        """Adds Y = X·W + b, for vectors.

        Parameters
        ----------
        units : int
            width of the output
        bias : bool, default True
            whether a constant is added
        """
        return self._add("dense", units=units, bias=bias)

    def conv2d(self: _N, filters: int, kernel: Union[int, Sequence[int]], stride: Union[int, Sequence[int]] = 1, padding: Union[str, int, Sequence[int]] = "same", groups: int = 1, bias: bool = True, dilation: Union[int, Sequence[int]] = 1) -> _N:
        """Adds a convolution of images.

        Parameters
        ----------
        filters : int
            channels of the output
        kernel : int or (int, int)
            height and width of the window
        stride : int or (int, int), default 1
            step of the window along both axes, or along each
        padding : "same", "valid", int or (top, left, bottom, right), default "same"
            zeros around the image: as many as the window needs, none, or so many on each side
        groups : int, default 1
            groups of channels; each group of filters reads one group of input channels
        bias : bool, default True
            whether a constant is added
        dilation : int or (int, int), default 1
            distance between the pixels that the window reads, along both axes or each
        """
        return self._add("conv2d", filters=filters, kernel=kernel, stride=stride, padding=padding, groups=groups, bias=bias, dilation=dilation)

    def maxPool2d(self: _N, size: Union[int, Sequence[int]], stride: Optional[Union[int, Sequence[int]]] = None, padding: Union[str, int, Sequence[int]] = "valid", dilation: Union[int, Sequence[int]] = 1, ceilMode: bool = False) -> _N:
        """Adds the maximum of windows of size × size.

        Parameters
        ----------
        size : int or (int, int)
            height and width of the window
        stride : int or (int, int), default the size
            step of the window along both axes, or along each; the size of a square window unless given
        padding : "same", "valid", int or (top, left, bottom, right), default "valid"
            how far windows may leave the image: as far as "same" needs, not at all, or so many pixels on each side
        dilation : int or (int, int), default 1
            distance between the pixels that the window reads, along both axes or each
        ceilMode : bool, default False
            whether a last window that leaves the padding is kept, if it starts before it
        """
        return self._add("maxPool2d", size=size, stride=stride, padding=padding, dilation=dilation, ceilMode=ceilMode)

    def avgPool2d(self: _N, size: Union[int, Sequence[int]], stride: Optional[Union[int, Sequence[int]]] = None, padding: Union[str, int, Sequence[int]] = "valid", dilation: Union[int, Sequence[int]] = 1, ceilMode: bool = False, countIncludePad: bool = False) -> _N:
        """Adds the mean of windows of size × size, over the positions inside the image.

        Parameters
        ----------
        size : int or (int, int)
            height and width of the window
        stride : int or (int, int), default the size
            step of the window along both axes, or along each; the size of a square window unless given
        padding : "same", "valid", int or (top, left, bottom, right), default "valid"
            how far windows may leave the image: as far as "same" needs, not at all, or so many pixels on each side
        dilation : int or (int, int), default 1
            distance between the pixels that the window reads, along both axes or each
        ceilMode : bool, default False
            whether a last window that leaves the padding is kept, if it starts before it
        countIncludePad : bool, default False
            whether the mean divides by the padding's pixels too
        """
        return self._add("avgPool2d", size=size, stride=stride, padding=padding, dilation=dilation, ceilMode=ceilMode, countIncludePad=countIncludePad)

    def globalAvgPool2d(self: _N) -> _N:
        """Adds the mean over all positions of an image: a vector with one value for each channel."""
        return self._add("globalAvgPool2d")

    def globalMaxPool2d(self: _N) -> _N:
        """Adds the largest value over all positions of an image: a vector with one for each channel."""
        return self._add("globalMaxPool2d")

    def flatten(self: _N) -> _N:
        """Makes each row a vector."""
        return self._add("flatten")

    def reshape(self: _N, *shape: int) -> _N:
        """Gives rows another shape with the same number of values.

        Parameters
        ----------
        shape : list of int
            shape of the output
        """
        return self._add("reshape", shape=shape)

    def permute(self: _N, *order: int) -> _N:
        """Changes the order of the axes: output axis i is input axis order[i].

        Parameters
        ----------
        order : list of int
            for each output axis its input axis
        """
        return self._add("permute", order=order)

    def pad(self: _N, before: Sequence[int], after: Sequence[int]) -> _N:
        """Adds zeros before and after each axis.

        Parameters
        ----------
        before : list of int
            zeros before each axis
        after : list of int
            zeros after each axis
        """
        return self._add("pad", before=before, after=after)

    def identity(self: _N) -> _N:
        """Adds y = x."""
        return self._add("identity")

    def slice(self: _N, axis: int, start: int, end: int, step: int = 1) -> _N:
        """Takes a part of an axis: all indices from one on, before another.

        Parameters
        ----------
        axis : int
            axis of a row, counted from 0
        start : int
            the first index; a negative one counts from the end
        end : int
            the index to stop before; a negative one counts from the end
        step : int, default 1
            from one index to the next; a negative one descends
        """
        return self._add("slice", axis=axis, start=start, end=end, step=step)

    def softmax(self: _N, axis: int = -1) -> _N:
        """Adds exp(x) / Σ exp(x) along the last axis.

        Parameters
        ----------
        axis : int, default -1
            axis of a row, counted from 0; -1 is the last
        """
        return self._add("softmax", axis=axis)

    def attention(self: _N, heads: int) -> _N:
        """Adds scaled dot-product attention, head by head, of queries, keys and values side by side: [tokens × 3·width] becomes [tokens × width].

        Parameters
        ----------
        heads : int
            parts of the width that attend by themselves
        """
        return self._add("attention", heads=heads)

    def paddingMask(self: _N, paddingIndex: int = 0) -> _N:
        """Adds 0 where a value is the padding index, otherwise 1.

        Parameters
        ----------
        paddingIndex : int, default 0
            the number that stands for nothing
        """
        return self._add("paddingMask", paddingIndex=paddingIndex)

    def embedding(self: _N, vocabulary: int, width: int, paddingIndex: int = -1) -> _N:
        """Adds a vector of the given width for each whole number of a row, from a table that is trained.

        Parameters
        ----------
        vocabulary : int
            how many whole numbers there are, from 0
        width : int
            width of their vectors
        paddingIndex : int, default -1
            the number whose vector is 0 and stays so; -1 for none
        """
        return self._add("embedding", vocabulary=vocabulary, width=width, paddingIndex=paddingIndex)

    def lstm(self: _N, units: int, allOutputs: bool = False, reverse: bool = False) -> _N:
        """Adds an LSTM over the steps of [steps × inputs], from a state of 0.

        Parameters
        ----------
        units : int
            width of the output
        allOutputs : bool, default False
            whether it gives the outputs of all steps, and not that of the last one alone
        reverse : bool, default False
            whether it goes from the last step to the first
        """
        return self._add("lstm", units=units, allOutputs=allOutputs, reverse=reverse)

    def gru(self: _N, units: int, allOutputs: bool = False, reverse: bool = False) -> _N:
        """Adds a GRU over the steps of [steps × inputs], from a state of 0.

        Parameters
        ----------
        units : int
            width of the output
        allOutputs : bool, default False
            whether it gives the outputs of all steps, and not that of the last one alone
        reverse : bool, default False
            whether it goes from the last step to the first
        """
        return self._add("gru", units=units, allOutputs=allOutputs, reverse=reverse)

    def rnn(self: _N, units: int, allOutputs: bool = False, reverse: bool = False) -> _N:
        """Adds a recurrent layer with tanh over the steps of [steps × inputs], from a state of 0.

        Parameters
        ----------
        units : int
            width of the output
        allOutputs : bool, default False
            whether it gives the outputs of all steps, and not that of the last one alone
        reverse : bool, default False
            whether it goes from the last step to the first
        """
        return self._add("rnn", units=units, allOutputs=allOutputs, reverse=reverse)

    def batchNorm(self: _N, momentum: float = 0.9, epsilon: float = 1e-5) -> _N:
        """Adds a normalization of each channel over the batch.

        Parameters
        ----------
        momentum : float, default 0.9
            what running statistics keep of their value at each step
        epsilon : float, default 1e-5
            added to the variance
        """
        return self._add("batchNorm", momentum=momentum, epsilon=epsilon)

    def layerNorm(self: _N, epsilon: float = 1e-5) -> _N:
        """Adds a normalization of each row over its last axis.

        Parameters
        ----------
        epsilon : float, default 1e-5
            added to the variance
        """
        return self._add("layerNorm", epsilon=epsilon)

    def dropout(self: _N, rate: float) -> _N:
        """Sets values to 0 with this probability, in training only.

        Parameters
        ----------
        rate : float
            probability of setting a value to 0
        """
        return self._add("dropout", rate=rate)

    def mean(self: _N, axes: Sequence[int], keepDims: bool = False) -> _N:
        """Adds the mean over some axes, which go, or stay with length 1.

        Parameters
        ----------
        axes : list of int
            axes of a row, counted from 0
        keepDims : bool, default False
            whether these axes stay, with length 1
        """
        return self._add("mean", axes=axes, keepDims=keepDims)

    def sum(self: _N, axes: Sequence[int], keepDims: bool = False) -> _N:
        """Adds the sum over some axes, which go, or stay with length 1.

        Parameters
        ----------
        axes : list of int
            axes of a row, counted from 0
        keepDims : bool, default False
            whether these axes stay, with length 1
        """
        return self._add("sum", axes=axes, keepDims=keepDims)

    def max(self: _N, axes: Sequence[int], keepDims: bool = False) -> _N:
        """Adds the largest value over some axes, which go, or stay with length 1.

        Parameters
        ----------
        axes : list of int
            axes of a row, counted from 0
        keepDims : bool, default False
            whether these axes stay, with length 1
        """
        return self._add("max", axes=axes, keepDims=keepDims)

    def l2(self: _N, axes: Sequence[int], keepDims: bool = False) -> _N:
        """Adds the square root of the sum of squares over some axes, which go, or stay with length 1.

        Parameters
        ----------
        axes : list of int
            axes of a row, counted from 0
        keepDims : bool, default False
            whether these axes stay, with length 1
        """
        return self._add("l2", axes=axes, keepDims=keepDims)

    def groupNorm(self: _N, groups: int, epsilon: float = 1e-5) -> _N:
        """Adds a normalization of each row over the positions and the channels of each group.

        Parameters
        ----------
        groups : int
            groups of neighbouring channels
        epsilon : float, default 1e-5
            added to the variance
        """
        return self._add("groupNorm", groups=groups, epsilon=epsilon)

    def localResponseNorm(self: _N, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> _N:
        """Adds x / (1 + 1e-4 / size · Σ x²)^0.75, the sum over so many channels around each.

        Parameters
        ----------
        size : int
            channels of the sum, an odd number
        alpha : float, default 1e-4
            what the mean square is multiplied by
        beta : float, default 0.75
            the exponent
        k : float, default 1.0
            what is added to it
        """
        return self._add("localResponseNorm", size=size, alpha=alpha, beta=beta, k=k)

    def parameter(self: _N, shape: Sequence[int], mean: float = 0.0, deviation: float = 0.0) -> _N:
        """Adds a learned constant of this shape, 0 at first.

        Parameters
        ----------
        shape : list of int
            shape of the constant
        mean : float, default 0.0
            mean of the values before training
        deviation : float, default 0.0
            standard deviation of the values before training
        """
        return self._add("parameter", shape=shape, mean=mean, deviation=deviation)

    def prelu(self: _N, perChannel: bool = True) -> _N:
        """Adds x for x > 0, slope · x otherwise, with a slope for each channel that is learned, 0.25 at first.

        Parameters
        ----------
        perChannel : bool, default True
            whether each channel has a slope, or all have one
        """
        return self._add("prelu", perChannel=perChannel)

    def clip(self: _N, min: float = -3.4028235e38, max: float = 3.4028235e38) -> _N:
        """Adds min(max(x, min), max).

        Parameters
        ----------
        min : float, default -3.4028235e38
            what smaller values become
        max : float, default 3.4028235e38
            what larger values become
        """
        return self._add("clip", min=min, max=max)

    def exp(self: _N) -> _N:
        """Adds exp(x)."""
        return self._add("exp")

    def log(self: _N) -> _N:
        """Adds the natural logarithm; NaN for negative x."""
        return self._add("log")

    def pow(self: _N, exponent: float) -> _N:
        """Adds x to the power of the exponent.

        Parameters
        ----------
        exponent : float
            the power to take
        """
        return self._add("pow", exponent=exponent)

    def abs(self: _N) -> _N:
        """Adds the magnitude of x."""
        return self._add("abs")

    def relu(self: _N) -> _N:
        """Adds max(x, 0)."""
        return self._add("relu")

    def relu6(self: _N) -> _N:
        """Adds min(max(x, 0), 6)."""
        return self._add("relu6")

    def leakyRelu(self: _N, slope: float = 0.01) -> _N:
        """Adds x for x > 0, 0.01 · x otherwise.

        Parameters
        ----------
        slope : float, default 0.01
            factor of values below 0
        """
        return self._add("leakyRelu", slope=slope)

    def elu(self: _N, alpha: float = 1.0) -> _N:
        """Adds x for x > 0, exp(x) - 1 otherwise.

        Parameters
        ----------
        alpha : float, default 1.0
            minus the limit below 0
        """
        return self._add("elu", alpha=alpha)

    def selu(self: _N) -> _N:
        """Adds 1.0507 · x for x > 0, 1.7581 · (exp(x) - 1) otherwise, which keeps the variance."""
        return self._add("selu")

    def gelu(self: _N) -> _N:
        """Adds x · Φ(x) with the standard normal distribution Φ."""
        return self._add("gelu")

    def geluTanh(self: _N) -> _N:
        """Adds gelu with an approximation of Φ by tanh."""
        return self._add("geluTanh")

    def silu(self: _N) -> _N:
        """Adds x · sigmoid(x)."""
        return self._add("silu")

    def hardSwish(self: _N) -> _N:
        """Adds x · min(max(x + 3, 0), 6) / 6, silu of straight lines."""
        return self._add("hardSwish")

    def mish(self: _N) -> _N:
        """Adds x · tanh(log(1 + exp(x)))."""
        return self._add("mish")

    def tanh(self: _N) -> _N:
        """Adds the hyperbolic tangent."""
        return self._add("tanh")

    def sigmoid(self: _N) -> _N:
        """Adds 1 / (1 + exp(-x))."""
        return self._add("sigmoid")

    def hardSigmoid(self: _N) -> _N:
        """Adds min(max(x + 3, 0), 6) / 6, a sigmoid of straight lines."""
        return self._add("hardSigmoid")

    def softplus(self: _N) -> _N:
        """Adds log(1 + exp(x))."""
        return self._add("softplus")

    def add(self: _N, other: str) -> _N:
        """Adds the sum of the value so far and that of another input or layer.

        Where one of the two has length 1 along an axis, or no such axis, it stands for all
        along it.

        Parameters
        ----------
        other : str
            the name of an input, or of a layer that is not inside a branch
        """
        return self._join("add", other)

    def subtract(self: _N, other: str) -> _N:
        """Adds the value so far minus that of another input or layer.

        Where one of the two has length 1 along an axis, or no such axis, it stands for all
        along it.

        Parameters
        ----------
        other : str
            the name of an input, or of a layer that is not inside a branch
        """
        return self._join("subtract", other)

    def multiply(self: _N, other: str) -> _N:
        """Adds the value so far times that of another input or layer.

        Where one of the two has length 1 along an axis, or no such axis, it stands for all
        along it.

        Parameters
        ----------
        other : str
            the name of an input, or of a layer that is not inside a branch
        """
        return self._join("multiply", other)

    def divide(self: _N, other: str) -> _N:
        """Adds the value so far divided by that of another.

        Where one of the two has length 1 along an axis, or no such axis, it stands for all
        along it.

        Parameters
        ----------
        other : str
            the name of an input, or of a layer that is not inside a branch
        """
        return self._join("divide", other)

    def maximum(self: _N, other: str) -> _N:
        """Adds the larger of the value so far and that of another.

        Where one of the two has length 1 along an axis, or no such axis, it stands for all
        along it.

        Parameters
        ----------
        other : str
            the name of an input, or of a layer that is not inside a branch
        """
        return self._join("maximum", other)

    def minimum(self: _N, other: str) -> _N:
        """Adds the smaller of the value so far and that of another.

        Where one of the two has length 1 along an axis, or no such axis, it stands for all
        along it.

        Parameters
        ----------
        other : str
            the name of an input, or of a layer that is not inside a branch
        """
        return self._join("minimum", other)

    def matmul(self: _N, other: str, transposeFirst: bool = False, transposeSecond: bool = False) -> _N:
        """Adds the matrix product of the value so far and that of another input or layer: of the last two axes, for each index of the axes before.

        Parameters
        ----------
        other : str
            the name of an input, or of a layer that is not inside a branch
        transposeFirst : bool, default False
            whether the matrices of the value so far are transposed
        transposeSecond : bool, default False
            whether those of the other value are
        """
        return self._join("matmul", other, transposeFirst=transposeFirst, transposeSecond=transposeSecond)

    def maskedAttention(self: _N, other: str, heads: int) -> _N:
        """Adds scaled dot-product attention, head by head, to those tokens whose mask, another input or layer, is not 0; 0 where there are none.

        Parameters
        ----------
        other : str
            the name of an input, or of a layer that is not inside a branch
        heads : int
            parts of the width that attend by themselves
        """
        return self._join("maskedAttention", other, heads=heads)

    def maskedMean(self: _N, other: str) -> _N:
        """Adds the mean of those tokens whose mask, another input or layer, is not 0; 0 if none is.

        Parameters
        ----------
        other : str
            the name of an input, or of a layer that is not inside a branch
        """
        return self._join("maskedMean", other)
