"""Writes the golden values: what PyTorch says that layers and trainings compute.

    python3 -m venv venv && venv/bin/pip install torch && venv/bin/python golden.py

The last run used torch 2.15.0. Everything is computed in float64 from float32 numbers. The Java tests
read the text and never run this script; run it again only to add cases, and look at the difference.

A new operator is one entry of OPERATORS: its name, the shape of x without rows, its layers as JSON, the
shapes of its parameters by name, and a function of x [rows, *shape] (channels last) and the parameters.
"""

import json
import math
import pathlib
import random

import torch
import torch.nn.functional as F

FOLDER = pathlib.Path(__file__).parent
ROWS = 4
ROW_WEIGHTS = [1.0, 0.5, 2.0, 1.5]


def numbers(count, seed, low=-2.0, high=2.0):
    """Distinct decimals of at most three digits, none of them 0: maxima and kinks have no ties."""
    step = (high - low) / (count + 1)
    values = [low + step * (i + 1) + 0.0007 for i in range(count)]
    random.Random(seed).shuffle(values)
    digits = 3 if count < 500 else 4
    return [round(v, digits) or 0.01 for v in values]


def tensor(values, shape):
    return torch.tensor(values, dtype=torch.float32).double().reshape(shape)


def text(t):
    return [float(f"{v:.9g}") for v in t.detach().double().flatten().tolist()]


def write(path, value):
    path.parent.mkdir(exist_ok=True)
    lines = json.dumps(value, separators=(",", ":"))
    path.write_text(lines.replace(',"', ',\n"') + "\n", encoding="utf-8")


# ---- channels last


def first(x):
    return x.permute(0, 3, 1, 2)


def last(x):
    return x.permute(0, 2, 3, 1)


def same(size, window, stride):
    """Zeros before and after, surplus after: the output has ceil(size / stride) positions."""
    total = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
    return total // 2, total - total // 2


def padded(x, window, stride, value=0.0):
    """x is channels first."""
    top, bottom = same(x.shape[2], window[0], stride)
    left, right = same(x.shape[3], window[1], stride)
    return F.pad(x, (left, right, top, bottom), value=value)


def conv2d(x, kernel, bias=None, stride=1, padding="same", groups=1):
    """The kernel is [height, width, channels / groups, filters]."""
    w = kernel.permute(3, 2, 0, 1)
    if padding == "same" and stride == 1:
        return last(F.conv2d(first(x), w, bias, padding="same", groups=groups))
    x = padded(first(x), kernel.shape[:2], stride) if padding == "same" else first(x)
    return last(F.conv2d(x, w, bias, stride=stride, groups=groups))


def max_pool(x, window, stride, padding):
    x = padded(first(x), window, stride, -math.inf) if padding == "same" else first(x)
    return last(F.max_pool2d(x, window, stride))


def avg_pool(x, window, stride, padding):
    x = first(x)
    if padding == "valid":
        return last(F.avg_pool2d(x, window, stride))
    inside = F.avg_pool2d(padded(torch.ones_like(x), window, stride), window, stride)
    return last(F.avg_pool2d(padded(x, window, stride), window, stride) / inside)


def batch_norm(x, gain, bias, epsilon):
    channels = x.shape[-1]
    flat = x.reshape(-1, channels)
    return F.batch_norm(flat, None, None, gain, bias, True, 0.0, epsilon).reshape(x.shape)


# ---- operators

OPERATORS = []


def operator(name, shape, layers, function, parameters=None, positive=()):
    OPERATORS.append((name, shape, layers, function, parameters or {}, positive))


def f32(value):
    """A constant as the network holds it."""
    return torch.tensor(value, dtype=torch.float32).double()


IMAGE = (5, 4, 3)

operator("scale", (5,), [{"type": "scale", "factor": -0.3}], lambda x, p: f32(-0.3) * x)
operator(
    "normalize", (5,), [{"type": "normalize", "mean": [0.25], "deviation": [1.75]}],
    lambda x, p: (x - 0.25) / 1.75)
operator(
    "normalize", IMAGE,
    [{"type": "normalize", "mean": [0.1, -0.2, 0.3], "deviation": [0.5, 2.0, 1.1]}],
    lambda x, p: (x - f32([0.1, -0.2, 0.3])) / f32([0.5, 2.0, 1.1]))
operator(
    "dense", (5,), [{"type": "dense", "name": "y", "units": 7}],
    lambda x, p: F.linear(x, p["y.kernel"].T, p["y.bias"]), {"y.kernel": (5, 7), "y.bias": (7,)})
operator(
    "dense", (5,), [{"type": "dense", "name": "y", "units": 3, "bias": False}],
    lambda x, p: F.linear(x, p["y.kernel"].T), {"y.kernel": (5, 3)})

for filters, kernel, stride, padding, groups, bias, shape in [
    (4, (3, 3), 1, "same", 1, True, IMAGE),
    (4, (2, 2), 1, "same", 1, True, IMAGE),
    (4, (3, 2), 2, "same", 1, True, IMAGE),
    (2, (4, 3), 3, "same", 1, False, (7, 6, 2)),
    (4, (3, 2), 1, "valid", 1, True, IMAGE),
    (2, (2, 2), 2, "valid", 1, False, IMAGE),
    (6, (3, 3), 1, "same", 2, True, (4, 4, 4)),
    (3, (3, 3), 1, "same", 3, True, IMAGE),
    (3, (3, 3), 2, "same", 3, True, IMAGE),
    (9, (1, 1), 1, "same", 1, True, IMAGE),
]:
    parameters = {"y.kernel": (*kernel, shape[2] // groups, filters)}
    if bias:
        parameters["y.bias"] = (filters,)
    operator(
        "conv2d", shape,
        [{"type": "conv2d", "name": "y", "filters": filters, "kernel": list(kernel), "stride": stride,
          "padding": padding, "groups": groups, "bias": bias}],
        lambda x, p, s=stride, a=padding, g=groups: conv2d(x, p["y.kernel"], p.get("y.bias"), s, a, g),
        parameters)

for name, pool in [("maxPool2d", max_pool), ("avgPool2d", avg_pool)]:
    for size, stride, padding in [
        ((2, 2), 2, "valid"), ((3, 2), 1, "valid"), ((3, 3), 2, "same"), ((2, 2), 1, "same"), ((2, 3), 3, "same"),
    ]:
        operator(
            name, IMAGE, [{"type": name, "size": list(size), "stride": stride, "padding": padding}],
            lambda x, p, f=pool, w=size, s=stride, a=padding: f(x, w, s, a))

# pads are [top, left, bottom, right]
for filters, kernel, stride, pads, dilation, groups, shape in [
    (4, (3, 3), (2, 2), (1, 1, 1, 1), (1, 1), 1, (6, 6, 3)),
    (2, (3, 2), (2, 1), (1, 0, 2, 3), (1, 2), 1, (6, 5, 2)),
    (4, (2, 3), (1, 2), (0, 2, 1, 0), (3, 1), 2, (6, 5, 4)),
    (3, (3, 3), (1, 1), (2, 2, 2, 2), (2, 2), 3, (5, 5, 3)),
    (3, (2, 2), (3, 2), (0, 1, 3, 1), (2, 3), 3, (6, 6, 3)),
    (5, (1, 3), (1, 1), (0, 4, 0, 0), (1, 2), 1, (1, 7, 2)),
]:
    top, left, bottom, right = pads
    operator(
        "conv2d", shape,
        [{"type": "conv2d", "name": "y", "filters": filters, "kernel": list(kernel), "stride": list(stride),
          "padding": list(pads), "groups": groups, "dilation": list(dilation)}],
        lambda x, p, a=(left, right, top, bottom), s=stride, d=dilation, g=groups: last(F.conv2d(
            F.pad(first(x), a), p["y.kernel"].permute(3, 2, 0, 1), p["y.bias"], s, 0, d, g)),
        {"y.kernel": (*kernel, shape[2] // groups, filters), "y.bias": (filters,)})

for size, stride, pads, dilation, ceil in [
    ((3, 3), (2, 2), (1, 1), (1, 1), False),
    ((3, 2), (2, 3), (1, 0), (1, 1), True),
    ((2, 2), (1, 2), (1, 1), (2, 1), False),
    ((2, 3), (3, 2), (1, 1), (1, 1), True),
]:
    operator(
        "maxPool2d", (7, 6, 2),
        [{"type": "maxPool2d", "size": list(size), "stride": list(stride), "padding": [*pads, *pads],
          "dilation": list(dilation), "ceilMode": ceil}],
        lambda x, p, w=size, s=stride, a=pads, d=dilation, c=ceil: last(
            F.max_pool2d(first(x), w, s, a, d, c)))
for size, stride, pads, ceil, counted in [
    ((3, 3), (2, 2), (1, 1), False, True),
    ((3, 3), (2, 2), (1, 1), False, False),
    ((3, 2), (2, 3), (1, 0), True, True),
    ((2, 3), (3, 2), (1, 1), True, False),
    ((2, 2), (3, 3), (1, 1), True, True),
]:
    operator(
        "avgPool2d", (7, 6, 2),
        [{"type": "avgPool2d", "size": list(size), "stride": list(stride), "padding": [*pads, *pads],
          "ceilMode": ceil, "countIncludePad": counted}],
        lambda x, p, w=size, s=stride, a=pads, c=ceil, i=counted: last(
            F.avg_pool2d(first(x), w, s, a, c, i)))

operator("globalAvgPool2d", IMAGE, [{"type": "globalAvgPool2d"}], lambda x, p: x.mean((1, 2)))
operator("globalMaxPool2d", IMAGE, [{"type": "globalMaxPool2d"}], lambda x, p: x.amax((1, 2)))
operator("flatten", (2, 3, 2), [{"type": "flatten"}], lambda x, p: x.flatten(1))
operator("reshape", (2, 6), [{"type": "reshape", "shape": [3, 2, 2]}], lambda x, p: x.reshape(-1, 3, 2, 2))
operator("permute", (2, 3, 4), [{"type": "permute", "order": [2, 0, 1]}], lambda x, p: x.permute(0, 3, 1, 2))
operator("permute", (3, 4), [{"type": "permute", "order": [1, 0]}], lambda x, p: x.transpose(1, 2))
operator(
    "pad", (2, 3, 2), [{"type": "pad", "before": [1, 0, 2], "after": [0, 2, 1]}],
    lambda x, p: F.pad(x, (2, 1, 0, 2, 1, 0)))
for axis, start, end, step, taken in [
    (0, 1, 3, 1, [1, 2]), (1, -3, 2**31 - 1, 2, [1, 3]), (2, -1, -2**31 + 1, -1, [2, 1, 0]), (1, 2, 0, -1, [2, 1]),
]:
    operator(
        "slice", (3, 4, 3), [{"type": "slice", "axis": axis, "start": start, "end": end, "step": step}],
        lambda x, p, a=axis, t=taken: x.index_select(a + 1, torch.tensor(t)))
operator(
    "parameter", (2, 3),
    [{"type": "parameter", "name": "p", "shape": [1, 3], "mean": 0.5, "deviation": 0.02},
     {"type": "concat", "axis": 0, "inputs": ["p", "start"]}],
    lambda x, p: torch.cat([p["p.value"].expand(x.shape[0], 1, 3), x], 1), {"p.value": (1, 3)})
operator(
    "parameter", (2, 3), [{"type": "gate", "branch": [{"type": "parameter", "name": "p", "shape": [3]}]}],
    lambda x, p: x * p["p.value"], {"p.value": (3,)})
for name, function in [
    ("mean", torch.mean), ("sum", torch.sum), ("max", torch.amax),
    ("l2", lambda x, dim, keepdim: torch.linalg.vector_norm(x, 2, dim, keepdim)),
]:
    for axes, keep in [([0, 1], False), ([2], True), ([0, 2], False), ([1], False)]:
        operator(
            name, (3, 4, 2), [{"type": name, "axes": axes, "keepDims": keep}],
            lambda x, p, f=function, a=axes, k=keep: f(x, dim=[i + 1 for i in a], keepdim=k))
operator(
    "max", (5,), [{"type": "identity"}, {"type": "relu"}, {"type": "reshape", "shape": [5, 1]}, {"type": "max", "axes": [1]}],
    lambda x, p: torch.amax(torch.relu(x).reshape(-1, 5, 1), 2))
for groups in [1, 2, 6]:
    operator(
        "groupNorm", (3, 4, 6), [{"type": "groupNorm", "name": "y", "groups": groups, "epsilon": 0.001}],
        lambda x, p, g=groups: last(F.group_norm(first(x), g, p["y.gain"], p["y.bias"], f32(0.001).item())),
        {"y.gain": (6,), "y.bias": (6,)})
for size, alpha, beta, k in [(5, 0.0001, 0.75, 1.0), (3, 0.5, 0.75, 2.0), (1, 2.0, 1.5, 0.5)]:
    operator(
        "localResponseNorm", (2, 3, 7),
        [{"type": "localResponseNorm", "size": size, "alpha": alpha, "beta": beta, "k": k}],
        lambda x, p, s=size, a=alpha, b=beta, c=k: last(F.local_response_norm(first(x), s, f32(a).item(), b, c)))
operator("identity", (5,), [{"type": "identity"}], lambda x, p: x)
operator("dropout", (5,), [{"type": "dropout", "rate": 0.5, "frozen": True}], lambda x, p: x)
operator(
    "residual", (5,), [{"type": "residual", "branch": [{"type": "tanh"}]}], lambda x, p: x + torch.tanh(x))
operator(
    "residual", (5,),
    [{"type": "residual", "branch": [{"type": "dense", "name": "a", "units": 3}],
      "shortcut": [{"type": "dense", "name": "b", "units": 3, "bias": False}]}],
    lambda x, p: x @ p["a.kernel"] + p["a.bias"] + x @ p["b.kernel"],
    {"a.kernel": (5, 3), "a.bias": (3,), "b.kernel": (5, 3)})
operator(
    "concat", (2, 3, 2),
    [{"type": "concat", "axis": 2, "branches": [[{"type": "sigmoid"}], [], [{"type": "scale", "factor": 2.0}]]}],
    lambda x, p: torch.cat([torch.sigmoid(x), x, 2 * x], 3))
operator(
    "concat", (2, 3, 2), [{"type": "concat", "axis": 0, "branches": [[{"type": "scale", "factor": 0.5}], []]}],
    lambda x, p: torch.cat([0.5 * x, x], 1))
GRID = (2, 3, 2)
for name, function in [
        ("add", torch.add), ("subtract", torch.subtract), ("multiply", torch.multiply), ("maximum", torch.maximum),
        ("minimum", torch.minimum), ("divide", lambda a, b: a / b)]:
    # Of equal shapes, with equal values where x is positive; no quotient by 0.
    part, of = ("sigmoid", torch.sigmoid) if name == "divide" else ("relu", torch.relu)
    operator(
        name, (5,),
        [*([{"type": "identity"}] if name == "divide" else []), {"type": part, "name": "a"},
         {"type": name, "inputs": ["x", "a"]}],
        lambda x, p, f=function, g=of: f(x, g(x)))
    # A value for each channel, for each position, for all.
    operator(
        name, GRID,
        [{"type": "globalAvgPool2d", "name": "mean"}, {"type": name, "inputs": ["mean", "start"]}],
        lambda x, p, f=function: f(x.mean((1, 2)).reshape(-1, 1, 1, 2), x))
    operator(
        name, GRID,
        [{"type": "conv2d", "name": "one", "filters": 1, "kernel": 1},
         {"type": name, "inputs": ["start", "one"]}],
        lambda x, p, f=function: f(x, conv2d(x, p["one.kernel"], p["one.bias"])),
        {"one.kernel": (1, 1, 2, 1), "one.bias": (1,)})
    operator(
        name, (5,), [{"type": "dense", "name": "all", "units": 1}, {"type": name, "inputs": ["all", "x"]}],
        lambda x, p, f=function: f(x @ p["all.kernel"] + p["all.bias"], x),
        {"all.kernel": (5, 1), "all.bias": (1,)})
    # Both stand for several of the other.
    operator(
        name, (2, 3, 1),
        [{"type": "permute", "name": "turned", "order": [2, 1, 0]},
         {"type": name, "inputs": ["start", "turned"]}],
        lambda x, p, f=function: f(x, x.permute(0, 3, 2, 1)))
operator(
    "gate", GRID, [{"type": "gate", "branch": [{"type": "globalAvgPool2d"}, {"type": "sigmoid"}]}],
    lambda x, p: x * torch.sigmoid(x.mean((1, 2))).reshape(-1, 1, 1, 2))
NORMALIZED = {"y.gain": (3,), "y.bias": (3,)}
STATISTICS = {**NORMALIZED, "y.mean": (3,), "y.variance": (3,)}
operator(
    "batchNorm", IMAGE, [{"type": "batchNorm", "name": "y", "epsilon": 0.001}],
    lambda x, p: batch_norm(x, p["y.gain"], p["y.bias"], f32(0.001).item()), STATISTICS, ("y.variance",))
operator(
    "batchNorm", (3,), [{"type": "batchNorm", "name": "y"}],
    lambda x, p: batch_norm(x, p["y.gain"], p["y.bias"], 1e-5), STATISTICS, ("y.variance",))
operator(
    "batchNorm", (3,), [{"type": "batchNorm", "name": "y", "frozen": True}],
    lambda x, p: F.batch_norm(
        x, p["y.mean"].detach(), p["y.variance"].detach(), p["y.gain"], p["y.bias"], False, 0.0, 1e-5),
    STATISTICS, ("y.variance",))
operator(
    "layerNorm", (2, 2, 3), [{"type": "layerNorm", "name": "y", "epsilon": 0.001}],
    lambda x, p: F.layer_norm(x, (3,), p["y.gain"], p["y.bias"], f32(0.001).item()), NORMALIZED)
for name, function in [
    ("relu", F.relu), ("gelu", F.gelu), ("silu", F.silu), ("tanh", torch.tanh),
    ("sigmoid", torch.sigmoid), ("hardSigmoid", F.hardsigmoid),
    ("softplus", F.softplus), ("relu6", F.relu6), ("selu", F.selu), ("hardSwish", F.hardswish), ("mish", F.mish),
    ("geluTanh", lambda x: F.gelu(x, approximate="tanh")), ("abs", torch.abs), ("exp", torch.exp),
]:
    operator(name, (9,), [{"type": name}], lambda x, p, f=function: f(x))
operator(
    "leakyRelu", (9,), [{"type": "leakyRelu", "slope": 0.2}],
    lambda x, p: torch.where(x > 0, x, f32(0.2) * x))
operator("log", (9,), [{"type": "identity"}, {"type": "sigmoid"}, {"type": "log"}], lambda x, p: torch.log(torch.sigmoid(x)))
operator("clip", (9,), [{"type": "clip", "min": -1.25, "max": 0.5}], lambda x, p: torch.clamp(x, -1.25, 0.5))
operator("clip", (9,), [{"type": "clip", "min": 0.25}], lambda x, p: torch.clamp(x, min=0.25))
for exponent in [2, 3, -1, 0, 1]:
    operator(
        "pow", (9,), [{"type": "pow", "exponent": float(exponent)}], lambda x, p, e=exponent: torch.pow(x, e))
for exponent in [0.5, -0.5, 2.5, 0.375, -1.75]:
    operator(
        "pow", (9,), [{"type": "identity"}, {"type": "sigmoid"}, {"type": "pow", "exponent": exponent}],
        lambda x, p, e=exponent: torch.pow(torch.sigmoid(x), e))
operator(
    "prelu", (2, 2, 3), [{"type": "prelu", "name": "y"}],
    lambda x, p: torch.where(x > 0, x, p["y.slope"] * x), {"y.slope": (3,)})
operator(
    "prelu", (9,), [{"type": "prelu", "name": "y", "perChannel": False}],
    lambda x, p: F.prelu(x, p["y.slope"]), {"y.slope": (1,)})
operator("elu", (9,), [{"type": "elu", "alpha": 0.7}], lambda x, p: F.elu(x, f32(0.7).item()))


for axis in (None, 0, 1, 2):
    operator(
        "softmax", (3, 4, 2), [{"type": "softmax", **({} if axis is None else {"axis": axis})}],
        lambda x, p, a=axis: torch.softmax(x, -1 if a is None else a + 1))
for shape, other, t, u in [
    ((3, 4), (5, 4), False, True), ((4, 3), (4, 5), True, False), ((2, 2, 3), (2, 3, 2), False, False),
    ((2, 3, 2), (1, 2, 3), True, True), ((1, 3, 4), (4, 2), False, False),
]:
    def matmul(x, p, other=other, t=t, u=u):
        y = (x.flatten(1) @ p["b.kernel"] + p["b.bias"]).reshape(-1, *other)
        x = x.transpose(-1, -2) if t else x
        y = y.transpose(-1, -2) if u else y
        return torch.matmul(x, y.unsqueeze(1) if y.dim() < x.dim() else y)

    operator(
        "matmul", shape,
        [{"type": "flatten"}, {"type": "dense", "name": "b", "units": math.prod(other)},
         {"type": "reshape", "name": "second", "shape": list(other)},
         {"type": "matmul", "inputs": ["start", "second"], "transposeFirst": t, "transposeSecond": u}],
        matmul, {"b.kernel": (math.prod(shape), math.prod(other)), "b.bias": (math.prod(other),)})


ATTENTION = {"q.kernel": (4, 12), "q.bias": (12,), "o.kernel": (4, 4), "o.bias": (4,)}


def attention(x, p, heads, hidden=None):
    y, _ = F.multi_head_attention_forward(
        x.transpose(0, 1), x.transpose(0, 1), x.transpose(0, 1), 4, heads, p["q.kernel"].T, p["q.bias"], None, None,
        False, 0.0, p["o.kernel"].T, p["o.bias"], key_padding_mask=hidden, need_weights=False)
    return y.transpose(0, 1)


for heads in (1, 2, 4):
    operator(
        "attention", (3, 4),
        [{"type": "dense", "name": "q", "units": 12}, {"type": "attention", "heads": heads},
         {"type": "dense", "name": "o", "units": 4}],
        lambda x, p, h=heads: attention(x, p, h), ATTENTION)
ATTENDED = [{"type": "dense", "name": "q", "units": 12}, {"type": "attention", "heads": 2},
            {"type": "dense", "name": "o", "units": 4}]
HIDDEN = [{"type": "dense", "name": "h", "units": 6}, {"type": "gelu"}, {"type": "dense", "name": "p", "units": 4}]
NORM = [[{"type": "layerNorm", "name": name}] for name in ("n1", "n2")]


def transformer_block(x, p, first):
    layer = torch.nn.TransformerEncoderLayer(4, 2, 6, 0.0, "gelu", batch_first=True, norm_first=first).double()
    weights = {"self_attn.in_proj_weight": p["q.kernel"].T, "self_attn.in_proj_bias": p["q.bias"]}
    for module, name in [("self_attn.out_proj", "o"), ("linear1", "h"), ("linear2", "p")]:
        weights[module + ".weight"], weights[module + ".bias"] = p[name + ".kernel"].T, p[name + ".bias"]
    for module, name in [("norm1", "n1"), ("norm2", "n2")]:
        weights[module + ".weight"], weights[module + ".bias"] = p[name + ".gain"], p[name + ".bias"]
    return torch.func.functional_call(layer, weights, (x,))


for norm_first in (True, False):
    operator(
        "attention", (3, 4),
        [{"type": "residual", "branch": NORM[0] + ATTENDED}, {"type": "residual", "branch": NORM[1] + HIDDEN}]
        if norm_first else
        [{"type": "residual", "branch": ATTENDED}, *NORM[0], {"type": "residual", "branch": HIDDEN}, *NORM[1]],
        lambda x, p, f=norm_first: transformer_block(x, p, f),
        {**ATTENTION, "h.kernel": (4, 6), "h.bias": (6,), "p.kernel": (6, 4), "p.bias": (4,),
         "n1.gain": (4,), "n1.bias": (4,), "n2.gain": (4,), "n2.bias": (4,)})
MASK = [{"type": "scale", "name": "s", "factor": 0.1}, {"type": "dense", "name": "m", "units": 1, "frozen": True},
        {"type": "flatten"}, {"type": "relu"}, {"type": "paddingMask", "name": "mask"}]


def hidden(x, p):
    return torch.relu(f32(0.1) * x @ p["m.kernel"] + p["m.bias"])[..., 0] == 0


operator(
    "maskedAttention", (4, 4),
    [*MASK, {"type": "dense", "name": "q", "units": 12, "inputs": ["start"]},
     {"type": "maskedAttention", "heads": 2, "inputs": ["q", "mask"]}, {"type": "dense", "name": "o", "units": 4}],
    lambda x, p: attention(x, p, 2, hidden(x, p)), {"m.kernel": (4, 1), "m.bias": (1,), **ATTENTION})
operator(
    "maskedMean", (5, 3), [*MASK, {"type": "maskedMean", "inputs": ["start", "mask"]}],
    lambda x, p: (x * ~hidden(x, p)[..., None]).sum(1) / (~hidden(x, p)).sum(1)[:, None],
    {"m.kernel": (3, 1), "m.bias": (1,)})
operator(
    "paddingMask", (5,), [{"type": "paddingMask", "paddingIndex": 2}, {"type": "dense", "name": "y", "units": 3}],
    lambda x, p: (x != 2).double() @ p["y.kernel"] + p["y.bias"], {"y.kernel": (5, 3), "y.bias": (3,)})
for padding in (-1, 2):
    operator(
        "embedding", (6,), [{"type": "embedding", "name": "y", "vocabulary": 5, "width": 3, "paddingIndex": padding}],
        lambda x, p, i=padding: F.embedding(x.long(), p["y.kernel"], None if i < 0 else i), {"y.kernel": (5, 3)})


def recurrent(x, p, module, units, reverse):
    layer = module(x.shape[-1], units, batch_first=True).double()
    weights = {"weight_ih_l0": p["y.kernel"].T, "weight_hh_l0": p["y.recurrentKernel"].T,
               "bias_ih_l0": p["y.bias"], "bias_hh_l0": p["y.recurrentBias"]}
    y, _ = torch.func.functional_call(layer, weights, (x.flip(1) if reverse else x,))
    return y.flip(1) if reverse else y


for name, module, gates in [("lstm", torch.nn.LSTM, 4), ("gru", torch.nn.GRU, 3), ("rnn", torch.nn.RNN, 1)]:
    for steps, inputs, units, everything, reverse in [
        (3, 2, 4, True, False), (4, 3, 2, False, False), (3, 3, 3, True, True), (5, 2, 3, False, True),
    ]:
        operator(
            name, (steps, inputs),
            [{"type": name, "name": "y", "units": units, "allOutputs": everything, "reverse": reverse}],
            lambda x, p, m=module, u=units, a=everything, r=reverse: (
                recurrent(x, p, m, u, r) if a else recurrent(x, p, m, u, r)[:, 0 if r else -1]),
            {"y.kernel": (inputs, gates * units), "y.recurrentKernel": (units, gates * units),
             "y.bias": (gates * units,), "y.recurrentBias": (gates * units,)})


def network(layers):
    """The JSON of a network; the second version where layers read values by name."""
    if any("inputs" in layer or layer["type"] == "gate" for layer in layers):
        return {"version": 2, "inputs": [{"name": "input", "shape": [ROWS]}], "layers": layers}
    return {"version": 1, "input": [ROWS], "layers": layers}


def evaluate(shape, layers, function, parameters, positive):
    """Row i of x is row i of the kernel of the first layer, which reads one-hot rows: so the gradient of
    that kernel is the gradient of x."""
    size = math.prod(shape)
    start = [{"type": "dense", "name": "x", "units": size, "bias": False}]
    if len(shape) > 1:
        start.append({"type": "reshape", "name": "start", "shape": list(shape)})
    values = {"x.kernel": numbers(ROWS * size, size)}
    if layers[0]["type"] in ("gelu", "silu", "tanh", "sigmoid", "softplus", "elu", "relu", "leakyRelu", "relu6", "selu",
                             "geluTanh", "hardSwish", "mish", "abs"):
        values["x.kernel"][:size] = [-95.0, -21.0, -9.5, -4.25, 0.0625, 4.25, 6.5, 5.75, 6.0][:size]
    if layers[0]["type"] in ("embedding", "paddingMask"):  # whole numbers, which have no gradient
        start[0]["frozen"] = True
        values["x.kernel"] = [float(7 * i % 5) for i in range(ROWS * size)]
    for i, (name, s) in enumerate(parameters.items()):
        values[name] = numbers(math.prod(s), i + 1, 0.5 if name in positive else -1.0, 1.5)
    shapes = {"x.kernel": (ROWS, *shape), **parameters}
    p = {name: tensor(v, shapes[name]).requires_grad_() for name, v in values.items()}
    y = function(p["x.kernel"], p)
    end = [{"type": "flatten", "name": "end"}] if y.dim() > 2 else []
    logits = y.flatten(1)
    labels = [(3 * row + 1) % logits.shape[1] for row in range(ROWS)]
    losses = F.cross_entropy(logits, torch.tensor(labels), reduction="none")
    loss = (torch.tensor(ROW_WEIGHTS).double() * losses).sum()
    loss.backward()
    frozen = {layer.get("name") for layer in start + layers if layer.get("frozen")}
    return {
        "network": network(start + layers + end),
        "parameters": values,
        "labels": labels,
        "weights": ROW_WEIGHTS,
        "logits": text(logits),
        "loss": text(loss)[0],
        "gradients": {
            name: text(v.grad) for name, v in p.items()
            if v.grad is not None and name.split(".")[0] not in frozen},
    }


# ---- trainings

STEPS = 30
CLASSES = 3
TRAINING_ROWS = 24

NETWORKS = {
    "mlp": (
        (6,),
        [{"type": "dense", "name": "a", "units": 8}, {"type": "tanh"}, {"type": "dense", "name": "b", "units": 3}],
        {"a.kernel": (6, 8), "a.bias": (8,), "b.kernel": (8, 3), "b.bias": (3,)},
        lambda x, p, training: F.linear(
            torch.tanh(F.linear(x, p["a.kernel"].T, p["a.bias"])), p["b.kernel"].T, p["b.bias"])),
    "cnn": (
        (4, 4, 2),
        # no bias before batch normalization: its gradient is 0 but for rounding, which Adam makes large
        [{"type": "conv2d", "name": "a", "filters": 4, "kernel": 3, "bias": False},
         {"type": "batchNorm", "name": "n", "momentum": 0.75}, {"type": "gelu"},
         {"type": "maxPool2d", "size": 2},
         {"type": "residual", "branch": [{"type": "conv2d", "name": "r", "filters": 4, "kernel": 2}]},
         {"type": "flatten"}, {"type": "layerNorm", "name": "l"}, {"type": "dense", "name": "b", "units": 3}],
        {"a.kernel": (3, 3, 2, 4), "n.gain": (4,), "n.bias": (4,), "n.mean": (4,), "n.variance": (4,),
         "r.kernel": (2, 2, 4, 4), "r.bias": (4,), "l.gain": (16,), "l.bias": (16,),
         "b.kernel": (16, 3), "b.bias": (3,)},
        lambda x, p, training: cnn(x, p, training)),
    "frozen": (
        (6,),
        [{"type": "dense", "name": "a", "units": 8, "frozen": True}, {"type": "sigmoid"},
         {"type": "dense", "name": "b", "units": 8}, {"type": "relu"},
         {"type": "dense", "name": "c", "units": 6, "frozen": True}, {"type": "silu"},
         {"type": "dense", "name": "d", "units": 3}],
        {"a.kernel": (6, 8), "a.bias": (8,), "b.kernel": (8, 8), "b.bias": (8,), "c.kernel": (8, 6), "c.bias": (6,),
         "d.kernel": (6, 3), "d.bias": (3,)},
        lambda x, p, training: F.silu(
            F.relu(torch.sigmoid(x @ p["a.kernel"] + p["a.bias"]) @ p["b.kernel"] + p["b.bias"])
            @ p["c.kernel"] + p["c.bias"]) @ p["d.kernel"] + p["d.bias"]),
    "sequence": (
        (6,),
        [{"type": "reshape", "shape": [3, 2]}, {"type": "dense", "name": "q", "units": 12},
         {"type": "attention", "heads": 2}, {"type": "gru", "name": "g", "units": 3, "allOutputs": True},
         {"type": "lstm", "name": "l", "units": 4}, {"type": "dense", "name": "b", "units": 3}],
        {"q.kernel": (2, 12), "q.bias": (12,), "g.kernel": (4, 9), "g.recurrentKernel": (3, 9), "g.bias": (9,),
         "g.recurrentBias": (9,), "l.kernel": (3, 16), "l.recurrentKernel": (4, 16), "l.bias": (16,),
         "l.recurrentBias": (16,), "b.kernel": (4, 3), "b.bias": (3,)},
        lambda x, p, training: sequence(x, p)),
    "linear": (
        (6,), [{"type": "dense", "name": "b", "units": 3}], {"b.kernel": (6, 3), "b.bias": (3,)},
        lambda x, p, training: x @ p["b.kernel"] + p["b.bias"]),
}
FROZEN = {"frozen": {"a.kernel", "a.bias", "c.kernel", "c.bias"}}


def sequence(x, p):
    q, k, v = (x.reshape(-1, 3, 2) @ p["q.kernel"] + p["q.bias"]).reshape(-1, 3, 3, 2, 2).permute(2, 0, 3, 1, 4)
    y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
    for name, module in [("g", torch.nn.GRU), ("l", torch.nn.LSTM)]:
        own = {key.replace(name + ".", "y."): value for key, value in p.items() if key.startswith(name + ".")}
        y = recurrent(y, own, module, own["y.recurrentKernel"].shape[0], False)
    return y[:, -1] @ p["b.kernel"] + p["b.bias"]


def cnn(x, p, training):
    x = conv2d(x.reshape(-1, 4, 4, 2), p["a.kernel"])
    if training:
        flat = x.detach().reshape(-1, 4)
        p["n.mean"].data.mul_(0.75).add_(0.25 * flat.mean(0))
        p["n.variance"].data.mul_(0.75).add_(0.25 * flat.var(0, unbiased=False))
        x = batch_norm(x, p["n.gain"], p["n.bias"], 1e-5)
    else:
        x = last(F.batch_norm(first(x), p["n.mean"], p["n.variance"], p["n.gain"], p["n.bias"], False, 0.0, 1e-5))
    x = max_pool(F.gelu(x), (2, 2), 2, "valid")
    x = x + conv2d(x, p["r.kernel"], p["r.bias"])
    x = F.layer_norm(x.flatten(1), (16,), p["l.gain"], p["l.bias"], 1e-5)
    return x @ p["b.kernel"] + p["b.bias"]


ADAM = {"solver": "ADAM", "learningRate": 0.02}
SGD = {"solver": "SGD", "learningRate": 0.2, "momentum": 0.0}
TRAININGS = [
    ("adam", "mlp", ADAM),
    ("adamConstants", "mlp", {**ADAM, "beta1": 0.8, "beta2": 0.95, "epsilon": 0.001}),
    ("adamL2", "mlp", {**ADAM, "regularization": 0.05}),
    ("adamW", "mlp", {"solver": "ADAMW", "learningRate": 0.02, "regularization": 0.5}),
    ("sgd", "mlp", SGD),
    ("sgdL2", "mlp", {**SGD, "regularization": 0.05}),
    ("momentum", "mlp", {**SGD, "momentum": 0.9, "learningRate": 0.05}),
    ("nesterov", "mlp", {**SGD, "momentum": 0.9, "nesterov": True, "learningRate": 0.05}),
    ("labelSmoothing", "mlp", {**ADAM, "labelSmoothing": 0.1}),
    ("clipping", "mlp", {**SGD, "gradientClipNorm": 0.25}),
    ("clippingWithL2", "mlp", {**SGD, "gradientClipNorm": 0.25, "regularization": 0.1}),
    ("rowWeights", "mlp", {**SGD, "rowWeights": True}),
    ("classWeights", "mlp", {**SGD, "classWeights": [0.5, 2.0, 3.0]}),
    ("rowAndClassWeights", "mlp", {**ADAM, "rowWeights": True, "classWeights": [0.5, 2.0, 3.0], "labelSmoothing": 0.2}),
    ("stepSchedule", "mlp", {**SGD, "schedule": "step", "stepEpochs": 7, "gamma": 0.5}),
    ("cosineSchedule", "mlp", {**SGD, "schedule": "cosine", "finalFraction": 0.1}),
    ("warmupCosineSchedule", "mlp", {**SGD, "schedule": "warmup-cosine", "warmupFraction": 0.2, "finalFraction": 0.0}),
    ("plateauSchedule", "mlp",
     {**SGD, "learningRate": 6.0, "schedule": "plateau", "gamma": 0.5, "dropPatience": 2, "finalFraction": 0.01}),
    ("cnnAdam", "cnn", ADAM),
    ("cnnMomentum", "cnn", {**SGD, "momentum": 0.5, "learningRate": 0.05, "regularization": 0.01}),
    ("frozen", "frozen", {**ADAM, "regularization": 0.02}),
    ("sequence", "sequence", ADAM),
    ("lbfgs", "linear", {"solver": "LBFGS", "regularization": 0.05, "rowWeights": True}),
]


def scheduler(optimizer, o):
    s = torch.optim.lr_scheduler
    rate = o["learningRate"]
    name = o.get("schedule", "constant")
    if name == "step":
        return s.StepLR(optimizer, o["stepEpochs"], o["gamma"])
    if name == "cosine":
        return s.CosineAnnealingLR(optimizer, STEPS, rate * o["finalFraction"])
    if name == "warmup-cosine":
        warmup = math.ceil(o["warmupFraction"] * STEPS)
        return s.SequentialLR(
            optimizer,
            [s.LinearLR(optimizer, 1 / warmup, 1.0, warmup - 1),
             s.CosineAnnealingLR(optimizer, STEPS - warmup, rate * o["finalFraction"])],
            [warmup])
    if name == "plateau":
        return s.ReduceLROnPlateau(
            optimizer, factor=o["gamma"], patience=o["dropPatience"] - 1, threshold=0.0, threshold_mode="abs",
            min_lr=rate * o["finalFraction"])
    return s.ConstantLR(optimizer, 1.0)


def train(network, options, x, labels, row_weights, initial):
    _, _, shapes, function = NETWORKS[network]
    p = {name: tensor(v, shapes[name]) for name, v in initial.items()}
    still = FROZEN.get(network, set()) | {"n.mean", "n.variance"}
    moved = {name: v.requires_grad_() for name, v in p.items() if name not in still}
    kernels = [v for name, v in moved.items() if name.endswith(".kernel")]
    others = [v for name, v in moved.items() if not name.endswith(".kernel")]
    decay = options.get("regularization", 0.0)
    weights = row_weights.clone() if options.get("rowWeights") else torch.ones(TRAINING_ROWS).double()
    if "classWeights" in options:
        weights = weights * torch.tensor(options["classWeights"]).double()[labels]

    def loss_of():
        rows = F.cross_entropy(
            function(x, p, True), labels, reduction="none", label_smoothing=options.get("labelSmoothing", 0.0))
        loss = (weights * rows).sum() / weights.sum()
        if options["solver"] != "ADAMW":
            loss = loss + decay / 2 * sum((k * k).sum() for k in kernels)
        return loss

    if options["solver"] == "LBFGS":
        optimizer = torch.optim.LBFGS(
            moved.values(), max_iter=2000, tolerance_grad=1e-13, tolerance_change=1e-16, line_search_fn="strong_wolfe")

        def closure():
            optimizer.zero_grad()
            loss = loss_of()
            loss.backward()
            return loss

        optimizer.step(closure)
        return [loss_of()], function(x, p, False)

    rate = options["learningRate"]
    if options["solver"] == "SGD":
        optimizer = torch.optim.SGD(
            moved.values(), lr=rate, momentum=options["momentum"], nesterov=options.get("nesterov", False))
    elif options["solver"] == "ADAMW":
        optimizer = torch.optim.AdamW(
            [{"params": kernels, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}], lr=rate)
    else:
        optimizer = torch.optim.Adam(
            moved.values(), lr=rate, betas=(options.get("beta1", 0.9), options.get("beta2", 0.999)),
            eps=options.get("epsilon", 1e-8))
    schedule = scheduler(optimizer, options)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        if "gradientClipNorm" in options:
            torch.nn.utils.clip_grad_norm_(moved.values(), options["gradientClipNorm"])
        optimizer.step()
        losses.append(loss)
        if isinstance(schedule, torch.optim.lr_scheduler.ReduceLROnPlateau):
            schedule.step(loss.item())
        else:
            schedule.step()
    return losses, function(x, p, False)


def main():
    files = {}
    for name, *rest in OPERATORS:
        files.setdefault(name, []).append(evaluate(*rest))
    for name, cases in files.items():
        write(FOLDER / "operators" / f"{name}.json", cases)
    labels = [(row * row + row // 5) % CLASSES for row in range(TRAINING_ROWS)]
    row_weights = [round(0.25 + (7 * row % 5) / 2, 2) for row in range(TRAINING_ROWS)]
    networks, trainings, data = {}, [], {}
    for name, (shape, layers, shapes, _) in NETWORKS.items():
        size = math.prod(shape)
        data.setdefault(size, numbers(TRAINING_ROWS * size, size))
        initial = {
            n: numbers(math.prod(s), i, 0.5 if n.endswith((".gain", ".variance")) else -0.6, 1.5 if n.endswith((".gain", ".variance")) else 0.6)
            for i, (n, s) in enumerate(shapes.items())}
        networks[name] = {
            "network": {"version": 1, "input": list(shape), "layers": layers},
            "features": data[size],
            "parameters": initial,
        }
    for name, network, options in TRAININGS:
        size = math.prod(NETWORKS[network][0])
        losses, logits = train(
            network, options, tensor(data[size], (TRAINING_ROWS, size)), torch.tensor(labels),
            tensor(row_weights, (TRAINING_ROWS,)), networks[network]["parameters"])
        trainings.append({
            "name": name, "network": network, "options": options,
            "losses": [text(loss)[0] for loss in losses], "logits": text(logits[:4])})
    write(
        FOLDER / "trainings.json",
        {"labels": labels, "weights": row_weights, "networks": networks, "trainings": trainings})


if __name__ == "__main__":
    main()
