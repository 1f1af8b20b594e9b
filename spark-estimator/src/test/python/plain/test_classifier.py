"""The classifier and its model in a plain Spark session."""

import inspect
import os
import subprocess
import sys

import pytest
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import OneVsRest
from pyspark.ml.evaluation import MulticlassClassificationEvaluator
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.linalg import Vectors
from pyspark.ml.tuning import CrossValidator, CrossValidatorModel, ParamGridBuilder
from pyspark.sql import functions as F

from data import accuracy, moons
from secateur import (
    _jvm,
    Network,
    NetworkError,
    NeuralNetworkClassificationModel,
    NeuralNetworkClassifier,
    NeuralNetworkTrainingSummary,
)

WORDED_BY_PYSPARK = {
    "featuresCol",
    "labelCol",
    "predictionCol",
    "probabilityCol",
    "rawPredictionCol",
    "thresholds",
}
NETWORK = Network.input(2).dense(16).relu().named("hidden").dense(2)


def classifier(**params):
    chosen = dict(network=NETWORK, maxIter=30, batchSize=32, stepSize=0.02, seed=5)
    return NeuralNetworkClassifier(**{**chosen, **params})


@pytest.fixture(scope="module")
def rows(spark):
    return moons(spark)


@pytest.fixture(scope="module")
def model(rows):
    return classifier().fit(rows)


def test_it_learns(rows, model):
    assert accuracy(model.transform(rows)) > 0.95


def test_params_and_defaults_are_those_of_java(spark):
    python = NeuralNetworkClassifier()
    java = python._java_obj
    assert {p.name for p in python.params} == {p.name() for p in java.params()}
    for param in python.params:
        peer = java.getParam(param.name)
        assert python.hasDefault(param) == java.hasDefault(peer), param.name
        if param.name not in WORDED_BY_PYSPARK:
            assert param.doc == peer.doc()
        if python.hasDefault(param):
            found, value = python.getOrDefault(param), java.getDefault(peer).get()
            assert found == (list(value) if isinstance(found, list) else value), param.name


def test_every_param_has_getter_setter_and_documentation():
    stage = NeuralNetworkClassifier
    arguments = inspect.signature(stage.__init__).parameters
    for param in NeuralNetworkClassifier().params:
        suffix = param.name[0].upper() + param.name[1:]
        for method in ("get" + suffix, "set" + suffix):
            assert inspect.getdoc(getattr(stage, method)), method
        assert param.name in arguments and param.name in stage.__init__.__doc__


def test_setters_return_the_classifier_and_java_gets_the_values(rows):
    stage = (
        NeuralNetworkClassifier()
        .setNetwork(NETWORK.toJson())
        .setMaxIter(2)
        .setBatchSize(50)
        .setSeed(2**40)
        .setFrozenLayers(["hidden", "dense_1"])
        .setThresholds([0.5, 0.4])
        .setValidationIndicatorCol("validation")
    )
    assert stage.getNetwork() == NETWORK.toJson() and stage.getFrozenLayers() == ["hidden", "dense_1"]
    model = stage.fit(rows)
    assert model.getSeed() == 2**40 and model.getThresholds() == [0.5, 0.4]
    assert model.network() == NETWORK.withFrozen(["hidden", "dense_1"])
    assert model.getValidationIndicatorCol() == "validation"


def test_layers_make_the_same_network_as_in_java(rows):
    model = NeuralNetworkClassifier(layers=[2, 5, 2], activation="tanh", maxIter=1).fit(rows)
    assert model.network() == Network.mlp([2, 5, 2], "tanh")


def test_wrong_values_say_so(rows):
    with pytest.raises(Exception, match="parameter maxIter given invalid value -1"):
        classifier(maxIter=-1).fit(rows)
    with pytest.raises(NetworkError, match="network JSON is not JSON"):
        NeuralNetworkClassifier(network="{")
    with pytest.raises(TypeError):
        NeuralNetworkClassifier(maxIter="many")
    with pytest.raises(Exception, match="a network is required; call setNetwork"):
        NeuralNetworkClassifier().fit(rows)


def test_none_is_as_if_not_given(rows):
    names = [param.name for param in NeuralNetworkClassifier().params]
    nothing = {name: None for name in names}

    def assert_nothing_is_set(stage):
        defaults = NeuralNetworkClassifier()
        java = stage._java_obj
        for name in names:
            param = stage.getParam(name)
            assert not stage.isSet(param) and not java.isSet(java.getParam(name)), name
            assert stage.isDefined(param) == defaults.isDefined(defaults.getParam(name)), name

    assert_nothing_is_set(NeuralNetworkClassifier(**nothing))
    stage = classifier(layers=[2, 2], featuresCols=["x"], thresholds=[0.5, 0.5])
    stage._transfer_params_to_java()
    assert_nothing_is_set(stage.copy({stage.getParam(name): None for name in names}))
    assert stage.getNetwork() == NETWORK.toJson()
    assert_nothing_is_set(stage.setParams(**nothing))
    stage = classifier(layers=[2, 2], maxIter=1)
    for name in names:
        getattr(stage, "set" + name[0].upper() + name[1:])(None)
    assert_nothing_is_set(stage)

    both = classifier(layers=[2, 3, 2], maxIter=1)
    assert both.fit(rows, {both.network: None}).network() == Network.mlp([2, 3, 2])
    assert classifier(layers=None, maxIter=1).fit(rows).network() == NETWORK
    model = both.setParams(network=None).fit(rows)
    assert model.setFeaturesCols(["x", "y"]).setFeaturesCols(None).getFeaturesCols() == []
    assert model.transform(rows).count() == rows.count()


def test_the_same_seed_gives_the_same_bits(rows, model):
    again = classifier().fit(rows)
    assert list(again.weights) == list(model.weights)
    assert len(model.weights) == NETWORK.parameterCount


def test_the_model_tells_what_it_is(model):
    assert model.numClasses == 2 and model.numFeatures == 2
    assert model.network() == NETWORK
    assert "weight gradient only" in model.explainBackward()
    assert model.explainBackward("html").startswith("<!DOCTYPE html>")
    assert "weight gradient only" in NETWORK.explainBackward()
    raw = model.predictRaw(Vectors.dense(0.5, 0.5))
    assert len(raw) == 2 and model.predict(Vectors.dense(0.5, 0.5)) in (0.0, 1.0)
    assert abs(sum(model.predictProbability(Vectors.dense(0.5, 0.5))) - 1) < 1e-12


def test_the_summary(rows, model):
    assert model.hasSummary
    summary = model.summary()
    assert isinstance(summary, NeuralNetworkTrainingSummary)
    assert len(summary.objectiveHistory) == summary.totalIterations == 30
    assert summary.objectiveHistory[-1] < summary.objectiveHistory[0]
    assert summary.accuracy == pytest.approx(accuracy(model.transform(rows)))
    assert summary.predictions.count() == 200
    assert [row.loss for row in summary.epochs().collect()] == summary.objectiveHistory
    assert "<svg" in summary.toHtml() and "Ended after 30 epochs" in summary.toHtml()
    measured = model.evaluate(rows.limit(50))
    assert measured.predictions.count() == 50 and len(measured.precisionByLabel) == 2


def test_persistence_goes_both_ways(spark, rows, model, tmp_path):
    model.write().overwrite().save(str(tmp_path / "model"))
    loaded = NeuralNetworkClassificationModel.load(str(tmp_path / "model"))
    assert list(loaded.weights) == list(model.weights) and loaded.uid == model.uid
    assert loaded.getMaxIter() == 30 and loaded.transform(rows).count() == 200

    java = spark._jvm.io.github.secateur.spark
    by_java = java.NeuralNetworkClassificationModel.load(str(tmp_path / "model"))
    assert by_java.getBatchSize() == 32
    by_java.save(str(tmp_path / "by-java"))
    again = NeuralNetworkClassificationModel.load(str(tmp_path / "by-java"))
    assert list(again.weights) == list(model.weights)

    classifier(solver="sgd", momentum=0.5).save(str(tmp_path / "classifier"))
    stage = NeuralNetworkClassifier.load(str(tmp_path / "classifier"))
    assert stage.getSolver() == "sgd" and stage.getMomentum() == 0.5 and stage.isSet(stage.network)
    assert not stage.isSet(stage.layers) and stage.getStepSize() == 0.02
    by_java = java.NeuralNetworkClassifier.load(str(tmp_path / "classifier"))
    assert by_java.getOrDefault(by_java.getParam("solver")) == "sgd"
    assert by_java.getNetwork() == NETWORK.toJson()


def test_in_a_pipeline(spark, rows, tmp_path):
    table = rows.select(F.col("features")[0].alias("x"), F.col("features")[1].alias("y"), "label")
    stages = [VectorAssembler(inputCols=["x", "y"], outputCol="features"), classifier(maxIter=2)]
    Pipeline(stages=stages).save(str(tmp_path / "pipeline"))
    fitted = Pipeline.load(str(tmp_path / "pipeline")).fit(table)
    fitted.save(str(tmp_path / "fitted"))
    loaded = PipelineModel.load(str(tmp_path / "fitted"))
    assert isinstance(loaded.stages[1], NeuralNetworkClassificationModel)
    expected = [r.prediction for r in fitted.transform(table).collect()]
    assert [r.prediction for r in loaded.transform(table).collect()] == expected
    assert spark._jvm.org.apache.spark.ml.PipelineModel.load(str(tmp_path / "fitted"))


def test_cross_validation(rows, tmp_path):
    stage = classifier(maxIter=5)
    grid = ParamGridBuilder().addGrid(stage.stepSize, [1e-6, 0.02]).build()
    metric = MulticlassClassificationEvaluator(metricName="accuracy")
    validator = CrossValidator(
        estimator=stage, estimatorParamMaps=grid, evaluator=metric, numFolds=2, parallelism=2, seed=1
    )
    fitted = validator.fit(rows)
    assert fitted.avgMetrics[1] > fitted.avgMetrics[0]
    assert fitted.bestModel.getStepSize() == 0.02
    fitted.save(str(tmp_path / "validated"))
    assert CrossValidatorModel.load(str(tmp_path / "validated")).bestModel.getStepSize() == 0.02


def test_one_vs_rest(rows):
    vectors = VectorAssembler(inputCols=["x", "y"], outputCol="features").transform(
        rows.select(F.col("features")[0].alias("x"), F.col("features")[1].alias("y"), "label")
    )
    fitted = OneVsRest(classifier=classifier(maxIter=10)).fit(vectors)
    assert accuracy(fitted.transform(vectors)) > 0.8


def test_copies_are_apart(rows):
    stage = classifier()
    copy = stage.copy({stage.maxIter: 1})
    assert copy.getMaxIter() == 1 and stage.getMaxIter() == 30 and copy.uid == stage.uid
    assert copy.fit(rows).summary().totalIterations == 1


def test_without_session_or_jar_the_error_says_what_to_do(spark, jar):
    with pytest.raises(RuntimeError, match="--jars and --py-files"):
        _jvm.java_class("io.github.secateur.spark.OfAnotherJar")
    program = "from secateur import NeuralNetworkClassifier; NeuralNetworkClassifier()"
    found = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": jar},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "RuntimeError: there is no Spark session; start one with" in found.stderr


def test_several_columns_and_bytes_give_what_vectors_give(rows):
    table = rows.withColumn("x", F.col("features")[0]).withColumn("y", F.col("features")[1])
    expected = classifier(maxIter=2).fit(table)
    several = classifier(maxIter=2, featuresCols=["x", "y"]).fit(table)
    assert several.weights == expected.weights
    predicted = [r.prediction for r in expected.transform(table).collect()]
    assert [r.prediction for r in several.transform(table).collect()] == predicted
    several.setFeaturesCols([])
    assert [r.prediction for r in several.transform(table).collect()] == predicted
    pixels = table.withColumn("features", F.transform("features", lambda v: F.round(v * 50 + 80)))
    signed = F.transform("features", lambda v: F.when(v > 127, v - 256).otherwise(v).cast("byte"))
    read = classifier(maxIter=2).fit(pixels)
    assert classifier(maxIter=2).fit(pixels.withColumn("features", signed)).weights == read.weights
    longs = pixels.withColumn("features", F.col("features").cast("array<bigint>"))
    assert classifier(maxIter=2).fit(longs).weights == read.weights


def test_columns_of_several_types_are_joined(rows):
    table = rows.withColumn("x", F.array(F.col("features")[0])).withColumn("y", F.col("features")[1])
    expected = classifier(maxIter=2).fit(table)
    joined = classifier(maxIter=2, featuresCols=["x", "y"]).fit(table)
    assert joined.weights == expected.weights
    predicted = [r.prediction for r in expected.transform(table).collect()]
    assert [r.prediction for r in joined.transform(table).collect()] == predicted


def test_options_of_loss_and_solver_arrive(rows):
    plain = classifier(maxIter=2).fit(rows).weights
    for params in [
        dict(classWeights=[1.0, 3.0]),
        dict(labelSmoothing=0.1),
        dict(gradientClipNorm=0.01),
        dict(solver="sgd", nesterov=True),
        dict(learningRateSchedule="step", stepEpochs=1, dropFactor=0.5),
    ]:
        assert classifier(maxIter=2, **params).fit(rows).weights != plain
