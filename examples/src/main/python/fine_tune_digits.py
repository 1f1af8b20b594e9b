"""A network that learned one task learns another one with its convolutions frozen.

Trains on the digits 0 to 4, and saves the model. Then starts from its weights, freezes the convolutions, and
trains the rest on the digits 5 to 9; beside it, all layers from nothing. The 1,797 digits ship with it.

Expect accuracy 0.9605 for 5 to 9 fine-tuned, and 0.9774 with all layers trained.
"""

import common
from secateur import Network, NeuralNetworkClassifier

STEM = ["stem_1", "stem_2"]


def main():
    options = common.arguments(
        __doc__,
        model=("target/fine-tuned", "where to save the model of the first task"),
        seed=(42, "of weights and row order"),
    )
    spark = common.session("fine_tune_digits")
    digits = common.digits(spark)
    first = digits.filter("label < 5")
    second = digits.filter("label >= 5").selectExpr("test", "label - 5 as label", "features")
    network = (
        Network.image(8, 8, 1).scale(1 / 16)
        .conv2d(16, 3).named(STEM[0]).relu()
        .conv2d(32, 3).named(STEM[1]).relu().maxPool2d(2)
        .flatten().dense(32).relu()
        .dense(5)
    )  # fmt: skip
    classifier = NeuralNetworkClassifier(
        network=network, maxIter=15, batchSize=32, stepSize=2e-3, seed=options.seed
    )
    model = classifier.fit(first.filter("not test"))
    model.write().overwrite().save(options.model)
    common.say_accuracy("digits 0 to 4, all layers trained", model.transform(first.filter("test")))

    train, test = second.filter("not test"), second.filter("test")
    tuned = classifier.copy(
        {classifier.initialModelPath: options.model, classifier.frozenLayers: STEM}
    ).fit(train)
    print(tuned.explainBackward().splitlines()[0])
    common.say_accuracy("digits 5 to 9, fine-tuned", tuned.transform(test))
    whole = classifier.fit(train)
    common.say_accuracy("digits 5 to 9, all layers trained", whole.transform(test))


if __name__ == "__main__":
    main()
