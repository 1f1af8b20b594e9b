"""The params of the classifier and its models.

Written from the Java params, and compared with them by PythonParamsTest. To write it:
    mvn -B -q -o test -pl spark-estimator -Dtest=PythonParamsTest -Dsecateur.python.write=true
"""

from __future__ import annotations

from typing import Any, List, Optional, Sequence, TypeVar, Union, cast

from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.param.shared import (
    HasAggregationDepth,
    HasCheckpointInterval,
    HasMaxIter,
    HasRegParam,
    HasSeed,
    HasSolver,
    HasStepSize,
    HasTol,
    HasValidationIndicatorCol,
    HasWeightCol,
)
from pyspark.ml.wrapper import JavaParams

from secateur import _jvm
from secateur.network import Network

_C = TypeVar("_C", bound="NeuralNetworkClassifierParams")


def _to_network_json(value: Union[Network, str]) -> str:
    network = value if isinstance(value, Network) else Network.fromJson(value)
    return network.toJson()


class NeuralNetworkParams(
    HasAggregationDepth,
    HasCheckpointInterval,
    HasMaxIter,
    HasRegParam,
    HasSeed,
    HasSolver,
    HasStepSize,
    HasTol,
    HasValidationIndicatorCol,
    HasWeightCol,
):
    """The params that the classifier and its models share, beside Spark's own."""

    activation: Param[str] = Param(
        Params._dummy(),
        "activation",
        "what follows each inner layer of layers: relu, leakyRelu, elu, gelu, silu, tanh, sigmoid, softplus",
        typeConverter=TypeConverters.toString,
    )

    aggregationDepth: Param[int] = Param(
        Params._dummy(),
        "aggregationDepth",
        "suggested depth of the tree that adds gradients (>= 2)",
        typeConverter=TypeConverters.toInt,
    )

    backwardPruning: Param[bool] = Param(
        Params._dummy(),
        "backwardPruning",
        "whether backward computations that no weight needs are left out; off to compare",
        typeConverter=TypeConverters.toBoolean,
    )

    batchSize: Param[int] = Param(
        Params._dummy(),
        "batchSize",
        "rows per optimizer step, over all partitions (>= 1)",
        typeConverter=TypeConverters.toInt,
    )

    checkpointDir: Param[str] = Param(
        Params._dummy(),
        "checkpointDir",
        "folder in which a fit keeps where it stands, to go on from there if it is interrupted; on any Hadoop file system",
        typeConverter=TypeConverters.toString,
    )

    checkpointInterval: Param[int] = Param(
        Params._dummy(),
        "checkpointInterval",
        "epochs, or iterations for solver \"l-bfgs\", between two checkpoints (>= 1), or -1 for none",
        typeConverter=TypeConverters.toInt,
    )

    featuresCols: Param[List[str]] = Param(
        Params._dummy(),
        "featuresCols",
        "names of numeric columns that hold one feature each. Excludes featuresCol",
        typeConverter=TypeConverters.toListString,
    )

    folding: Param[bool] = Param(
        Params._dummy(),
        "folding",
        "whether what computes the same in every epoch is evaluated once, before training; off to compare",
        typeConverter=TypeConverters.toBoolean,
    )

    foldingBudget: Param[float] = Param(
        Params._dummy(),
        "foldingBudget",
        "largest size of a folded row in bytes, as a multiple of a stored row's (> 0)",
        typeConverter=TypeConverters.toFloat,
    )

    frozenLayers: Param[List[str]] = Param(
        Params._dummy(),
        "frozenLayers",
        "names of layers that are not trained",
        typeConverter=TypeConverters.toListString,
    )

    initialModelPath: Param[str] = Param(
        Params._dummy(),
        "initialModelPath",
        "folder of a saved model of the same network whose weights training starts from",
        typeConverter=TypeConverters.toString,
    )

    layers: Param[List[int]] = Param(
        Params._dummy(),
        "layers",
        "sizes of the layers of a plain network, from the number of features to the number of classes, with an activation between; at least two, each at least 1. Excludes network",
        typeConverter=TypeConverters.toListInt,
    )

    learningRateSchedule: Param[str] = Param(
        Params._dummy(),
        "learningRateSchedule",
        "how the learning rate changes over the epochs: constant, step, cosine, warmup-cosine",
        typeConverter=TypeConverters.toString,
    )

    localSteps: Param[int] = Param(
        Params._dummy(),
        "localSteps",
        "optimizer steps that each partition takes on its own rows before all partitions are averaged; 1 for steps over all partitions (>= 1)",
        typeConverter=TypeConverters.toInt,
    )

    maxIter: Param[int] = Param(
        Params._dummy(),
        "maxIter",
        "maximum number of epochs, or of iterations for solver \"l-bfgs\" (>= 0)",
        typeConverter=TypeConverters.toInt,
    )

    minDelta: Param[float] = Param(
        Params._dummy(),
        "minDelta",
        "how much smaller a validation loss must be to count as better (>= 0)",
        typeConverter=TypeConverters.toFloat,
    )

    momentum: Param[float] = Param(
        Params._dummy(),
        "momentum",
        "momentum of solver \"sgd\", in [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )

    patience: Param[int] = Param(
        Params._dummy(),
        "patience",
        "epochs without a better validation loss before training stops and the best weights are restored; 0 for never (>= 0)",
        typeConverter=TypeConverters.toInt,
    )

    regParam: Param[float] = Param(
        Params._dummy(),
        "regParam",
        "L2 regularization of the kernels; decoupled weight decay for solver \"adamw\" (>= 0)",
        typeConverter=TypeConverters.toFloat,
    )

    seed: Param[int] = Param(
        Params._dummy(),
        "seed",
        "random seed of initial weights, order of rows and dropout",
        typeConverter=TypeConverters.toInt,
    )

    solver: Param[str] = Param(
        Params._dummy(),
        "solver",
        "the optimizer: adam, adamw, sgd, l-bfgs",
        typeConverter=TypeConverters.toString,
    )

    stepSize: Param[float] = Param(
        Params._dummy(),
        "stepSize",
        "learning rate (> 0)",
        typeConverter=TypeConverters.toFloat,
    )

    tol: Param[float] = Param(
        Params._dummy(),
        "tol",
        "training stops when the loss changes by no more than this, relative to its value, in two epochs in a row; 0 for never (>= 0)",
        typeConverter=TypeConverters.toFloat,
    )

    validationIndicatorCol: Param[str] = Param(
        Params._dummy(),
        "validationIndicatorCol",
        "name of a boolean column: rows with true are not trained on, they measure progress",
        typeConverter=TypeConverters.toString,
    )

    weightCol: Param[str] = Param(
        Params._dummy(),
        "weightCol",
        "weight column name. If this is not set or empty, all weights are 1.0",
        typeConverter=TypeConverters.toString,
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._setDefault(
            activation="relu",
            aggregationDepth=2,
            backwardPruning=True,
            batchSize=256,
            checkpointInterval=10,
            featuresCols=[],
            folding=True,
            foldingBudget=16.0,
            frozenLayers=[],
            learningRateSchedule="constant",
            localSteps=1,
            maxIter=20,
            minDelta=0.0,
            momentum=0.9,
            patience=5,
            regParam=0.0,
            seed=1536436594,
            solver="adam",
            stepSize=0.001,
            tol=1e-6,
        )

    def getActivation(self) -> str:
        """Gets the value of activation: what follows each inner layer of layers: relu, leakyRelu, elu, gelu, silu, tanh, sigmoid, softplus.

        Default: "relu".
        """
        return self.getOrDefault(self.activation)

    def getAggregationDepth(self) -> int:
        """Gets the value of aggregationDepth: suggested depth of the tree that adds gradients (>= 2).

        Default: 2.
        """
        return self.getOrDefault(self.aggregationDepth)

    def getBackwardPruning(self) -> bool:
        """Gets the value of backwardPruning: whether backward computations that no weight needs are left out; off to compare.

        Default: True.
        """
        return self.getOrDefault(self.backwardPruning)

    def getBatchSize(self) -> int:
        """Gets the value of batchSize: rows per optimizer step, over all partitions (>= 1).

        Default: 256.
        """
        return self.getOrDefault(self.batchSize)

    def getCheckpointDir(self) -> str:
        """Gets the value of checkpointDir: folder in which a fit keeps where it stands, to go on from there if it is interrupted; on any Hadoop file system.

        Default: unset.
        """
        return self.getOrDefault(self.checkpointDir)

    def getCheckpointInterval(self) -> int:
        """Gets the value of checkpointInterval: epochs, or iterations for solver "l-bfgs", between two checkpoints (>= 1), or -1 for none.

        Default: 10.
        """
        return self.getOrDefault(self.checkpointInterval)

    def getFeaturesCols(self) -> List[str]:
        """Gets the value of featuresCols: names of numeric columns that hold one feature each. Excludes featuresCol.

        Default: [].
        """
        return self.getOrDefault(self.featuresCols)

    def getFolding(self) -> bool:
        """Gets the value of folding: whether what computes the same in every epoch is evaluated once, before training; off to compare.

        Default: True.
        """
        return self.getOrDefault(self.folding)

    def getFoldingBudget(self) -> float:
        """Gets the value of foldingBudget: largest size of a folded row in bytes, as a multiple of a stored row's (> 0).

        Default: 16.0.
        """
        return self.getOrDefault(self.foldingBudget)

    def getFrozenLayers(self) -> List[str]:
        """Gets the value of frozenLayers: names of layers that are not trained.

        Default: [].
        """
        return self.getOrDefault(self.frozenLayers)

    def getInitialModelPath(self) -> str:
        """Gets the value of initialModelPath: folder of a saved model of the same network whose weights training starts from.

        Default: unset.
        """
        return self.getOrDefault(self.initialModelPath)

    def getLayers(self) -> List[int]:
        """Gets the value of layers: sizes of the layers of a plain network, from the number of features to the number of classes, with an activation between; at least two, each at least 1. Excludes network.

        Default: unset.
        """
        return self.getOrDefault(self.layers)

    def getLearningRateSchedule(self) -> str:
        """Gets the value of learningRateSchedule: how the learning rate changes over the epochs: constant, step, cosine, warmup-cosine.

        Default: "constant".
        """
        return self.getOrDefault(self.learningRateSchedule)

    def getLocalSteps(self) -> int:
        """Gets the value of localSteps: optimizer steps that each partition takes on its own rows before all partitions are averaged; 1 for steps over all partitions (>= 1).

        Default: 1.
        """
        return self.getOrDefault(self.localSteps)

    def getMaxIter(self) -> int:
        """Gets the value of maxIter: maximum number of epochs, or of iterations for solver "l-bfgs" (>= 0).

        Default: 20.
        """
        return self.getOrDefault(self.maxIter)

    def getMinDelta(self) -> float:
        """Gets the value of minDelta: how much smaller a validation loss must be to count as better (>= 0).

        Default: 0.0.
        """
        return self.getOrDefault(self.minDelta)

    def getMomentum(self) -> float:
        """Gets the value of momentum: momentum of solver "sgd", in [0, 1).

        Default: 0.9.
        """
        return self.getOrDefault(self.momentum)

    def getPatience(self) -> int:
        """Gets the value of patience: epochs without a better validation loss before training stops and the best weights are restored; 0 for never (>= 0).

        Default: 5.
        """
        return self.getOrDefault(self.patience)

    def getRegParam(self) -> float:
        """Gets the value of regParam: L2 regularization of the kernels; decoupled weight decay for solver "adamw" (>= 0).

        Default: 0.0.
        """
        return self.getOrDefault(self.regParam)

    def getSeed(self) -> int:
        """Gets the value of seed: random seed of initial weights, order of rows and dropout.

        Default: 1536436594.
        """
        return self.getOrDefault(self.seed)

    def getSolver(self) -> str:
        """Gets the value of solver: the optimizer: adam, adamw, sgd, l-bfgs.

        Default: "adam".
        """
        return self.getOrDefault(self.solver)

    def getStepSize(self) -> float:
        """Gets the value of stepSize: learning rate (> 0).

        Default: 0.001.
        """
        return self.getOrDefault(self.stepSize)

    def getTol(self) -> float:
        """Gets the value of tol: training stops when the loss changes by no more than this, relative to its value, in two epochs in a row; 0 for never (>= 0).

        Default: 1e-6.
        """
        return self.getOrDefault(self.tol)

    def getValidationIndicatorCol(self) -> str:
        """Gets the value of validationIndicatorCol: name of a boolean column: rows with true are not trained on, they measure progress.

        Default: unset.
        """
        return self.getOrDefault(self.validationIndicatorCol)

    def getWeightCol(self) -> str:
        """Gets the value of weightCol: weight column name. If this is not set or empty, all weights are 1.0.

        Default: unset.
        """
        return self.getOrDefault(self.weightCol)


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
        featuresCol: str = "features",
        labelCol: str = "label",
        predictionCol: str = "prediction",
        probabilityCol: str = "probability",
        rawPredictionCol: str = "rawPrediction",
        thresholds: Optional[Sequence[float]] = None,
        network: Optional[Union[Network, str]] = None,
        activation: str = "relu",
        aggregationDepth: int = 2,
        backwardPruning: bool = True,
        batchSize: int = 256,
        checkpointDir: Optional[str] = None,
        checkpointInterval: int = 10,
        featuresCols: Sequence[str] = (),
        folding: bool = True,
        foldingBudget: float = 16.0,
        frozenLayers: Sequence[str] = (),
        initialModelPath: Optional[str] = None,
        layers: Optional[Sequence[int]] = None,
        learningRateSchedule: str = "constant",
        localSteps: int = 1,
        maxIter: int = 20,
        minDelta: float = 0.0,
        momentum: float = 0.9,
        patience: int = 5,
        regParam: float = 0.0,
        seed: int = 1536436594,
        solver: str = "adam",
        stepSize: float = 0.001,
        tol: float = 1e-6,
        validationIndicatorCol: Optional[str] = None,
        weightCol: Optional[str] = None,
    ) -> None:
        """Makes a classifier. All arguments are keywords.

        Parameters
        ----------
        featuresCol : str, default "features"
            features column name
        labelCol : str, default "label"
            label column name
        predictionCol : str, default "prediction"
            prediction column name
        probabilityCol : str, default "probability"
            Column name for predicted class conditional probabilities. Note: Not all models output well-calibrated probability estimates! These probabilities should be treated as confidences, not precise probabilities
        rawPredictionCol : str, default "rawPrediction"
            raw prediction (a.k.a. confidence) column name
        thresholds : list of float, default unset
            Thresholds in multi-class classification to adjust the probability of predicting each class. Array must have length equal to the number of classes, with values > 0 excepting that at most one value may be 0. The class with largest value p/t is predicted, where p is the original probability of that class and t is the class's threshold
        network : Network or str, default unset
            the network, as JSON. Excludes layers
        activation : str, default "relu"
            what follows each inner layer of layers: relu, leakyRelu, elu, gelu, silu, tanh, sigmoid, softplus
        aggregationDepth : int, default 2
            suggested depth of the tree that adds gradients (>= 2)
        backwardPruning : bool, default True
            whether backward computations that no weight needs are left out; off to compare
        batchSize : int, default 256
            rows per optimizer step, over all partitions (>= 1)
        checkpointDir : str, default unset
            folder in which a fit keeps where it stands, to go on from there if it is interrupted; on any Hadoop file system
        checkpointInterval : int, default 10
            epochs, or iterations for solver "l-bfgs", between two checkpoints (>= 1), or -1 for none
        featuresCols : list of str, default []
            names of numeric columns that hold one feature each. Excludes featuresCol
        folding : bool, default True
            whether what computes the same in every epoch is evaluated once, before training; off to compare
        foldingBudget : float, default 16.0
            largest size of a folded row in bytes, as a multiple of a stored row's (> 0)
        frozenLayers : list of str, default []
            names of layers that are not trained
        initialModelPath : str, default unset
            folder of a saved model of the same network whose weights training starts from
        layers : list of int, default unset
            sizes of the layers of a plain network, from the number of features to the number of classes, with an activation between; at least two, each at least 1. Excludes network
        learningRateSchedule : str, default "constant"
            how the learning rate changes over the epochs: constant, step, cosine, warmup-cosine
        localSteps : int, default 1
            optimizer steps that each partition takes on its own rows before all partitions are averaged; 1 for steps over all partitions (>= 1)
        maxIter : int, default 20
            maximum number of epochs, or of iterations for solver "l-bfgs" (>= 0)
        minDelta : float, default 0.0
            how much smaller a validation loss must be to count as better (>= 0)
        momentum : float, default 0.9
            momentum of solver "sgd", in [0, 1)
        patience : int, default 5
            epochs without a better validation loss before training stops and the best weights are restored; 0 for never (>= 0)
        regParam : float, default 0.0
            L2 regularization of the kernels; decoupled weight decay for solver "adamw" (>= 0)
        seed : int, default 1536436594
            random seed of initial weights, order of rows and dropout
        solver : str, default "adam"
            the optimizer: adam, adamw, sgd, l-bfgs
        stepSize : float, default 0.001
            learning rate (> 0)
        tol : float, default 1e-6
            training stops when the loss changes by no more than this, relative to its value, in two epochs in a row; 0 for never (>= 0)
        validationIndicatorCol : str, default unset
            name of a boolean column: rows with true are not trained on, they measure progress
        weightCol : str, default unset
            weight column name. If this is not set or empty, all weights are 1.0
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
        featuresCol: str = "features",
        labelCol: str = "label",
        predictionCol: str = "prediction",
        probabilityCol: str = "probability",
        rawPredictionCol: str = "rawPrediction",
        thresholds: Optional[Sequence[float]] = None,
        network: Optional[Union[Network, str]] = None,
        activation: str = "relu",
        aggregationDepth: int = 2,
        backwardPruning: bool = True,
        batchSize: int = 256,
        checkpointDir: Optional[str] = None,
        checkpointInterval: int = 10,
        featuresCols: Sequence[str] = (),
        folding: bool = True,
        foldingBudget: float = 16.0,
        frozenLayers: Sequence[str] = (),
        initialModelPath: Optional[str] = None,
        layers: Optional[Sequence[int]] = None,
        learningRateSchedule: str = "constant",
        localSteps: int = 1,
        maxIter: int = 20,
        minDelta: float = 0.0,
        momentum: float = 0.9,
        patience: int = 5,
        regParam: float = 0.0,
        seed: int = 1536436594,
        solver: str = "adam",
        stepSize: float = 0.001,
        tol: float = 1e-6,
        validationIndicatorCol: Optional[str] = None,
        weightCol: Optional[str] = None,
    ) -> _C:
        """Sets params. All arguments are keywords; those not given stay as they are.

        Parameters
        ----------
        featuresCol : str, default "features"
            features column name
        labelCol : str, default "label"
            label column name
        predictionCol : str, default "prediction"
            prediction column name
        probabilityCol : str, default "probability"
            Column name for predicted class conditional probabilities. Note: Not all models output well-calibrated probability estimates! These probabilities should be treated as confidences, not precise probabilities
        rawPredictionCol : str, default "rawPrediction"
            raw prediction (a.k.a. confidence) column name
        thresholds : list of float, default unset
            Thresholds in multi-class classification to adjust the probability of predicting each class. Array must have length equal to the number of classes, with values > 0 excepting that at most one value may be 0. The class with largest value p/t is predicted, where p is the original probability of that class and t is the class's threshold
        network : Network or str, default unset
            the network, as JSON. Excludes layers
        activation : str, default "relu"
            what follows each inner layer of layers: relu, leakyRelu, elu, gelu, silu, tanh, sigmoid, softplus
        aggregationDepth : int, default 2
            suggested depth of the tree that adds gradients (>= 2)
        backwardPruning : bool, default True
            whether backward computations that no weight needs are left out; off to compare
        batchSize : int, default 256
            rows per optimizer step, over all partitions (>= 1)
        checkpointDir : str, default unset
            folder in which a fit keeps where it stands, to go on from there if it is interrupted; on any Hadoop file system
        checkpointInterval : int, default 10
            epochs, or iterations for solver "l-bfgs", between two checkpoints (>= 1), or -1 for none
        featuresCols : list of str, default []
            names of numeric columns that hold one feature each. Excludes featuresCol
        folding : bool, default True
            whether what computes the same in every epoch is evaluated once, before training; off to compare
        foldingBudget : float, default 16.0
            largest size of a folded row in bytes, as a multiple of a stored row's (> 0)
        frozenLayers : list of str, default []
            names of layers that are not trained
        initialModelPath : str, default unset
            folder of a saved model of the same network whose weights training starts from
        layers : list of int, default unset
            sizes of the layers of a plain network, from the number of features to the number of classes, with an activation between; at least two, each at least 1. Excludes network
        learningRateSchedule : str, default "constant"
            how the learning rate changes over the epochs: constant, step, cosine, warmup-cosine
        localSteps : int, default 1
            optimizer steps that each partition takes on its own rows before all partitions are averaged; 1 for steps over all partitions (>= 1)
        maxIter : int, default 20
            maximum number of epochs, or of iterations for solver "l-bfgs" (>= 0)
        minDelta : float, default 0.0
            how much smaller a validation loss must be to count as better (>= 0)
        momentum : float, default 0.9
            momentum of solver "sgd", in [0, 1)
        patience : int, default 5
            epochs without a better validation loss before training stops and the best weights are restored; 0 for never (>= 0)
        regParam : float, default 0.0
            L2 regularization of the kernels; decoupled weight decay for solver "adamw" (>= 0)
        seed : int, default 1536436594
            random seed of initial weights, order of rows and dropout
        solver : str, default "adam"
            the optimizer: adam, adamw, sgd, l-bfgs
        stepSize : float, default 0.001
            learning rate (> 0)
        tol : float, default 1e-6
            training stops when the loss changes by no more than this, relative to its value, in two epochs in a row; 0 for never (>= 0)
        validationIndicatorCol : str, default unset
            name of a boolean column: rows with true are not trained on, they measure progress
        weightCol : str, default unset
            weight column name. If this is not set or empty, all weights are 1.0
        """
        return self._set(**cast(Any, self)._input_kwargs)

    def getNetwork(self) -> str:
        """Gets the value of network: the network, as JSON. Excludes layers.

        Default: unset.
        """
        return self.getOrDefault(self.network)

    def setNetwork(self: _C, value: Union[Network, str]) -> _C:
        """Sets the value of network: the network, as JSON. Excludes layers.

        Parameters
        ----------
        value : Network or str
            default unset
        """
        return self._set(network=value)

    def setActivation(self: _C, value: str) -> _C:
        """Sets the value of activation: what follows each inner layer of layers: relu, leakyRelu, elu, gelu, silu, tanh, sigmoid, softplus.

        Parameters
        ----------
        value : str
            default "relu"
        """
        return self._set(activation=value)

    def setAggregationDepth(self: _C, value: int) -> _C:
        """Sets the value of aggregationDepth: suggested depth of the tree that adds gradients (>= 2).

        Parameters
        ----------
        value : int
            default 2
        """
        return self._set(aggregationDepth=value)

    def setBackwardPruning(self: _C, value: bool) -> _C:
        """Sets the value of backwardPruning: whether backward computations that no weight needs are left out; off to compare.

        Parameters
        ----------
        value : bool
            default True
        """
        return self._set(backwardPruning=value)

    def setBatchSize(self: _C, value: int) -> _C:
        """Sets the value of batchSize: rows per optimizer step, over all partitions (>= 1).

        Parameters
        ----------
        value : int
            default 256
        """
        return self._set(batchSize=value)

    def setCheckpointDir(self: _C, value: str) -> _C:
        """Sets the value of checkpointDir: folder in which a fit keeps where it stands, to go on from there if it is interrupted; on any Hadoop file system.

        Parameters
        ----------
        value : str
            default unset
        """
        return self._set(checkpointDir=value)

    def setCheckpointInterval(self: _C, value: int) -> _C:
        """Sets the value of checkpointInterval: epochs, or iterations for solver "l-bfgs", between two checkpoints (>= 1), or -1 for none.

        Parameters
        ----------
        value : int
            default 10
        """
        return self._set(checkpointInterval=value)

    def setFeaturesCols(self: _C, value: Sequence[str]) -> _C:
        """Sets the value of featuresCols: names of numeric columns that hold one feature each. Excludes featuresCol.

        Parameters
        ----------
        value : list of str
            default []
        """
        return self._set(featuresCols=value)

    def setFolding(self: _C, value: bool) -> _C:
        """Sets the value of folding: whether what computes the same in every epoch is evaluated once, before training; off to compare.

        Parameters
        ----------
        value : bool
            default True
        """
        return self._set(folding=value)

    def setFoldingBudget(self: _C, value: float) -> _C:
        """Sets the value of foldingBudget: largest size of a folded row in bytes, as a multiple of a stored row's (> 0).

        Parameters
        ----------
        value : float
            default 16.0
        """
        return self._set(foldingBudget=value)

    def setFrozenLayers(self: _C, value: Sequence[str]) -> _C:
        """Sets the value of frozenLayers: names of layers that are not trained.

        Parameters
        ----------
        value : list of str
            default []
        """
        return self._set(frozenLayers=value)

    def setInitialModelPath(self: _C, value: str) -> _C:
        """Sets the value of initialModelPath: folder of a saved model of the same network whose weights training starts from.

        Parameters
        ----------
        value : str
            default unset
        """
        return self._set(initialModelPath=value)

    def setLayers(self: _C, value: Sequence[int]) -> _C:
        """Sets the value of layers: sizes of the layers of a plain network, from the number of features to the number of classes, with an activation between; at least two, each at least 1. Excludes network.

        Parameters
        ----------
        value : list of int
            default unset
        """
        return self._set(layers=value)

    def setLearningRateSchedule(self: _C, value: str) -> _C:
        """Sets the value of learningRateSchedule: how the learning rate changes over the epochs: constant, step, cosine, warmup-cosine.

        Parameters
        ----------
        value : str
            default "constant"
        """
        return self._set(learningRateSchedule=value)

    def setLocalSteps(self: _C, value: int) -> _C:
        """Sets the value of localSteps: optimizer steps that each partition takes on its own rows before all partitions are averaged; 1 for steps over all partitions (>= 1).

        Parameters
        ----------
        value : int
            default 1
        """
        return self._set(localSteps=value)

    def setMaxIter(self: _C, value: int) -> _C:
        """Sets the value of maxIter: maximum number of epochs, or of iterations for solver "l-bfgs" (>= 0).

        Parameters
        ----------
        value : int
            default 20
        """
        return self._set(maxIter=value)

    def setMinDelta(self: _C, value: float) -> _C:
        """Sets the value of minDelta: how much smaller a validation loss must be to count as better (>= 0).

        Parameters
        ----------
        value : float
            default 0.0
        """
        return self._set(minDelta=value)

    def setMomentum(self: _C, value: float) -> _C:
        """Sets the value of momentum: momentum of solver "sgd", in [0, 1).

        Parameters
        ----------
        value : float
            default 0.9
        """
        return self._set(momentum=value)

    def setPatience(self: _C, value: int) -> _C:
        """Sets the value of patience: epochs without a better validation loss before training stops and the best weights are restored; 0 for never (>= 0).

        Parameters
        ----------
        value : int
            default 5
        """
        return self._set(patience=value)

    def setRegParam(self: _C, value: float) -> _C:
        """Sets the value of regParam: L2 regularization of the kernels; decoupled weight decay for solver "adamw" (>= 0).

        Parameters
        ----------
        value : float
            default 0.0
        """
        return self._set(regParam=value)

    def setSeed(self: _C, value: int) -> _C:
        """Sets the value of seed: random seed of initial weights, order of rows and dropout.

        Parameters
        ----------
        value : int
            default 1536436594
        """
        return self._set(seed=value)

    def setSolver(self: _C, value: str) -> _C:
        """Sets the value of solver: the optimizer: adam, adamw, sgd, l-bfgs.

        Parameters
        ----------
        value : str
            default "adam"
        """
        return self._set(solver=value)

    def setStepSize(self: _C, value: float) -> _C:
        """Sets the value of stepSize: learning rate (> 0).

        Parameters
        ----------
        value : float
            default 0.001
        """
        return self._set(stepSize=value)

    def setTol(self: _C, value: float) -> _C:
        """Sets the value of tol: training stops when the loss changes by no more than this, relative to its value, in two epochs in a row; 0 for never (>= 0).

        Parameters
        ----------
        value : float
            default 1e-6
        """
        return self._set(tol=value)

    def setValidationIndicatorCol(self: _C, value: str) -> _C:
        """Sets the value of validationIndicatorCol: name of a boolean column: rows with true are not trained on, they measure progress.

        Parameters
        ----------
        value : str
            default unset
        """
        return self._set(validationIndicatorCol=value)

    def setWeightCol(self: _C, value: str) -> _C:
        """Sets the value of weightCol: weight column name. If this is not set or empty, all weights are 1.0.

        Parameters
        ----------
        value : str
            default unset
        """
        return self._set(weightCol=value)
