"""The builder: builder.json and networks.txt are read by the Java tests too."""

import inspect
import json
import os
import re

import pytest

from secateur import Input, Network, NetworkError

ROOT = os.path.join(os.path.dirname(__file__), *[".."] * 5)
VECTORS = os.path.join(os.path.dirname(__file__), "..", "..", "resources", "io", "github", "secateur", "nn")

with open(os.path.join(VECTORS, "builder.json"), encoding="utf-8") as file:
    BUILDER = json.load(file)

NAMES_HERE = {"from": "fromValue"}  # a keyword of Python


def build(vector):
    method, *args = vector["start"]
    if method == "inputs":
        args = [Input(name, *dimensions) for name, *dimensions in args]
    return run(getattr(Network, method)(*args), vector["calls"])


def run(network, calls):
    for method, args, *options in calls:
        if method in ("residual", "concat", "gate") and not isinstance(args[0], str):
            args = [lambda start, inner=inner: run(start, inner) for inner in args]
        network = getattr(network, NAMES_HERE.get(method, method))(*args, **(options[0] if options else {}))
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


def test_the_python_of_the_page_on_layers_builds_the_network_of_the_file():
    with open(os.path.join(ROOT, "docs", "layers.md"), encoding="utf-8") as file:
        blocks = re.findall(r"```python\n(.*?)```", file.read(), re.DOTALL)
    assert len(blocks) == 1
    names = {}
    exec(blocks[0], names)
    vector = next(vector for vector in BUILDER if vector["name"] == "the network of the page on layers")
    assert names["network"].toJson() == vector["json"]


def test_every_method_of_the_builder_is_in_the_file():
    used = {v["start"][0] for v in BUILDER} | {c[0] for v in BUILDER for c in v["calls"]}
    used = {NAMES_HERE.get(method, method) for method in used}
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
    assert len(lines) == 120
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


def test_a_network_of_several_inputs_knows_its_sizes():
    start = Network.inputs(Input("image", 8, 8, 3), Input("table", 12))
    assert start.inputShape == (204,) and start.inputSize == 204
    assert start.inputShapes == {"image": (8, 8, 3), "table": (12,)}
    assert start.outputShape == (8, 8, 3) and start.fromValue("table").outputShape == (12,)
    network = start.globalAvgPool2d().named("seen").fromValue("table").dense(3).multiply("seen").dense(2)
    assert network.classes == 2 and network.parameterCount == (12 * 3 + 3) + (3 * 2 + 2)
    assert network.layers[2].inputs == ("dense_1", "seen") and network.layers[3].inputs == ()
    assert Network.image(4, 4, 1).inputShapes == {"input": (4, 4, 1)}
    with pytest.raises(NetworkError, match='goes on from "table" and ends there'):
        network.fromValue("table").classes
    with pytest.raises(TypeError, match=r"an input is made like .* found \('table', 12\)"):
        Network.inputs(("table", 12))
    with pytest.raises(TypeError, match="either branches or named values"):
        network.concat("seen", lambda x: x)


def test_an_input_is_its_name_and_shape():
    assert Input("table", 12) == Input("table", 12) != Input("table", 13)
    assert len({Input("table", 12), Input("table", 12), Input("a", 12)}) == 2
    assert repr(Input("image", 8, 8, 3)) == "Input('image', 8, 8, 3)"


def test_the_table_says_what_layers_read():
    network = Network.inputs(Input("a", 4), Input("b", 4)).dense(4).frozen().fromValue("b").dense(4)
    table = """
layer    type                output  parameters
───────────────────────────────────────────────
a                            4
b                            4
dense_1  dense of a, frozen  4               20
dense_2  dense of b          4               20
total: 40 parameters, of which 20 trainable"""
    assert repr(network) == table[1:]


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


def inputs_of_b(b):
    return f'{{"version":2,"inputs":[{{"name":"a","shape":[2]}},{b}],"layers":[]}}'


def layer_of_a_b(layer, shape_of_b=2):
    inputs = inputs_of_b(f'{{"name":"b","shape":[{shape_of_b}]}}')
    return inputs.replace('"layers":[]', f'"layers":[{layer}]')


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "network JSON is not JSON"),
        ("[1]", "network JSON: expected an object, found [1]"),
        ('{"version":3,"input":[2],"layers":[]}', "version must be 1 or 2, found 3"),
        ('{"version":1,"version":1}', "network JSON is not JSON: a field stands twice"),
        ('{"version":1,"input":[2],"layers":[],"x":1}', 'unknown field "x"'),
        ('{"version":1,"input":[0],"layers":[]}', 'field "input": a shape needs'),
        ('{"version":1,"input":[2],"layers":[{"type":"softer"}]}', 'at layers[0]: unknown layer type "softer"'),
        (
            '{"version":1,"input":[2],"layers":[{"type":"residual","branch":[{"type":"dense"}]}]}',
            'at layers[0].branch[0]: missing field "units"',
        ),
        ('{"version":1,"input":[2],"layers":[{"type":"dense","units":2.5}]}', "must be an integer"),
        ('{"version":2,"input":[2],"layers":[]}', 'network JSON: missing field "inputs"'),
        ('{"version":1,"input":[2],"layers":[{"type":"relu","inputs":["input"]}]}', 'unknown field "inputs"'),
        (inputs_of_b('{"name":"b"}'), 'network JSON at inputs[1]: missing field "shape"'),
        (inputs_of_b('{"name":"b","shape":[0]}'), 'at inputs[1]: field "shape": a shape needs'),
        (inputs_of_b('{"name":7,"shape":[2]}'), 'at inputs[1]: field "name" must be a string, found 7'),
        (
            inputs_of_b('{"name":"b","shape":[2],"x":1}'),
            'network JSON at inputs[1]: unknown field "x"; the fields of an input are name, shape',
        ),
        (
            inputs_of_b('{"name":"a","shape":[2]}'),
            'network JSON: layer names must be unique, found "a" twice; give one of them another name',
        ),
        ('{"version":2,"inputs":[],"layers":[]}', "network JSON: a network needs at least one input, found none"),
        (
            layer_of_a_b('{"type":"relu","inputs":["a","b"]}'),
            'at layers[0]: a layer of type "relu" reads one value, found 2;'
            " those that read several are concat, add, subtract, multiply, divide, maximum, minimum",
        ),
        (
            layer_of_a_b('{"type":"relu","inputs":["c"]}'),
            'at layers[0]: no value is named "c"; the inputs and layers are a, b',
        ),
        (layer_of_a_b('{"type":"add","inputs":["a"]}'), 'at layers[0]: unknown layer type "add"; the types are scale'),
        (layer_of_a_b('{"type":"concat","inputs":["a","b"]}'), 'at layers[0]: missing field "axis"'),
        (layer_of_a_b('{"type":"add","inputs":["a",1]}'), 'field "inputs" must be a list of strings'),
        (
            layer_of_a_b('{"type":"multiply","inputs":["a","b","a"]}'),
            'at layers[0]: layer "multiply_1" (multiply) expects 2 values, found 3',
        ),
        (
            layer_of_a_b('{"type":"add","inputs":["a","b","a"]}', 1),
            'at layers[0]: layer "add_1" (add) expects branches of equal shape 2, found shape 1',
        ),
        (
            layer_of_a_b('{"type":"gate","branch":[{"type":"relu","inputs":["a"]}]}'),
            'at layers[0].branch[0]: unknown field "inputs"; the fields of relu are type, name, frozen',
        ),
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
