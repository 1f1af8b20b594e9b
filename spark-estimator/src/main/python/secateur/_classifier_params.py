"""The constructor and the setters of the classifier.

Written from the Java params, and compared with them by PythonParamsTest. To write it:
    mvn -B -q -o test -pl spark-estimator -Dtest=PythonParamsTest -Dsecateur.python.write=true
"""

from __future__ import annotations

from typing import Any, Optional, Sequence, TypeVar, Union, cast

from pyspark import keyword_only
from pyspark.ml.param import Param, Params
from pyspark.ml.wrapper import JavaParams

from secateur import _jvm
from secateur._params import NeuralNetworkParams
from secateur.network import Network

_C = TypeVar("_C", bound="NeuralNetworkClassifierParams")


def _to_network_json(value: Union[Network, str]) -> str:
    network = value if isinstance(value, Network) else Network.fromJson(value)
    return network.toJson()


class NeuralNetworkClassifierParams(NeuralNetworkParams, JavaParams):
    """What the classifier has beside the params of its models: network, and setters."""

    network: Param[str] = Param(
        Params._dummy(),
        "network",
        "the network, as JSON. Excludes layers",
        typeConverter=_to_network_json,
    )

    @keyword_only
    def __init__(
        self,
        *,
        network: Optional[Union[Network, str]] = None,
        maxIter: int = 20,
        batchSize: int = 256,
        stepSize: float = 0.001,
        solver: str = "adam",
        validationIndicatorCol: Optional[str] = None,
        layers: Optional[Sequence[int]] = None,
        activation: str = "relu",
        frozenLayers: Sequence[str] = (),
        initialModelPath: Optional[str] = None,
        seed: int = 1536436594,
        featuresCol: str = "features",
        featuresCols: Sequence[str] = (),
        labelCol: str = "label",
        weightCol: Optional[str] = None,
        predictionCol: str = "prediction",
        probabilityCol: str = "probability",
        rawPredictionCol: str = "rawPrediction",
        thresholds: Optional[Sequence[float]] = None,
        patience: int = 5,
        validationMetric: str = "loss",
        minDelta: float = 0.0,
        tol: float = 1e-6,
        checkpointDir: Optional[str] = None,
        checkpointInterval: int = 10,
        learningRateSchedule: str = "constant",
        regParam: float = 0.0,
        gradientClipNorm: float = 0.0,
        labelSmoothing: float = 0.0,
        classWeighting: str = "none",
        classWeights: Sequence[float] = [],
        momentum: float = 0.9,
        nesterov: bool = False,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        lbfgsMemory: int = 10,
        stepEpochs: int = 10,
        dropFactor: float = 0.1,
        dropPatience: int = 2,
        warmupFraction: float = 0.05,
        finalFraction: float = 0.0,
        localSteps: int = 1,
        aggregationDepth: int = 2,
        backwardPruning: bool = True,
        folding: bool = True,
        foldingBudget: float = 16.0,
    ) -> None:
        """Makes a classifier. All arguments are keywords.

        Parameters
        ----------
        network : Network or str, default unset
            the network, as JSON. Excludes layers
        maxIter : int, default 20
            maximum number of epochs, or of iterations for solver "l-bfgs" (>= 0)
        batchSize : int, default 256
            rows per optimizer step, over all partitions (>= 1)
        stepSize : float, default 0.001
            learning rate (> 0)
        solver : str, default "adam"
            the optimizer: adam, adamw, sgd, l-bfgs
        validationIndicatorCol : str, default unset
            name of a boolean column: rows with true are not trained on, they measure progress
        layers : list of int, default unset
            sizes of the layers of a plain network, from the number of features to the number of classes, with an activation between; at least two, each at least 1. Excludes network
        activation : str, default "relu"
            what follows each inner layer of layers: the name of an activation layer, as relu
        frozenLayers : list of str, default []
            names of layers that are not trained
        initialModelPath : str, default unset
            folder of a saved model of the same network whose weights training starts from
        seed : int, default 1536436594
            random seed of initial weights, order of rows and dropout
        featuresCol : str, default "features"
            features column name
        featuresCols : list of str, default []
            names of columns that together hold the features, joined in this order. Excludes featuresCol
        labelCol : str, default "label"
            label column name
        weightCol : str, default unset
            weight column name. If this is not set or empty, all weights are 1.0
        predictionCol : str, default "prediction"
            prediction column name
        probabilityCol : str, default "probability"
            Column name for predicted class conditional probabilities. Note: Not all models output well-calibrated probability estimates! These probabilities should be treated as confidences, not precise probabilities
        rawPredictionCol : str, default "rawPrediction"
            raw prediction (a.k.a. confidence) column name
        thresholds : list of float, default unset
            Thresholds in multi-class classification to adjust the probability of predicting each class. Array must have length equal to the number of classes, with values > 0 excepting that at most one value may be 0. The class with largest value p/t is predicted, where p is the original probability of that class and t is the class's threshold
        patience : int, default 5
            epochs without a better validation metric before training stops and the best weights are restored; 0 for never (>= 0)
        validationMetric : str, default "loss"
            what tells which of two epochs is better: loss, accuracy
        minDelta : float, default 0.0
            by how much a validation metric must be better to count (>= 0)
        tol : float, default 1e-6
            training stops when the loss changes by no more than this, relative to its value, in two epochs in a row; 0 for never (>= 0)
        checkpointDir : str, default unset
            folder in which a fit keeps where it stands, to go on from there if it is interrupted; on any Hadoop file system
        checkpointInterval : int, default 10
            epochs, or iterations for solver "l-bfgs", between two checkpoints (>= 1), or -1 for none
        learningRateSchedule : str, default "constant"
            how the learning rate changes over the epochs: constant, step, cosine, warmup-cosine, plateau
        regParam : float, default 0.0
            L2 regularization of the kernels; decoupled weight decay for solver "adamw" (>= 0)
        gradientClipNorm : float, default 0.0
            largest Euclidean norm of a gradient, longer ones are scaled down to it; 0 for no limit. Not used by solver "l-bfgs" (>= 0)
        labelSmoothing : float, default 0.0
            part of each label that is spread evenly over all classes, in [0, 1)
        classWeighting : str, default "none"
            whether classes count by their rows, or all the same: none, balanced
        classWeights : list of float, default []
            for each class what the weights of its rows are multiplied by, each at least 0, one at least above 0. Excludes classWeighting "balanced"
        momentum : float, default 0.9
            momentum of solver "sgd", in [0, 1)
        nesterov : bool, default False
            whether solver "sgd" looks the gradient up ahead, at the end of its velocity
        beta1 : float, default 0.9
            decay of the running mean of the gradient, solvers "adam" and "adamw", in [0, 1)
        beta2 : float, default 0.999
            decay of the running mean of the squared gradient, solvers "adam" and "adamw", in [0, 1)
        epsilon : float, default 1e-8
            what solvers "adam" and "adamw" add to the denominator (> 0)
        lbfgsMemory : int, default 10
            how many past steps solver "l-bfgs" remembers (>= 1)
        stepEpochs : int, default 10
            epochs between two drops of schedule "step" (>= 1)
        dropFactor : float, default 0.1
            what a drop of schedules "step" and "plateau" multiplies the learning rate by, in (0, 1]
        dropPatience : int, default 2
            epochs without improvement before schedule "plateau" drops (>= 1)
        warmupFraction : float, default 0.05
            part of all steps during which schedule "warmup-cosine" rises, in [0, 1)
        finalFraction : float, default 0.0
            learning rate at the end of schedules "cosine" and "warmup-cosine", and lowest one of "plateau", as a part of stepSize, in [0, 1]
        localSteps : int, default 1
            optimizer steps that each partition takes on its own rows before all partitions are averaged; 1 for steps over all partitions (>= 1)
        aggregationDepth : int, default 2
            suggested depth of the tree that adds gradients (>= 2)
        backwardPruning : bool, default True
            whether backward computations that no weight needs are left out; off to compare
        folding : bool, default True
            whether what computes the same in every epoch is evaluated once, before training; off to compare
        foldingBudget : float, default 16.0
            largest size of a folded row in bytes, as a multiple of a stored row's (> 0)
        """
        super().__init__()
        _jvm.require("io.github.secateur.spark.NeuralNetworkClassifier")
        self._java_obj = self._new_java_obj(
            "io.github.secateur.spark.NeuralNetworkClassifier", self.uid
        )
        self.setParams(**cast(Any, self)._input_kwargs)

    @keyword_only
    def setParams(
        self: _C,
        *,
        network: Optional[Union[Network, str]] = None,
        maxIter: int = 20,
        batchSize: int = 256,
        stepSize: float = 0.001,
        solver: str = "adam",
        validationIndicatorCol: Optional[str] = None,
        layers: Optional[Sequence[int]] = None,
        activation: str = "relu",
        frozenLayers: Sequence[str] = (),
        initialModelPath: Optional[str] = None,
        seed: int = 1536436594,
        featuresCol: str = "features",
        featuresCols: Sequence[str] = (),
        labelCol: str = "label",
        weightCol: Optional[str] = None,
        predictionCol: str = "prediction",
        probabilityCol: str = "probability",
        rawPredictionCol: str = "rawPrediction",
        thresholds: Optional[Sequence[float]] = None,
        patience: int = 5,
        validationMetric: str = "loss",
        minDelta: float = 0.0,
        tol: float = 1e-6,
        checkpointDir: Optional[str] = None,
        checkpointInterval: int = 10,
        learningRateSchedule: str = "constant",
        regParam: float = 0.0,
        gradientClipNorm: float = 0.0,
        labelSmoothing: float = 0.0,
        classWeighting: str = "none",
        classWeights: Sequence[float] = [],
        momentum: float = 0.9,
        nesterov: bool = False,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        lbfgsMemory: int = 10,
        stepEpochs: int = 10,
        dropFactor: float = 0.1,
        dropPatience: int = 2,
        warmupFraction: float = 0.05,
        finalFraction: float = 0.0,
        localSteps: int = 1,
        aggregationDepth: int = 2,
        backwardPruning: bool = True,
        folding: bool = True,
        foldingBudget: float = 16.0,
    ) -> _C:
        """Sets params. All arguments are keywords, those of the constructor; those not given stay,
        and None takes a value back, so that the default counts, if there is one.
        """
        return self._set(**cast(Any, self)._input_kwargs)

    def getNetwork(self) -> str:
        """Gets network (Network or str, default unset):
        the network, as JSON. Excludes layers.
        """
        return self.getOrDefault(self.network)

    def setNetwork(self: _C, value: Union[Network, str]) -> _C:
        """Sets network (Network or str, default unset):
        the network, as JSON. Excludes layers.
        """
        return self._set(network=value)

    def setActivation(self: _C, value: str) -> _C:
        """Sets activation (str, default "relu"):
        what follows each inner layer of layers: the name of an activation layer, as relu.
        """
        return self._set(activation=value)

    def setAggregationDepth(self: _C, value: int) -> _C:
        """Sets aggregationDepth (int, default 2):
        suggested depth of the tree that adds gradients (>= 2).
        """
        return self._set(aggregationDepth=value)

    def setBackwardPruning(self: _C, value: bool) -> _C:
        """Sets backwardPruning (bool, default True):
        whether backward computations that no weight needs are left out; off to compare.
        """
        return self._set(backwardPruning=value)

    def setBatchSize(self: _C, value: int) -> _C:
        """Sets batchSize (int, default 256):
        rows per optimizer step, over all partitions (>= 1).
        """
        return self._set(batchSize=value)

    def setBeta1(self: _C, value: float) -> _C:
        """Sets beta1 (float, default 0.9):
        decay of the running mean of the gradient, solvers "adam" and "adamw", in [0, 1).
        """
        return self._set(beta1=value)

    def setBeta2(self: _C, value: float) -> _C:
        """Sets beta2 (float, default 0.999):
        decay of the running mean of the squared gradient, solvers "adam" and "adamw", in [0, 1).
        """
        return self._set(beta2=value)

    def setCheckpointDir(self: _C, value: str) -> _C:
        """Sets checkpointDir (str, default unset):
        folder in which a fit keeps where it stands, to go on from there if it is interrupted; on any Hadoop file system.
        """
        return self._set(checkpointDir=value)

    def setCheckpointInterval(self: _C, value: int) -> _C:
        """Sets checkpointInterval (int, default 10):
        epochs, or iterations for solver "l-bfgs", between two checkpoints (>= 1), or -1 for none.
        """
        return self._set(checkpointInterval=value)

    def setClassWeighting(self: _C, value: str) -> _C:
        """Sets classWeighting (str, default "none"):
        whether classes count by their rows, or all the same: none, balanced.
        """
        return self._set(classWeighting=value)

    def setClassWeights(self: _C, value: Sequence[float]) -> _C:
        """Sets classWeights (list of float, default []):
        for each class what the weights of its rows are multiplied by, each at least 0, one at least above 0. Excludes classWeighting "balanced".
        """
        return self._set(classWeights=value)

    def setDropFactor(self: _C, value: float) -> _C:
        """Sets dropFactor (float, default 0.1):
        what a drop of schedules "step" and "plateau" multiplies the learning rate by, in (0, 1].
        """
        return self._set(dropFactor=value)

    def setDropPatience(self: _C, value: int) -> _C:
        """Sets dropPatience (int, default 2):
        epochs without improvement before schedule "plateau" drops (>= 1).
        """
        return self._set(dropPatience=value)

    def setEpsilon(self: _C, value: float) -> _C:
        """Sets epsilon (float, default 1e-8):
        what solvers "adam" and "adamw" add to the denominator (> 0).
        """
        return self._set(epsilon=value)

    def setFeaturesCols(self: _C, value: Sequence[str]) -> _C:
        """Sets featuresCols (list of str, default []):
        names of columns that together hold the features, joined in this order. Excludes featuresCol.
        """
        return self._set(featuresCols=value)

    def setFinalFraction(self: _C, value: float) -> _C:
        """Sets finalFraction (float, default 0.0):
        learning rate at the end of schedules "cosine" and "warmup-cosine", and lowest one of "plateau", as a part of stepSize, in [0, 1].
        """
        return self._set(finalFraction=value)

    def setFolding(self: _C, value: bool) -> _C:
        """Sets folding (bool, default True):
        whether what computes the same in every epoch is evaluated once, before training; off to compare.
        """
        return self._set(folding=value)

    def setFoldingBudget(self: _C, value: float) -> _C:
        """Sets foldingBudget (float, default 16.0):
        largest size of a folded row in bytes, as a multiple of a stored row's (> 0).
        """
        return self._set(foldingBudget=value)

    def setFrozenLayers(self: _C, value: Sequence[str]) -> _C:
        """Sets frozenLayers (list of str, default []):
        names of layers that are not trained.
        """
        return self._set(frozenLayers=value)

    def setGradientClipNorm(self: _C, value: float) -> _C:
        """Sets gradientClipNorm (float, default 0.0):
        largest Euclidean norm of a gradient, longer ones are scaled down to it; 0 for no limit. Not used by solver "l-bfgs" (>= 0).
        """
        return self._set(gradientClipNorm=value)

    def setInitialModelPath(self: _C, value: str) -> _C:
        """Sets initialModelPath (str, default unset):
        folder of a saved model of the same network whose weights training starts from.
        """
        return self._set(initialModelPath=value)

    def setLabelSmoothing(self: _C, value: float) -> _C:
        """Sets labelSmoothing (float, default 0.0):
        part of each label that is spread evenly over all classes, in [0, 1).
        """
        return self._set(labelSmoothing=value)

    def setLayers(self: _C, value: Sequence[int]) -> _C:
        """Sets layers (list of int, default unset):
        sizes of the layers of a plain network, from the number of features to the number of classes, with an activation between; at least two, each at least 1. Excludes network.
        """
        return self._set(layers=value)

    def setLbfgsMemory(self: _C, value: int) -> _C:
        """Sets lbfgsMemory (int, default 10):
        how many past steps solver "l-bfgs" remembers (>= 1).
        """
        return self._set(lbfgsMemory=value)

    def setLearningRateSchedule(self: _C, value: str) -> _C:
        """Sets learningRateSchedule (str, default "constant"):
        how the learning rate changes over the epochs: constant, step, cosine, warmup-cosine, plateau.
        """
        return self._set(learningRateSchedule=value)

    def setLocalSteps(self: _C, value: int) -> _C:
        """Sets localSteps (int, default 1):
        optimizer steps that each partition takes on its own rows before all partitions are averaged; 1 for steps over all partitions (>= 1).
        """
        return self._set(localSteps=value)

    def setMaxIter(self: _C, value: int) -> _C:
        """Sets maxIter (int, default 20):
        maximum number of epochs, or of iterations for solver "l-bfgs" (>= 0).
        """
        return self._set(maxIter=value)

    def setMinDelta(self: _C, value: float) -> _C:
        """Sets minDelta (float, default 0.0):
        by how much a validation metric must be better to count (>= 0).
        """
        return self._set(minDelta=value)

    def setMomentum(self: _C, value: float) -> _C:
        """Sets momentum (float, default 0.9):
        momentum of solver "sgd", in [0, 1).
        """
        return self._set(momentum=value)

    def setNesterov(self: _C, value: bool) -> _C:
        """Sets nesterov (bool, default False):
        whether solver "sgd" looks the gradient up ahead, at the end of its velocity.
        """
        return self._set(nesterov=value)

    def setPatience(self: _C, value: int) -> _C:
        """Sets patience (int, default 5):
        epochs without a better validation metric before training stops and the best weights are restored; 0 for never (>= 0).
        """
        return self._set(patience=value)

    def setRegParam(self: _C, value: float) -> _C:
        """Sets regParam (float, default 0.0):
        L2 regularization of the kernels; decoupled weight decay for solver "adamw" (>= 0).
        """
        return self._set(regParam=value)

    def setSeed(self: _C, value: int) -> _C:
        """Sets seed (int, default 1536436594):
        random seed of initial weights, order of rows and dropout.
        """
        return self._set(seed=value)

    def setSolver(self: _C, value: str) -> _C:
        """Sets solver (str, default "adam"):
        the optimizer: adam, adamw, sgd, l-bfgs.
        """
        return self._set(solver=value)

    def setStepEpochs(self: _C, value: int) -> _C:
        """Sets stepEpochs (int, default 10):
        epochs between two drops of schedule "step" (>= 1).
        """
        return self._set(stepEpochs=value)

    def setStepSize(self: _C, value: float) -> _C:
        """Sets stepSize (float, default 0.001):
        learning rate (> 0).
        """
        return self._set(stepSize=value)

    def setTol(self: _C, value: float) -> _C:
        """Sets tol (float, default 1e-6):
        training stops when the loss changes by no more than this, relative to its value, in two epochs in a row; 0 for never (>= 0).
        """
        return self._set(tol=value)

    def setValidationIndicatorCol(self: _C, value: str) -> _C:
        """Sets validationIndicatorCol (str, default unset):
        name of a boolean column: rows with true are not trained on, they measure progress.
        """
        return self._set(validationIndicatorCol=value)

    def setValidationMetric(self: _C, value: str) -> _C:
        """Sets validationMetric (str, default "loss"):
        what tells which of two epochs is better: loss, accuracy.
        """
        return self._set(validationMetric=value)

    def setWarmupFraction(self: _C, value: float) -> _C:
        """Sets warmupFraction (float, default 0.05):
        part of all steps during which schedule "warmup-cosine" rises, in [0, 1).
        """
        return self._set(warmupFraction=value)

    def setWeightCol(self: _C, value: str) -> _C:
        """Sets weightCol (str, default unset):
        weight column name. If this is not set or empty, all weights are 1.0.
        """
        return self._set(weightCol=value)
