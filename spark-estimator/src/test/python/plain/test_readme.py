"""The Python in README.md runs, and learns."""

import gzip
import os
import re

from pyspark.ml.linalg import Vectors

from data import accuracy

ROOT = os.path.join(os.path.dirname(__file__), *[".."] * 5)
DIGITS = "examples/src/main/resources/io/github/secateur/examples/digits/digits.csv.gz"


def digits(spark):
    with gzip.open(os.path.join(ROOT, DIGITS), "rt") as lines:
        rows = [[float(value) for value in line.split(",")] for line in lines]
    frame = spark.createDataFrame([(Vectors.dense(row[:-1]), row[-1]) for row in rows], ["features", "label"])
    return frame.repartition(2).randomSplit([0.8, 0.2], seed=1)


def test_the_python_of_the_readme_runs(spark, tmp_path, monkeypatch):
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        blocks = re.findall(r"```python\n(.*?)```", file.read(), re.DOTALL)
    assert len(blocks) == 1
    train, test = digits(spark)
    program = blocks[0].replace("target/digits", str(tmp_path / "digits"))
    names = {"train": train, "test": test}
    exec(program, names)
    assert accuracy(names["model"].transform(test)) > 0.95
