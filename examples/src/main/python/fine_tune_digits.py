"""A network that learned from many images gets used to other ones, of which few are labelled.

Trains on 1,442 digits, and saves the model. Then another scanner comes: its images are a third as bright, and a
pixel further down and to the right. 51 of them have labels. The network starts from the saved weights with its
convolutions frozen, which saves nearly all of the backward pass; beside it, with all layers trained, from those
weights and from nothing. The 1,797 digits ship with it.

Expect accuracy 0.3155 on the second scanner's images from the first model as it is, 0.8901 with the convolutions
frozen, 0.8761 with all layers trained, and 0.7690 from nothing. With many labelled images it is the other way
round: then train all layers.
"""

import common
from pyspark.ml.functions import vector_to_array
from pyspark.sql import functions as F

from secateur import Network, NeuralNetworkClassifier

STEM = ["stem_1", "stem_2"]
OTHER_SCANNER = "transform(sequence(0, 63), i -> if(i % 8 = 0 or i < 8, 0D, features[i - 9] / 3))"


def main():
    options = common.arguments(
        __doc__,
        model=("target/fine-tuned", "where to save the first model; what is there is replaced"),
        seed=(42, "of weights, row order and dropout"),
    )
    spark = common.session("fine_tune_digits")
    first = common.digits(spark, partitions=1).withColumn("features", vector_to_array("features"))
    second = first.withColumn("features", F.expr(OTHER_SCANNER))
    few = second.filter("not test and row < 60")
    test = second.filter("test").cache()
    network = (
        Network.image(8, 8, 1).scale(1 / 16)
        .conv2d(16, 3).named(STEM[0]).relu()
        .conv2d(32, 3).named(STEM[1]).relu().maxPool2d(2)
        .flatten().dropout(0.25).dense(64).relu()
        .dense(10)
    )  # fmt: skip
    classifier = NeuralNetworkClassifier(
        network=network, maxIter=15, batchSize=32, stepSize=2e-3, seed=options.seed
    )
    model = classifier.fit(first.filter("not test"))
    model.write().overwrite().save(options.model)
    common.say_accuracy("first scanner", model.transform(first.filter("test")))
    common.say_accuracy("second scanner, the model as it is", model.transform(test))

    classifier.setMaxIter(30).setBatchSize(10)
    started = {classifier.initialModelPath: options.model}
    frozen = classifier.copy({**started, classifier.frozenLayers: STEM}).fit(few)
    plan = frozen.explainBackward().splitlines()
    print(plan[0])
    print(*(line for line in plan if line.startswith("operations per row, backward")))
    common.say_accuracy("second scanner, convolutions frozen", frozen.transform(test))
    whole = classifier.copy(started).fit(few)
    common.say_accuracy("second scanner, all layers trained", whole.transform(test))
    fresh = classifier.fit(few)
    common.say_accuracy("second scanner, from nothing", fresh.transform(test))


if __name__ == "__main__":
    main()
