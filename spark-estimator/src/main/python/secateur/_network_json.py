"""Reads networks from JSON, through the builder: what was read is as sound as what was written."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Sequence, Tuple

from secateur import _layers
from secateur._fields import LISTS, Field, NetworkError, constants_of, flag, integer
from secateur._layer_types import FIELDS, JOINTS
from secateur.network import Branch, Input, Network

_CHAINS = 1
_GRAPHS = 2


class _Fields:
    """A JSON object whose fields are asked for one by one; what is left over is refused."""

    def __init__(self, path: str, values: Any) -> None:
        self.path = path
        if not isinstance(values, dict):
            raise self.error(f"expected an object, found {values!r}")
        self.values: Dict[str, Any] = values
        self.asked: List[str] = []

    def error(self, message: str) -> "_LocatedError":
        where = f" at {self.path}" if self.path else ""
        return _LocatedError(f"network JSON{where}: {message}")

    def has(self, field: str) -> bool:
        if field not in self.asked:
            self.asked.append(field)
        return field in self.values

    def get(self, field: str) -> Any:
        if not self.has(field):
            raise self.error(f'missing field "{field}"')
        return self.values[field]

    def get_or(self, field: str, default: Any) -> Any:
        return self.get(field) if self.has(field) else default

    def list(self, field: str) -> List[Any]:
        found = self.get(field)
        if not isinstance(found, list):
            raise self.error(f'field "{field}" must be a list, found {found!r}')
        return found

    def string(self, field: str) -> str:
        found = self.get(field)
        if not isinstance(found, str):
            raise self.error(f'field "{field}" must be a string, found {found!r}')
        return found

    def strings(self, field: str) -> List[str]:
        found = self.list(field)
        if not all(isinstance(element, str) for element in found):
            raise self.error(f'field "{field}" must be a list of strings, found {found!r}')
        return found

    def layers(self, field: str) -> List["_Fields"]:
        return self.objects(field, self.list(field))

    def objects(self, field: str, found: List[Any]) -> List["_Fields"]:
        prefix = f"{self.path}.{field}" if self.path else field
        return [_Fields(f"{prefix}[{i}]", element) for i, element in enumerate(found)]

    def branches(self) -> List[List["_Fields"]]:
        result = []
        for i, element in enumerate(self.list("branches")):
            if not isinstance(element, list):
                raise self.error(f'field "branches[{i}]" must be a list of layers, found {element}')
            result.append(self.objects(f"branches[{i}]", element))
        return result

    def check_no_others(self, what: str) -> None:
        for field in self.values:
            if field not in self.asked:
                raise self.error(
                    f'unknown field "{field}"; the fields of {what} are {", ".join(self.asked)}'
                )


class _LocatedError(NetworkError):
    """An error that says where it is."""


def read(text: str) -> Network:
    """Returns the network in a text that holds one JSON object and nothing else."""
    try:
        found = json.loads(text, object_pairs_hook=_no_duplicates)
    except (json.JSONDecodeError, RecursionError) as e:
        raise NetworkError(f"network JSON is not JSON: {e}") from e
    fields = _Fields("", found)
    version = fields.get("version")
    if type(version) is not int:
        raise fields.error(f'field "version" must be an integer below 2^31, found {version!r}')
    if version not in (_CHAINS, _GRAPHS):
        raise fields.error(
            f"version must be {_CHAINS} or {_GRAPHS}, found {version};"
            " use a newer release of Secateur"
        )
    if version == _CHAINS:
        network = Network.inputs(_input("input", fields, "input"))
    else:
        network = _read_inputs(fields)
    layers = fields.layers("layers")
    fields.check_no_others("a network")
    return _read_layers(network, layers, version == _GRAPHS)


def _read_inputs(fields: _Fields) -> Network:
    inputs = []
    for each in fields.layers("inputs"):
        inputs.append(_input(each.string("name"), each, "shape"))
        each.check_no_others("an input")
    try:
        return Network.inputs(*inputs)
    except NetworkError as e:
        raise fields.error(str(e)) from e


def _input(name: str, fields: _Fields, field: str) -> Input:
    try:
        return Input(name, *fields.list(field))
    except _LocatedError:
        raise
    except (NetworkError, TypeError) as e:
        raise fields.error(f'field "{field}": {e}') from e


def _no_duplicates(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise NetworkError("network JSON is not JSON: a field stands twice in an object")
    return fields


def _read_layers(network: Network, layers: List[_Fields], named: bool) -> Network:
    """Adds layers, which may name what they read if this is said; those of branches may not."""
    for layer in layers:
        try:
            network = _read_layer(network, layer, named)
        except _LocatedError:
            raise
        except (NetworkError, TypeError) as e:
            raise layer.error(str(e)) from e
    return network


def _read_layer(network: Network, fields: _Fields, named: bool) -> Network:
    type = fields.get("type")
    name = fields.get_or("name", None)
    frozen = flag('field "frozen"', fields.get_or("frozen", False))
    read = fields.strings("inputs") if named and fields.has("inputs") else []
    if len(read) > 1:
        if type not in JOINTS:
            raise fields.error(
                f'a layer of type "{type}" reads one value, found {len(read)};'
                f' those that read several are {", ".join(JOINTS)}'
            )
        constants = _constants(JOINTS[type], fields)
        fields.check_no_others(type)
        return network._join_named(type, name, frozen, constants, read)
    network = network.fromValue(read[0]) if read else network
    if type == "residual":
        branch = fields.layers("branch")
        shortcut = fields.layers("shortcut") if fields.has("shortcut") else []
        fields.check_no_others(type)
        return network._residual(name, _branch(branch), _branch(shortcut), frozen)
    if type == "gate":
        branch = fields.layers("branch")
        fields.check_no_others(type)
        return network._gate(name, _branch(branch), frozen)
    if type == "concat":
        axis = integer("axis", fields.get("axis")) if fields.has("axis") else None
        branches = [_branch(layers) for layers in fields.branches()]
        fields.check_no_others(type)
        return network._concat(name, axis, branches, frozen)
    if type not in _layers.types():
        raise fields.error(
            f'unknown layer type "{type}"; the types are {", ".join(_layers.types())}'
        )
    constants = _constants(FIELDS[type], fields)
    fields.check_no_others(type)
    return network._add_named(type, name, frozen, constants)


def _branch(layers: List[_Fields]) -> Branch:
    return lambda start: _read_layers(start, layers, False)


def _constants(declared: Sequence[Field], fields: _Fields) -> Dict[str, Any]:
    """Returns the constants of a layer in the order in which they are written."""
    given = {
        field.name: (fields.list if field.kind in LISTS else fields.get)(field.name)
        for field in declared
        if fields.has(field.name)
    }
    return constants_of(declared, given)
