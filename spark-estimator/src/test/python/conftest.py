"""Sessions for the tests. SECATEUR_JAR names the jar; it is on Spark's class path and on Python's."""

import os
import sys

import pytest

JAR = os.path.abspath(os.environ["SECATEUR_JAR"])
sys.path.insert(0, JAR)  # what --py-files does


def pytest_configure(config):
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_PYTHON"] = sys.executable


@pytest.fixture(scope="session")
def jar():
    return JAR


@pytest.fixture(scope="session")
def spark():
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", JAR)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.memory", "1g")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
