"""The one place that reaches into the JVM of a Spark session."""

from __future__ import annotations

from typing import Any, Callable, Dict, TypeVar, cast

from pyspark.ml.param import Params
from pyspark.sql import is_remote


_P = TypeVar("_P", bound=Params)


def set_params(stage: _P, set: Callable[..., _P], values: Dict[str, Any]) -> _P:
    """Sets params of a stage; None takes a value back, in Python and in Java.

    Parameters
    ----------
    set : function
        how PySpark sets params; it takes None for a value like any other
    """
    for name, value in values.items():
        if value is None:
            Params.clear(stage, stage.getParam(name))
            java = cast(Any, stage)._java_obj
            if java is not None and not is_remote():
                java.clear(java.getParam(name))
    return set(**{name: value for name, value in values.items() if value is not None})


def refuse_connect(what: str, instead: str = "") -> None:
    """Says that Spark Connect cannot do this, if it is used."""
    if is_remote():
        advice = f"; {instead}" if instead else ""
        raise NotImplementedError(
            f"{what} is not available over Spark Connect, which only reaches what Spark's own"
            f" models have{advice}"
        )


def require(name: str) -> None:
    """Checks that a class of the jar can be had; a Spark Connect server says so by itself."""
    if not is_remote():
        java_class(name)


def java_class(name: str) -> Any:
    """Returns a class of the jar as py4j sees it, or says why it cannot be had.

    Raises
    ------
    RuntimeError
        if there is no Spark session, or Spark runs without the jar
    """
    refuse_connect(name)
    from py4j.java_gateway import JavaClass
    from pyspark import SparkContext

    context = SparkContext._active_spark_context
    if context is None or context._jvm is None:
        raise RuntimeError("there is no Spark session; start one with SparkSession.builder")
    found = context._jvm
    for part in name.split("."):
        found = getattr(found, part)
    if not isinstance(found, JavaClass):
        raise RuntimeError(
            f"{name} is not on Spark's class path; start Spark with --jars and --py-files, both with"
            " the jar of Secateur, or with --packages"
        )
    return found
