"""MLflow logs the model, loads it in a process that imports nothing of ours, and applies it."""

import json
import os
import subprocess
import sys

import mlflow
import mlflow.pyspark.ml
import pytest
from pyspark.ml import Pipeline
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import functions as F

from data import moons
from secateur import NeuralNetworkClassifier

PROGRAM = '''
import json, os, sys
import mlflow
from pyspark.sql import SparkSession
from pyspark.sql.functions import struct

folder, uri = sys.argv[1:]
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
table = spark.read.parquet(os.path.join(folder, "table"))
loaded = mlflow.spark.load_model(uri)
found = {"spark": [row.prediction for row in loaded.transform(table).orderBy("id").collect()]}
pandas = table.orderBy("id").select("x", "y").toPandas()
found["pyfunc"] = list(mlflow.pyfunc.load_model(uri).predict(pandas))
udf = mlflow.pyfunc.spark_udf(spark, uri, result_type="double", env_manager="local")
few = table.orderBy("id").limit(5).coalesce(1)  # each worker starts a Spark of its own
found["udf"] = [row[0] for row in few.select(udf(struct("x", "y"))).collect()]
print("found " + json.dumps(found))
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mlflow")


@pytest.fixture(scope="module")
def table(spark, folder):
    path = str(folder / "table")
    features = F.col("features")
    rows = moons(spark, 40, 1).withColumn("x", features[0]).withColumn("y", features[1])
    rows.drop("features").withColumn("id", F.monotonically_increasing_id()).write.parquet(path)
    return spark.read.parquet(path)


@pytest.fixture(autouse=True)
def tracking(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri((tmp_path / "runs").as_uri())
    mlflow.set_experiment("secateur")


def pipeline():
    return Pipeline(
        stages=[
            VectorAssembler(inputCols=["x", "y"], outputCol="features"),
            NeuralNetworkClassifier(layers=[2, 4, 2], maxIter=2, seed=3),
        ]
    )


def predictions(model, table):
    return [row.prediction for row in model.transform(table).orderBy("id").collect()]


def test_a_logged_model_loads_and_predicts_in_a_fresh_process(table, folder, jar, tmp_path):
    model = pipeline().fit(table)
    with mlflow.start_run():
        uri = mlflow.spark.log_model(
            model, "model", dfs_tmpdir=str(tmp_path / "dfs"), pip_requirements=["pyspark"]
        ).model_uri
    expected = predictions(model, table)
    assert predictions(mlflow.spark.load_model(uri), table) == expected

    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    ended = subprocess.run(
        [sys.executable, str(program), str(folder), uri],
        env={
            **os.environ,
            "PYTHONPATH": jar,
            # read by workers too, where spark_udf starts Spark
            "PYSPARK_SUBMIT_ARGS": f"--jars {jar} --driver-memory 1g pyspark-shell",
            "MLFLOW_TRACKING_URI": mlflow.get_tracking_uri(),
            "MLFLOW_DFS_TMP": str(tmp_path / "dfs"),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    lines = [line for line in ended.stdout.splitlines() if line.startswith("found ")]
    assert lines, ended.stdout + ended.stderr
    found = json.loads(lines[0][len("found ") :])
    assert found == {"spark": expected, "pyfunc": expected, "udf": expected[:5]}


def test_autolog_logs_params_and_the_model_that_its_list_names(spark, table, tmp_path, monkeypatch):
    names = tmp_path / "models.txt"
    names.write_text("pyspark.ml.*\nsecateur.*\n")
    monkeypatch.setenv("MLFLOW_DFS_TMP", str(tmp_path / "dfs"))
    setting = "spark.mlflow.pysparkml.autolog.logModelAllowlistFile"
    spark.sparkContext._conf.set(setting, str(names))
    mlflow.pyspark.ml.autolog()
    try:
        with mlflow.start_run() as run:
            model = pipeline().fit(table)
    finally:
        mlflow.pyspark.ml.autolog(disable=True)
    logged = mlflow.get_run(run.info.run_id)
    assert logged.data.params["NeuralNetworkClassifier.maxIter"] == "2"
    found = mlflow.spark.load_model(f"runs:/{run.info.run_id}/model")
    assert predictions(found, table) == predictions(model, table)
