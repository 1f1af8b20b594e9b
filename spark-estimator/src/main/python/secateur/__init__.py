"""Secateur: a neural-network classifier for Spark ML that prunes its backward pass.

The package is in the jar of the library, so one file brings both sides::

    spark-submit --jars secateur.jar --py-files secateur.jar program.py

or ``--packages`` with the coordinates of the jar. In a running interpreter::

    spark = SparkSession.builder.config("spark.jars", jar).getOrCreate()
    spark.sparkContext.addPyFile(jar)

Saved pipelines with these stages load without an import of this package. With Spark Connect the
server needs the jar, and the client this package.
"""

import sys as _sys

from secateur import classification as _classification
from secateur.classification import (
    NeuralNetworkClassificationModel,
    NeuralNetworkClassificationSummary,
    NeuralNetworkClassifier,
    NeuralNetworkTrainingSummary,
)
from secateur.network import Input, Layer, Network, NetworkError

# Spark finds the Python class of a Java class by the name of its package. What was loaded has the
# name of this one; a Java object that a program made itself has another, which cannot be imported,
# since "io" is a module of Python's own: so it stands in the table of loaded modules.
_sys.modules.setdefault("io.github.secateur.spark", _classification)

__all__ = [
    "Input",
    "Layer",
    "Network",
    "NetworkError",
    "NeuralNetworkClassificationModel",
    "NeuralNetworkClassificationSummary",
    "NeuralNetworkClassifier",
    "NeuralNetworkTrainingSummary",
]
