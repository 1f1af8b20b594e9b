"""Secateur: a neural-network classifier for Spark ML that prunes its backward pass.

The package is in the jar of the library, so one file brings both sides::

    spark-submit --jars secateur.jar --py-files secateur.jar program.py

or ``--packages`` with the coordinates of the jar. In a running interpreter::

    spark = SparkSession.builder.config("spark.jars", jar).getOrCreate()
    spark.sparkContext.addPyFile(jar)

Import it before pipelines with these stages are loaded: the import tells Spark where the Python
classes are. With Spark Connect the server needs the jar, and the client this package.
"""

import sys as _sys

from secateur import classification as _classification
from secateur.classification import (
    NeuralNetworkClassificationModel,
    NeuralNetworkClassificationSummary,
    NeuralNetworkClassifier,
    NeuralNetworkTrainingSummary,
)
from secateur.network import Layer, Network, NetworkError

# Spark finds the Python class of a Java class by the name of its package, and "io" is another
# module of Python's own: so the name stands in the table of loaded modules.
_sys.modules.setdefault("io.github.secateur.spark", _classification)

__all__ = [
    "Layer",
    "Network",
    "NetworkError",
    "NeuralNetworkClassificationModel",
    "NeuralNetworkClassificationSummary",
    "NeuralNetworkClassifier",
    "NeuralNetworkTrainingSummary",
]
