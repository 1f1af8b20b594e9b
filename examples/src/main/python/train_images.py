"""Trains a network on images.

Without --data: the 1,797 handwritten digits of 8×8 pixels that ship with it. With it: Fashion-MNIST or MNIST;
apt-get install dataset-fashion-mnist puts the four files into /usr/share/datasets/fashion-mnist.

Expect accuracy 0.9915 on the digits (352 of 355); on Fashion-MNIST 91.71 % with
--network cnn --epochs 6, and 87.71 % with --network mlp --epochs 5.
"""

import gzip
import os
import struct
import sys

import common
from secateur import Network, NeuralNetworkClassifier


def images(spark, folder, part):
    """Returns the images of an IDX file as bytes, with their labels."""
    with opened(os.path.join(folder, part + "-images-idx3-ubyte")) as file:
        _, count, height, width = struct.unpack(">4i", file.read(16))
        pixels = file.read()
    with opened(os.path.join(folder, part + "-labels-idx1-ubyte")) as file:
        labels = file.read()[8:]
    size = height * width
    rows = [(float(labels[i]), bytearray(pixels[i * size : (i + 1) * size])) for i in range(count)]
    frame = spark.createDataFrame(
        spark.sparkContext.parallelize(rows, 4), "label double, features binary"
    )
    return frame, height, width


def opened(file):
    """Opens a file, plain or gzipped."""
    if os.path.exists(file):
        return open(file, "rb")
    if not os.path.exists(file + ".gz"):
        sys.exit(f"train_images: there is no {file}, and no {file}.gz; --help says how to get them")
    return gzip.open(file + ".gz")


def small_cnn(pixels):
    """Two convolutions before one pooling: for images of a few pixels."""
    return (
        pixels.conv2d(16, 3).relu().conv2d(32, 3).relu().maxPool2d(2)
        .flatten().dropout(0.25).dense(64).relu().dropout(0.25)
        .dense(10)
    )  # fmt: skip


def cnn(pixels):
    """Convolution, pooling, convolution, pooling, a hidden layer: for MNIST and its relatives."""
    return (
        pixels.conv2d(32, 3).relu().maxPool2d(2)
        .conv2d(64, 3).relu().maxPool2d(2)
        .flatten().dense(128).relu()
        .dense(10)
    )  # fmt: skip


def mlp(pixels):
    """Two hidden layers of 256 and 128."""
    return pixels.flatten().dense(256).relu().dense(128).relu().dense(10)


NETWORKS = {"small-cnn": small_cnn, "cnn": cnn, "mlp": mlp}


def main():
    options = common.arguments(
        __doc__,
        data=(None, "folder with the four files of Fashion-MNIST or MNIST, plain or gzipped"),
        network=("small-cnn", "one of " + ", ".join(NETWORKS)),
        epochs=(15, "passes over the training images"),
        seed=(42, "of weights, row order and dropout"),
        page=("training.html", "where to write the page of the training"),
    )
    if options.network not in NETWORKS:
        sys.exit(f"train_images: --network must be one of {', '.join(NETWORKS)}; found {options.network}")
    spark = common.session("train_images")
    if options.data:
        train, height, width = images(spark, options.data, "train")
        test, _, _ = images(spark, options.data, "t10k")
        network, whitest = Network.image(height, width, 1), 255
    else:
        digits = common.digits(spark)
        train, test = digits.filter("not test"), digits.filter("test")
        network, whitest = Network.image(8, 8, 1), 16
    network = NETWORKS[options.network](network.scale(1 / whitest))
    print(network)

    model = NeuralNetworkClassifier(
        network=network, maxIter=options.epochs, batchSize=64, stepSize=2e-3, seed=options.seed
    ).fit(train)
    common.say_accuracy("test images", model.transform(test))
    with open(options.page, "w", encoding="utf-8") as file:
        file.write(model.summary().toHtml())
    print(f"The course of the training is in {options.page}")


if __name__ == "__main__":
    main()
