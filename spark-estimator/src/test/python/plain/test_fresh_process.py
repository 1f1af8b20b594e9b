"""What was saved loads in a process that has the jar on both paths and imports nothing of it."""

import json
import os
import subprocess
import sys

from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import OneVsRest
from pyspark.ml.evaluation import MulticlassClassificationEvaluator
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder
from pyspark.sql import functions as F

from data import moons
from secateur import Network, NeuralNetworkClassifier

# a stage in Python makes PySpark save and load the whole pipeline in Python, by other ways
PYTHON_STAGE = '''
from pyspark.ml import Transformer
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable


class Unchanged(Transformer, DefaultParamsReadable, DefaultParamsWritable):
    def _transform(self, dataset):
        return dataset
'''

PROGRAM = '''
import json, os, sys
from pyspark.sql import SparkSession
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import OneVsRestModel
from pyspark.ml.tuning import CrossValidator, CrossValidatorModel

jar, folder = sys.argv[1:]
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.jars", jar)
    .config("spark.ui.enabled", "false")
    .config("spark.sql.shuffle.partitions", "2")
    .getOrCreate()
)
table = spark.read.parquet(os.path.join(folder, "table"))
found = {}
for name in sorted(os.listdir(os.path.join(folder, "saved"))):
    loaded = globals()[name.split("-")[0]].load(os.path.join(folder, "saved", name))
    if hasattr(loaded, "transform"):
        rows = loaded.transform(table).orderBy("id").collect()
        found[name] = [row.prediction for row in rows]
    else:
        found[name] = repr(loaded.getStages() if hasattr(loaded, "getStages") else loaded.getEstimator())
print("found " + json.dumps(found))
'''


def test_every_holder_of_our_stages_loads_without_an_import(spark, jar, tmp_path, monkeypatch):
    (tmp_path / "unchanged.py").write_text(PYTHON_STAGE)
    (tmp_path / "program.py").write_text(PROGRAM)
    monkeypatch.syspath_prepend(str(tmp_path))
    from unchanged import Unchanged

    features = F.col("features")
    rows = moons(spark, 40, 1).withColumn("x", features[0]).withColumn("y", features[1])
    table = rows.drop("features").withColumn("id", F.monotonically_increasing_id())
    table.write.parquet(str(tmp_path / "table"))
    table = spark.read.parquet(str(tmp_path / "table"))
    expected = {}

    def save(name, model):
        model.save(str(tmp_path / "saved" / name))
        expected[name] = [r.prediction for r in model.transform(table).orderBy("id").collect()]

    assembler = VectorAssembler(inputCols=["x", "y"], outputCol="features")
    classifier = NeuralNetworkClassifier(layers=[2, 4, 2], maxIter=2, seed=3)
    several = OneVsRest(classifier=classifier)
    stages = {
        "java": [assembler, classifier],
        "python": [assembler, Unchanged(), classifier],
        "oneVsRest": [assembler, several],
        "oneVsRestInPython": [assembler, Unchanged(), several],
    }
    for name in stages:
        save("PipelineModel-" + name, Pipeline(stages=stages[name]).fit(table))
    for language in ("java", "python"):
        pipeline = Pipeline(stages=stages[language])
        validator = CrossValidator(
            estimator=pipeline,
            estimatorParamMaps=ParamGridBuilder().addGrid(classifier.stepSize, [0.01]).build(),
            evaluator=MulticlassClassificationEvaluator(),
            numFolds=2,
        )
        save("CrossValidatorModel-" + language, validator.fit(table))
        for estimator, text in ((pipeline, pipeline.getStages()), (validator, pipeline)):
            name = f"{type(estimator).__name__}-{language}"
            estimator.save(str(tmp_path / "saved" / name))
            expected[name] = repr(text)

    # made, fitted and saved on the Java side alone
    java = spark._jvm.io.github.secateur.spark.NeuralNetworkClassifier("by-java")
    java.setNetwork(Network.input(2).dense(2).toJson())
    made = spark._sc._gateway.new_array(spark._jvm.org.apache.spark.ml.PipelineStage, 2)
    made[0], made[1] = assembler._to_java(), java
    by_java = spark._jvm.org.apache.spark.ml.Pipeline().setStages(made).fit(table._jdf)
    save("PipelineModel-byJava", PipelineModel._from_java(by_java))

    ended = subprocess.run(
        [sys.executable, str(tmp_path / "program.py"), jar, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([jar, str(tmp_path)])},
        capture_output=True,
        text=True,
        timeout=300,
    )
    found = [line for line in ended.stdout.splitlines() if line.startswith("found ")]
    assert found, ended.stdout + ended.stderr
    assert json.loads(found[0][len("found ") :]) == expected
