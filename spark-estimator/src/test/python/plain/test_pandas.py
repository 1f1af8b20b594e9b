"""Functions in Python and pandas beside transform: the same rows with batches as row by row."""

import sys

import pandas as pd
import pytest
from pyspark import cloudpickle
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DoubleType

from data import moons
from secateur import Network, NeuralNetworkClassifier

cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers cannot import the tests
BATCHES = "spark.secateur.batchPrediction"


@F.pandas_udf(DoubleType())
def half(values: pd.Series) -> pd.Series:
    return values / 2


@F.udf(DoubleType())
def double(value):
    return value * 2


@F.pandas_udf(DoubleType())
def mean(values: pd.Series) -> float:
    return values.mean()


@F.pandas_udf(ArrayType(DoubleType()))
def mirrored(points: pd.Series) -> pd.Series:
    return points.map(lambda point: [-x for x in point])


def tops(batches):
    for batch in batches:
        yield pd.DataFrame({"id": batch.id, "top": batch.prediction + 1})


def largest(group: pd.DataFrame) -> pd.DataFrame:
    return group.nlargest(3, "id")[["id", "prediction"]]


@pytest.fixture(scope="module")
def rows(spark):
    return moons(spark).withColumn("id", F.monotonically_increasing_id()).cache()


@pytest.fixture(scope="module")
def model(rows):
    network = Network.input(2).dense(8).relu().dense(2)
    return NeuralNetworkClassifier(network=network, maxIter=3, seed=1).fit(rows)


def read(name, model, rows):
    """The query of a name: transform with functions in Python above, below and around it."""
    if name == "above":
        return model.transform(rows).select("id", half("prediction"), double("prediction"))
    if name == "filter":
        return model.transform(rows).where(half("prediction") > 0.2).select("id", "probability")
    if name == "below":
        turned = rows.withColumn("features", mirrored("features"))
        return model.transform(turned).select("id", "prediction", "rawPrediction")
    if name == "both":
        turned = rows.withColumn("features", mirrored("features")).where(half("id") >= 3)
        return model.transform(turned).select("id", double("prediction"), half("prediction"))
    if name == "mapInPandas":
        return model.transform(rows).mapInPandas(tops, "id long, top double")
    if name == "applyInPandas":
        grouped = model.transform(rows).groupBy("prediction")
        return grouped.applyInPandas(largest, "id long, prediction double")
    if name == "aggregate":
        return model.transform(rows).groupBy("prediction").agg(mean("id"))
    if name == "limit":
        return model.transform(rows).select("id", half("prediction")).orderBy("id").limit(7)
    raise ValueError(name)


@pytest.mark.parametrize(
    "name",
    ["above", "filter", "below", "both", "mapInPandas", "applyInPandas", "aggregate", "limit"],
)
def test_functions_in_python_see_the_same_rows(spark, model, rows, name):
    found = {}
    for batches in ("true", "false"):
        spark.conf.set(BATCHES, batches)
        try:
            frame = read(name, model, rows)
            found[batches] = sorted(map(str, frame.collect()))
            plan = frame._jdf.queryExecution().optimizedPlan().toString()
        finally:
            spark.conf.unset(BATCHES)
        assert ("EvaluateNetwork" in plan) == (batches == "true")
    assert found["true"] == found["false"]
    assert found["true"]
