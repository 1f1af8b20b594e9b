"""The builder: builder.json and networks.txt are read by the Java tests too."""

import inspect
import json
import os

import pytest

from secateur import Network, NetworkError

VECTORS = os.path.join(os.path.dirname(__file__), "..", "..", "resources", "io", "github", "secateur", "nn")

with open(os.path.join(VECTORS, "builder.json"), encoding="utf-8") as file:
    BUILDER = json.load(file)


def build(vector):
    method, *args = vector["start"]
    return run(getattr(Network, method)(*args), vector["calls"])


def run(network, calls):
    for method, args, *options in calls:
        if method in ("residual", "concat"):
            args = [lambda start, inner=inner: run(start, inner) for inner in args]
        network = getattr(network, method)(*args, **(options[0] if options else {}))
    return network


@pytest.mark.parametrize("vector", BUILDER, ids=lambda vector: vector["name"])
def test_the_builder_does_what_the_file_says(vector):
    if "json" in vector:
        network = build(vector)
        assert network.toJson() == vector["json"]
        assert Network.fromJson(vector["json"]) == network
    else:
        with pytest.raises(NetworkError) as error:
            build(vector)
        assert str(error.value) == vector["error"]


def test_every_method_of_the_builder_is_in_the_file():
    used = {v["start"][0] for v in BUILDER} | {c[0] for v in BUILDER for c in v["calls"]}
    methods = {
        name
        for name, member in inspect.getmembers(Network, callable)
        if not name.startswith("_")
        and inspect.signature(member).return_annotation in ("_N", '"Network"', "'Network'")
    }
    assert methods - {"fromJson"} == used


def test_random_networks_are_read_and_written_unchanged():
    with open(os.path.join(VECTORS, "networks.txt"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    assert len(lines) == 100
    for line in lines:
        assert Network.fromJson(line).toJson() == line


def test_a_network_is_immutable():
    start = Network.input(3).dense(2)
    longer = start.relu().named("end").frozen()
    assert len(start.layers) == 1 and len(longer.layers) == 2
    assert start == Network.input(3).dense(2) and start != longer
    assert len({start, Network.input(3).dense(2), longer}) == 2


def test_it_knows_its_sizes():
    network = Network.image(8, 8, 1).conv2d(4, 3).batchNorm().maxPool2d(2).flatten().dense(10)
    assert network.inputShape == (8, 8, 1) and network.inputSize == 64
    assert network.outputShape == (10,) and network.classes == 10
    assert network.parameterCount == (9 * 4 + 4) + 4 * 4 + (64 * 10 + 10)


def test_it_prints_as_a_table():
    network = Network.input(4).residual(lambda x: x.dense(4).frozen()).dense(2)
    table = """
layer       type           output  parameters
─────────────────────────────────────────────
input                      4
  dense_1   dense, frozen  4               20
residual_1  residual       4
dense_2     dense          2               10
total: 30 parameters, of which 10 trainable"""
    assert repr(network) == table[1:]


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "network JSON is not JSON"),
        ("[1]", "network JSON: expected an object, found [1]"),
        ('{"version":2,"input":[2],"layers":[]}', "version must be 1, found 2"),
        ('{"version":1,"version":1}', "network JSON is not JSON: a field stands twice"),
        ('{"version":1,"input":[2],"layers":[],"x":1}', 'unknown field "x"'),
        ('{"version":1,"input":[0],"layers":[]}', 'field "input": a shape needs'),
        ('{"version":1,"input":[2],"layers":[{"type":"softmax"}]}', 'at layers[0]: unknown layer type "softmax"'),
        (
            '{"version":1,"input":[2],"layers":[{"type":"residual","branch":[{"type":"dense"}]}]}',
            'at layers[0].branch[0]: missing field "units"',
        ),
        ('{"version":1,"input":[2],"layers":[{"type":"dense","units":2.5}]}', "must be an integer"),
    ],
)
def test_wrong_json_is_refused_with_the_place(text, message):
    with pytest.raises(NetworkError) as error:
        Network.fromJson(text)
    assert message in str(error.value)


def test_the_output_must_be_logits():
    with pytest.raises(NetworkError, match="end the network with flatten"):
        Network.image(4, 4, 1).relu().classes
    with pytest.raises(NetworkError, match="a branch must return the network"):
        Network.input(2).residual(lambda x: Network.input(2))
    with pytest.raises(TypeError, match="units must be an integer, found 2.0"):
        Network.input(2).dense(2.0)
