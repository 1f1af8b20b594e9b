"""The classifier, its model and its summaries, as Spark ML's own classes in Python.

Each wraps the Java class of the same name in ``io.github.secateur.spark``. Stages name ``secateur``
as their module, which on the Java side has these classes too: so a process that has not imported
this package finds them.
"""

from __future__ import annotations

from typing import Any, Sequence, cast

from pyspark.ml.classification import (
    _ClassificationSummary,
    _JavaProbabilisticClassificationModel,
    _JavaProbabilisticClassifier,
    _TrainingSummary,
)
from pyspark.ml.linalg import Vector
from pyspark.ml.util import HasTrainingSummary, JavaMLReadable, JavaMLWritable
from pyspark.sql import DataFrame, is_remote

from secateur import _jvm
from secateur._classifier_params import NeuralNetworkClassifierParams
from secateur._params import NeuralNetworkParams
from secateur.network import Network

_PACKAGE = "secateur"


class NeuralNetworkClassifier(
    NeuralNetworkClassifierParams,
    _JavaProbabilisticClassifier["NeuralNetworkClassificationModel"],
    JavaMLWritable,
    JavaMLReadable["NeuralNetworkClassifier"],
):
    """Trains a neural network to classify rows, by mini-batches over all partitions of a dataset.

    Features are a vector, dense or sparse; an array of float or double; an array of byte, or
    binary, as unsigned numbers; an image as Spark reads them; or several numeric columns
    (``featuresCols``). Equal numbers give the same result, whatever holds them. Labels are integers from 0, of any numeric type. Every row is checked before training.

    The same dataset, partitioned in the same way, and the same params give the same weights, bit
    for bit, on any number of cores and executors.

    Examples
    --------
    >>> from secateur import Network, NeuralNetworkClassifier
    >>> network = Network.input(2).dense(8).tanh().dense(2)
    >>> xor = spark.createDataFrame(
    ...     [([0.0, 0.0], 0), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], 0)],
    ...     "features array<double>, label int",
    ... )
    >>> classifier = NeuralNetworkClassifier(network=network, solver="l-bfgs", maxIter=100, seed=1)
    >>> model = classifier.fit(xor)
    >>> [int(row.prediction) for row in model.transform(xor).collect()]
    [0, 1, 1, 0]
    """

    __module__ = _PACKAGE  # how Spark goes from the Python class to the Java class, and back

    def _create_model(self, java_model: Any) -> "NeuralNetworkClassificationModel":
        return NeuralNetworkClassificationModel(java_model)


class NeuralNetworkClassificationModel(
    _JavaProbabilisticClassificationModel[Vector],
    NeuralNetworkParams,
    JavaMLWritable,
    JavaMLReadable["NeuralNetworkClassificationModel"],
    HasTrainingSummary["NeuralNetworkTrainingSummary"],
):
    """A trained network, fitted by :class:`NeuralNetworkClassifier`.

    ``transform`` appends up to three columns: ``rawPrediction``, the logits less their mean, which
    leaves their softmax as it is; ``probability``, the softmax; ``prediction``, the class of the
    largest probability, or of the largest probability / threshold if ``thresholds`` are set. A column whose name is empty is left out.
    """

    __module__ = _PACKAGE

    def setFeaturesCols(self, value: Sequence[str]) -> "NeuralNetworkClassificationModel":
        """Sets the names of columns that together hold the features, joined in this order.

        They take the place of the features column; an empty list gives it its place back.
        """
        self._set(featuresCols=None if value is None else list(value))
        return self

    def network(self) -> Network:
        """Returns the network; the layers that were not trained are frozen in it."""
        _jvm.refuse_connect("network")
        return Network.fromJson(cast(Any, self._java_obj).network().toJson())

    @property
    def weights(self) -> Vector:
        """All weights, statistics included, in layer order: for each layer kernel, then bias."""
        _jvm.refuse_connect("weights")
        return cast(Vector, self._call_java("weights"))

    def explainBackward(self, format: str = "text") -> str:
        """Returns the backward plan of the training.

        Parameters
        ----------
        format : str, default "text"
            "text" for a table, "html" for one self-contained page with the graph drawn,
            "fragment" for the same drawing as a <div> that can stand in another page, such as
            the output of a notebook's cell
        """
        _jvm.refuse_connect("explainBackward")
        return str(self._call_java("explainBackward", format))

    def summary(self) -> "NeuralNetworkTrainingSummary":  # type: ignore[override]
        """Returns the course of the training, and the model's metrics on the training rows.

        Raises
        ------
        RuntimeError
            if there is none; see :attr:`hasSummary`
        """
        if not self.hasSummary:
            raise RuntimeError("this model has no training summary; only a fitted one has")
        found = cast(Any, super().summary)
        if isinstance(found, NeuralNetworkTrainingSummary):  # Spark 4.1 and later make it
            return found
        return NeuralNetworkTrainingSummary(found)

    @property
    def _summaryCls(self) -> type:
        return NeuralNetworkTrainingSummary

    def _summary_dataset(self, train_dataset: DataFrame) -> DataFrame:
        return train_dataset

    def evaluate(self, dataset: DataFrame) -> "NeuralNetworkClassificationSummary":
        """Measures the model on a dataset with labels.

        Parameters
        ----------
        dataset : DataFrame
            must have the label column, and the weight column if one is set

        Raises
        ------
        NotImplementedError
            over Spark Connect; there, use ``MulticlassClassificationEvaluator`` on ``transform``
        """
        if not isinstance(dataset, DataFrame):
            raise TypeError(f"dataset must be a DataFrame, found {type(dataset)}")
        _jvm.refuse_connect(
            "evaluate", "use MulticlassClassificationEvaluator on what transform returns"
        )
        return NeuralNetworkClassificationSummary(self._call_java("evaluate", dataset))


class NeuralNetworkClassificationSummary(_ClassificationSummary):
    """How well a model does on a dataset: accuracy; precision, recall and F-measure by label."""

    __module__ = _PACKAGE


class NeuralNetworkTrainingSummary(NeuralNetworkClassificationSummary, _TrainingSummary):
    """The course of a training, and how well the model does on the rows it was trained on."""

    __module__ = _PACKAGE

    def epochs(self) -> DataFrame:
        """Returns the history as a table to look at or to plot: a row for each epoch, in order.

        The columns are ``epoch``, ``loss``, ``validationLoss``, ``validationAccuracy``,
        ``learningRate``, ``seconds``, ``rowsPerSecond`` and more; without validation rows, those
        of the validation are null.
        """
        _jvm.refuse_connect("epochs", "use objectiveHistory for the losses")
        return cast(DataFrame, self._call_java("epochs"))

    def toHtml(self) -> str:
        """Returns the course of the training as one self-contained HTML page.

        It has curves of loss and accuracy, time, all numbers, and the backward plan; no script,
        nothing loaded from elsewhere. Starts no job. In a notebook: ``displayHTML(...)`` or
        ``IPython.display.HTML(...)``.
        """
        _jvm.refuse_connect("toHtml")
        return str(self._call_java("toHtml"))
