"""The classifier from a Spark Connect client, against a server in a JVM of its own."""

import os
import re
import subprocess
import sys
import time

import pytest
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.evaluation import MulticlassClassificationEvaluator
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from data import accuracy, moons
from secateur import Network, NeuralNetworkClassificationModel, NeuralNetworkClassifier

NETWORK = Network.input(2).dense(16).relu().named("hidden").dense(2)
SECONDS_TO_START = 240


@pytest.fixture(scope="module")
def server(jar, tmp_path_factory):
    """Starts a server on a free port of the loopback interface; returns the address."""
    import pyspark

    home = os.path.dirname(pyspark.__file__)
    log = tmp_path_factory.mktemp("server") / "log"
    command = [
        os.path.join(home, "bin", "spark-submit"),
        *("--master", "local[2]", "--driver-memory", "1g", "--jars", jar),
        *("--conf", "spark.ui.enabled=false", "--conf", "spark.sql.shuffle.partitions=2"),
        *("--conf", "spark.connect.grpc.binding.address=127.0.0.1"),
        *("--conf", "spark.connect.grpc.binding.port=0"),
        *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"),
    ]
    environment = {**os.environ, "SPARK_HOME": home}
    # its own session: spark-submit's JVM and the shell above it end together
    with open(log, "w") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield "sc://127.0.0.1:" + port_in(log, process)
    finally:
        os.killpg(process.pid, 15)
        process.wait(60)


def port_in(log, process):
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"Spark Connect server started at:? \S*?:(\d+)", log.read_text())
        if found:
            return found.group(1)
        time.sleep(0.2)
    raise AssertionError("the server did not start:\n" + log.read_text()[-4000:])


@pytest.fixture(scope="module")
def spark(server):
    session = SparkSession.builder.remote(server).getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def rows(spark):
    return moons(spark)


def classifier(**params):
    chosen = dict(network=NETWORK, maxIter=20, batchSize=32, stepSize=0.02, seed=5)
    return NeuralNetworkClassifier(**{**chosen, **params})


@pytest.fixture(scope="module")
def model(rows):
    return classifier().fit(rows)


def test_fit_and_transform(rows, model):
    assert isinstance(model, NeuralNetworkClassificationModel)
    assert model.numClasses == 2 and model.numFeatures == 2
    assert model.getMaxIter() == 20
    assert accuracy(model.transform(rows)) > 0.9


def test_params_of_every_type_reach_the_server(rows):
    stage = classifier(
        maxIter=2,
        solver="sgd",
        momentum=0.5,
        seed=2**40,
        frozenLayers=["dense_1"],
        folding=False,
        thresholds=[0.5, 0.4],
        validationIndicatorCol="validation",
    )
    assert stage.fit(rows).transform(rows).count() == 200
    plain = NeuralNetworkClassifier(layers=[2, 4, 2], maxIter=1, seed=1).fit(rows)
    assert plain.transform(rows).count() == 200
    with pytest.raises(Exception, match="no layer is named"):
        classifier(frozenLayers=["elsewhere"]).fit(rows)


def test_the_summary(rows, model):
    assert model.hasSummary
    summary = model.summary()
    assert summary.totalIterations == len(summary.objectiveHistory) == 20
    assert summary.objectiveHistory[-1] < summary.objectiveHistory[0]
    assert summary.accuracy == pytest.approx(accuracy(model.transform(rows)))
    assert summary.predictions.count() == 200


def test_save_and_load(rows, model, tmp_path):
    path = str(tmp_path / "model")
    model.save(path)
    loaded = NeuralNetworkClassificationModel.load(path)
    assert loaded.uid == model.uid and loaded.getBatchSize() == 32
    expected = [row.probability for row in model.transform(rows).collect()]
    assert [row.probability for row in loaded.transform(rows).collect()] == expected
    with pytest.raises(Exception):
        model.save(path)
    model.write().overwrite().save(path)

    classifier(maxIter=3).save(str(tmp_path / "classifier"))
    stage = NeuralNetworkClassifier.load(str(tmp_path / "classifier"))
    assert stage.getMaxIter() == 3 and stage.getNetwork() == NETWORK.toJson()
    assert stage.fit(rows).summary().totalIterations == 3


def test_in_a_pipeline(rows, tmp_path):
    table = rows.select(F.col("features")[0].alias("x"), F.col("features")[1].alias("y"), "label")
    stages = [VectorAssembler(inputCols=["x", "y"], outputCol="features"), classifier(maxIter=2)]
    fitted = Pipeline(stages=stages).fit(table)
    expected = [row.prediction for row in fitted.transform(table).collect()]
    fitted.save(str(tmp_path / "fitted"))
    loaded = PipelineModel.load(str(tmp_path / "fitted"))
    assert [row.prediction for row in loaded.transform(table).collect()] == expected


def test_cross_validation(rows):
    stage = classifier(maxIter=5)
    grid = ParamGridBuilder().addGrid(stage.stepSize, [1e-6, 0.02]).build()
    metric = MulticlassClassificationEvaluator(metricName="accuracy")
    fitted = CrossValidator(
        estimator=stage, estimatorParamMaps=grid, evaluator=metric, numFolds=2, seed=1
    ).fit(rows)
    assert fitted.avgMetrics[1] > fitted.avgMetrics[0]


def test_what_connect_cannot_reach_says_so(rows, model):
    with pytest.raises(NotImplementedError, match="weights is not available over Spark Connect"):
        model.weights
    with pytest.raises(NotImplementedError, match="network is not available over Spark Connect"):
        model.network()
    with pytest.raises(NotImplementedError, match="MulticlassClassificationEvaluator"):
        model.evaluate(rows)
    with pytest.raises(NotImplementedError, match="not available over Spark Connect"):
        model.explainBackward()
    with pytest.raises(NotImplementedError, match="not available over Spark Connect"):
        NETWORK.explainBackward()
    with pytest.raises(NotImplementedError, match="toHtml is not available over Spark Connect"):
        model.summary().toHtml()
