"""The params of the classifier and its models.

Written from the Java params, and compared with them by PythonParamsTest. To write it:
    mvn -B -q -o test -pl spark-estimator -Dtest=PythonParamsTest -Dsecateur.python.write=true
"""

from __future__ import annotations

from typing import Any, List

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
        """Gets activation (str, default "relu"):
        what follows each inner layer of layers: relu, leakyRelu, elu, gelu, silu, tanh, sigmoid, softplus.
        """
        return self.getOrDefault(self.activation)

    def getAggregationDepth(self) -> int:
        """Gets aggregationDepth (int, default 2):
        suggested depth of the tree that adds gradients (>= 2).
        """
        return self.getOrDefault(self.aggregationDepth)

    def getBackwardPruning(self) -> bool:
        """Gets backwardPruning (bool, default True):
        whether backward computations that no weight needs are left out; off to compare.
        """
        return self.getOrDefault(self.backwardPruning)

    def getBatchSize(self) -> int:
        """Gets batchSize (int, default 256):
        rows per optimizer step, over all partitions (>= 1).
        """
        return self.getOrDefault(self.batchSize)

    def getCheckpointDir(self) -> str:
        """Gets checkpointDir (str, default unset):
        folder in which a fit keeps where it stands, to go on from there if it is interrupted; on any Hadoop file system.
        """
        return self.getOrDefault(self.checkpointDir)

    def getCheckpointInterval(self) -> int:
        """Gets checkpointInterval (int, default 10):
        epochs, or iterations for solver "l-bfgs", between two checkpoints (>= 1), or -1 for none.
        """
        return self.getOrDefault(self.checkpointInterval)

    def getFeaturesCols(self) -> List[str]:
        """Gets featuresCols (list of str, default []):
        names of numeric columns that hold one feature each. Excludes featuresCol.
        """
        return self.getOrDefault(self.featuresCols)

    def getFolding(self) -> bool:
        """Gets folding (bool, default True):
        whether what computes the same in every epoch is evaluated once, before training; off to compare.
        """
        return self.getOrDefault(self.folding)

    def getFoldingBudget(self) -> float:
        """Gets foldingBudget (float, default 16.0):
        largest size of a folded row in bytes, as a multiple of a stored row's (> 0).
        """
        return self.getOrDefault(self.foldingBudget)

    def getFrozenLayers(self) -> List[str]:
        """Gets frozenLayers (list of str, default []):
        names of layers that are not trained.
        """
        return self.getOrDefault(self.frozenLayers)

    def getInitialModelPath(self) -> str:
        """Gets initialModelPath (str, default unset):
        folder of a saved model of the same network whose weights training starts from.
        """
        return self.getOrDefault(self.initialModelPath)

    def getLayers(self) -> List[int]:
        """Gets layers (list of int, default unset):
        sizes of the layers of a plain network, from the number of features to the number of classes, with an activation between; at least two, each at least 1. Excludes network.
        """
        return self.getOrDefault(self.layers)

    def getLearningRateSchedule(self) -> str:
        """Gets learningRateSchedule (str, default "constant"):
        how the learning rate changes over the epochs: constant, step, cosine, warmup-cosine.
        """
        return self.getOrDefault(self.learningRateSchedule)

    def getLocalSteps(self) -> int:
        """Gets localSteps (int, default 1):
        optimizer steps that each partition takes on its own rows before all partitions are averaged; 1 for steps over all partitions (>= 1).
        """
        return self.getOrDefault(self.localSteps)

    def getMaxIter(self) -> int:
        """Gets maxIter (int, default 20):
        maximum number of epochs, or of iterations for solver "l-bfgs" (>= 0).
        """
        return self.getOrDefault(self.maxIter)

    def getMinDelta(self) -> float:
        """Gets minDelta (float, default 0.0):
        how much smaller a validation loss must be to count as better (>= 0).
        """
        return self.getOrDefault(self.minDelta)

    def getMomentum(self) -> float:
        """Gets momentum (float, default 0.9):
        momentum of solver "sgd", in [0, 1).
        """
        return self.getOrDefault(self.momentum)

    def getPatience(self) -> int:
        """Gets patience (int, default 5):
        epochs without a better validation loss before training stops and the best weights are restored; 0 for never (>= 0).
        """
        return self.getOrDefault(self.patience)

    def getRegParam(self) -> float:
        """Gets regParam (float, default 0.0):
        L2 regularization of the kernels; decoupled weight decay for solver "adamw" (>= 0).
        """
        return self.getOrDefault(self.regParam)

    def getSeed(self) -> int:
        """Gets seed (int, default 1536436594):
        random seed of initial weights, order of rows and dropout.
        """
        return self.getOrDefault(self.seed)

    def getSolver(self) -> str:
        """Gets solver (str, default "adam"):
        the optimizer: adam, adamw, sgd, l-bfgs.
        """
        return self.getOrDefault(self.solver)

    def getStepSize(self) -> float:
        """Gets stepSize (float, default 0.001):
        learning rate (> 0).
        """
        return self.getOrDefault(self.stepSize)

    def getTol(self) -> float:
        """Gets tol (float, default 1e-6):
        training stops when the loss changes by no more than this, relative to its value, in two epochs in a row; 0 for never (>= 0).
        """
        return self.getOrDefault(self.tol)

    def getValidationIndicatorCol(self) -> str:
        """Gets validationIndicatorCol (str, default unset):
        name of a boolean column: rows with true are not trained on, they measure progress.
        """
        return self.getOrDefault(self.validationIndicatorCol)

    def getWeightCol(self) -> str:
        """Gets weightCol (str, default unset):
        weight column name. If this is not set or empty, all weights are 1.0.
        """
        return self.getOrDefault(self.weightCol)
