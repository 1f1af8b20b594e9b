"""The params of the classifier and its models.

Written from the Java params, and compared with them by PythonParamsTest. To write it:
    mvn -B -q -o test -pl spark-estimator -Dtest=PythonParamsTest -Dsecateur.python.write=true
"""

from __future__ import annotations

from typing import Any, List, TypeVar

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

from secateur import _jvm

_P = TypeVar("_P", bound="NeuralNetworkParams")


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
        "what follows each inner layer of layers: the name of an activation layer, as relu",
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

    beta1: Param[float] = Param(
        Params._dummy(),
        "beta1",
        "decay of the running mean of the gradient, solvers \"adam\" and \"adamw\", in [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )

    beta2: Param[float] = Param(
        Params._dummy(),
        "beta2",
        "decay of the running mean of the squared gradient, solvers \"adam\" and \"adamw\", in [0, 1)",
        typeConverter=TypeConverters.toFloat,
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

    classWeighting: Param[str] = Param(
        Params._dummy(),
        "classWeighting",
        "whether classes count by their rows, or all the same: none, balanced",
        typeConverter=TypeConverters.toString,
    )

    classWeights: Param[List[float]] = Param(
        Params._dummy(),
        "classWeights",
        "for each class what the weights of its rows are multiplied by, each at least 0, one at least above 0. Excludes classWeighting \"balanced\"",
        typeConverter=TypeConverters.toListFloat,
    )

    dropFactor: Param[float] = Param(
        Params._dummy(),
        "dropFactor",
        "what a drop of schedules \"step\" and \"plateau\" multiplies the learning rate by, in (0, 1]",
        typeConverter=TypeConverters.toFloat,
    )

    dropPatience: Param[int] = Param(
        Params._dummy(),
        "dropPatience",
        "epochs without improvement before schedule \"plateau\" drops (>= 1)",
        typeConverter=TypeConverters.toInt,
    )

    epsilon: Param[float] = Param(
        Params._dummy(),
        "epsilon",
        "what solvers \"adam\" and \"adamw\" add to the denominator (> 0)",
        typeConverter=TypeConverters.toFloat,
    )

    featuresCols: Param[List[str]] = Param(
        Params._dummy(),
        "featuresCols",
        "names of columns that together hold the features, joined in this order. Excludes featuresCol",
        typeConverter=TypeConverters.toListString,
    )

    finalFraction: Param[float] = Param(
        Params._dummy(),
        "finalFraction",
        "learning rate at the end of schedules \"cosine\" and \"warmup-cosine\", and lowest one of \"plateau\", as a part of stepSize, in [0, 1]",
        typeConverter=TypeConverters.toFloat,
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

    gradientClipNorm: Param[float] = Param(
        Params._dummy(),
        "gradientClipNorm",
        "largest Euclidean norm of a gradient, longer ones are scaled down to it; 0 for no limit. Not used by solver \"l-bfgs\" (>= 0)",
        typeConverter=TypeConverters.toFloat,
    )

    initialModelPath: Param[str] = Param(
        Params._dummy(),
        "initialModelPath",
        "folder of a saved model of the same network whose weights training starts from",
        typeConverter=TypeConverters.toString,
    )

    labelSmoothing: Param[float] = Param(
        Params._dummy(),
        "labelSmoothing",
        "part of each label that is spread evenly over all classes, in [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )

    layers: Param[List[int]] = Param(
        Params._dummy(),
        "layers",
        "sizes of the layers of a plain network, from the number of features to the number of classes, with an activation between; at least two, each at least 1. Excludes network",
        typeConverter=TypeConverters.toListInt,
    )

    lbfgsMemory: Param[int] = Param(
        Params._dummy(),
        "lbfgsMemory",
        "how many past steps solver \"l-bfgs\" remembers (>= 1)",
        typeConverter=TypeConverters.toInt,
    )

    learningRateSchedule: Param[str] = Param(
        Params._dummy(),
        "learningRateSchedule",
        "how the learning rate changes over the epochs: constant, step, cosine, warmup-cosine, plateau",
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
        "by how much a validation metric must be better to count (>= 0)",
        typeConverter=TypeConverters.toFloat,
    )

    momentum: Param[float] = Param(
        Params._dummy(),
        "momentum",
        "momentum of solver \"sgd\", in [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )

    nesterov: Param[bool] = Param(
        Params._dummy(),
        "nesterov",
        "whether solver \"sgd\" looks the gradient up ahead, at the end of its velocity",
        typeConverter=TypeConverters.toBoolean,
    )

    patience: Param[int] = Param(
        Params._dummy(),
        "patience",
        "epochs without a better validation metric before training stops and the best weights are restored; 0 for never (>= 0)",
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

    stepEpochs: Param[int] = Param(
        Params._dummy(),
        "stepEpochs",
        "epochs between two drops of schedule \"step\" (>= 1)",
        typeConverter=TypeConverters.toInt,
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

    validationMetric: Param[str] = Param(
        Params._dummy(),
        "validationMetric",
        "what tells which of two epochs is better: loss, accuracy",
        typeConverter=TypeConverters.toString,
    )

    warmupFraction: Param[float] = Param(
        Params._dummy(),
        "warmupFraction",
        "part of all steps during which schedule \"warmup-cosine\" rises, in [0, 1)",
        typeConverter=TypeConverters.toFloat,
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
            beta1=0.9,
            beta2=0.999,
            checkpointInterval=10,
            classWeighting="none",
            classWeights=[],
            dropFactor=0.1,
            dropPatience=2,
            epsilon=1e-8,
            featuresCols=[],
            finalFraction=0.0,
            folding=True,
            foldingBudget=16.0,
            frozenLayers=[],
            gradientClipNorm=0.0,
            labelSmoothing=0.0,
            lbfgsMemory=10,
            learningRateSchedule="constant",
            localSteps=1,
            maxIter=20,
            minDelta=0.0,
            momentum=0.9,
            nesterov=False,
            patience=5,
            regParam=0.0,
            seed=1536436594,
            solver="adam",
            stepEpochs=10,
            stepSize=0.001,
            tol=1e-6,
            validationMetric="loss",
            warmupFraction=0.05,
        )

    def _set(self: _P, **values: Any) -> _P:
        return _jvm.set_params(self, super()._set, values)

    def getActivation(self) -> str:
        """Gets activation (str, default "relu"):
        what follows each inner layer of layers: the name of an activation layer, as relu.
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

    def getBeta1(self) -> float:
        """Gets beta1 (float, default 0.9):
        decay of the running mean of the gradient, solvers "adam" and "adamw", in [0, 1).
        """
        return self.getOrDefault(self.beta1)

    def getBeta2(self) -> float:
        """Gets beta2 (float, default 0.999):
        decay of the running mean of the squared gradient, solvers "adam" and "adamw", in [0, 1).
        """
        return self.getOrDefault(self.beta2)

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

    def getClassWeighting(self) -> str:
        """Gets classWeighting (str, default "none"):
        whether classes count by their rows, or all the same: none, balanced.
        """
        return self.getOrDefault(self.classWeighting)

    def getClassWeights(self) -> List[float]:
        """Gets classWeights (list of float, default []):
        for each class what the weights of its rows are multiplied by, each at least 0, one at least above 0. Excludes classWeighting "balanced".
        """
        return self.getOrDefault(self.classWeights)

    def getDropFactor(self) -> float:
        """Gets dropFactor (float, default 0.1):
        what a drop of schedules "step" and "plateau" multiplies the learning rate by, in (0, 1].
        """
        return self.getOrDefault(self.dropFactor)

    def getDropPatience(self) -> int:
        """Gets dropPatience (int, default 2):
        epochs without improvement before schedule "plateau" drops (>= 1).
        """
        return self.getOrDefault(self.dropPatience)

    def getEpsilon(self) -> float:
        """Gets epsilon (float, default 1e-8):
        what solvers "adam" and "adamw" add to the denominator (> 0).
        """
        return self.getOrDefault(self.epsilon)

    def getFeaturesCols(self) -> List[str]:
        """Gets featuresCols (list of str, default []):
        names of columns that together hold the features, joined in this order. Excludes featuresCol.
        """
        return self.getOrDefault(self.featuresCols)

    def getFinalFraction(self) -> float:
        """Gets finalFraction (float, default 0.0):
        learning rate at the end of schedules "cosine" and "warmup-cosine", and lowest one of "plateau", as a part of stepSize, in [0, 1].
        """
        return self.getOrDefault(self.finalFraction)

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

    def getGradientClipNorm(self) -> float:
        """Gets gradientClipNorm (float, default 0.0):
        largest Euclidean norm of a gradient, longer ones are scaled down to it; 0 for no limit. Not used by solver "l-bfgs" (>= 0).
        """
        return self.getOrDefault(self.gradientClipNorm)

    def getInitialModelPath(self) -> str:
        """Gets initialModelPath (str, default unset):
        folder of a saved model of the same network whose weights training starts from.
        """
        return self.getOrDefault(self.initialModelPath)

    def getLabelSmoothing(self) -> float:
        """Gets labelSmoothing (float, default 0.0):
        part of each label that is spread evenly over all classes, in [0, 1).
        """
        return self.getOrDefault(self.labelSmoothing)

    def getLayers(self) -> List[int]:
        """Gets layers (list of int, default unset):
        sizes of the layers of a plain network, from the number of features to the number of classes, with an activation between; at least two, each at least 1. Excludes network.
        """
        return self.getOrDefault(self.layers)

    def getLbfgsMemory(self) -> int:
        """Gets lbfgsMemory (int, default 10):
        how many past steps solver "l-bfgs" remembers (>= 1).
        """
        return self.getOrDefault(self.lbfgsMemory)

    def getLearningRateSchedule(self) -> str:
        """Gets learningRateSchedule (str, default "constant"):
        how the learning rate changes over the epochs: constant, step, cosine, warmup-cosine, plateau.
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
        by how much a validation metric must be better to count (>= 0).
        """
        return self.getOrDefault(self.minDelta)

    def getMomentum(self) -> float:
        """Gets momentum (float, default 0.9):
        momentum of solver "sgd", in [0, 1).
        """
        return self.getOrDefault(self.momentum)

    def getNesterov(self) -> bool:
        """Gets nesterov (bool, default False):
        whether solver "sgd" looks the gradient up ahead, at the end of its velocity.
        """
        return self.getOrDefault(self.nesterov)

    def getPatience(self) -> int:
        """Gets patience (int, default 5):
        epochs without a better validation metric before training stops and the best weights are restored; 0 for never (>= 0).
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

    def getStepEpochs(self) -> int:
        """Gets stepEpochs (int, default 10):
        epochs between two drops of schedule "step" (>= 1).
        """
        return self.getOrDefault(self.stepEpochs)

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

    def getValidationMetric(self) -> str:
        """Gets validationMetric (str, default "loss"):
        what tells which of two epochs is better: loss, accuracy.
        """
        return self.getOrDefault(self.validationMetric)

    def getWarmupFraction(self) -> float:
        """Gets warmupFraction (float, default 0.05):
        part of all steps during which schedule "warmup-cosine" rises, in [0, 1).
        """
        return self.getOrDefault(self.warmupFraction)

    def getWeightCol(self) -> str:
        """Gets weightCol (str, default unset):
        weight column name. If this is not set or empty, all weights are 1.0.
        """
        return self.getOrDefault(self.weightCol)
