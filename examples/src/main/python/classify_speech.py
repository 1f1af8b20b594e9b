"""Tells which digit is said.

The speech is synthesised: espeak-ng says the words zero to nine in twelve voices at four speeds; they become
spectrograms, and a convolutional network learns them. The test has three voices that are not in the training.
Get the synthesiser by: apt-get install espeak-ng

Expect accuracy 1.0000 (120 of 120).
"""

import subprocess
import sys

import common
import numpy as np
from pyspark.ml.linalg import Vectors

from secateur import Network, NeuralNetworkClassifier

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
VOICES = ["m1", "m2", "m3", "m4", "m5", "f1", "f2", "f3", "m6", "m7", "f4", "f5"]
TEST_VOICES = ["m3", "m7", "f4"]
WORDS_PER_MINUTE = [130, 150, 170, 190]

FRAMES, BANDS = 64, 32
WINDOW, STEP = 512, 256
LOWEST, HIGHEST = 80, 8000  # Hz


def spoken(word, voice, words_per_minute):
    """Returns the samples, from -1 to 1, and how many there are per second."""
    command = ["espeak-ng", "--stdout", "-v", f"en+{voice}", "-s", str(words_per_minute), word]
    try:
        wav = subprocess.run(command, capture_output=True, check=True).stdout
    except FileNotFoundError:
        sys.exit("classify_speech: espeak-ng is not installed; get it by: apt-get install espeak-ng")
    rate = int.from_bytes(wav[24:28], "little")
    return np.frombuffer(wav[44 : len(wav) // 2 * 2], dtype="<i2") / 32768, rate


def spectrogram(samples, rate):
    """Returns how loud each band of frequencies is in each frame, as a logarithm: FRAMES × BANDS values.

    Bands are as wide as ears hear them (the mel scale). The values have mean 0 and deviation 1.
    """
    padded = np.zeros((FRAMES - 1) * STEP + WINDOW)
    kept = samples[: len(padded)]
    padded[: len(kept)] = kept
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    frames = np.stack([padded[i * STEP : i * STEP + WINDOW] * hann for i in range(FRAMES)])
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    mels = np.linspace(*(2595 * np.log10(1 + np.array([LOWEST, HIGHEST]) / 700)), BANDS + 1)
    bins = np.round(700 * (10 ** (mels / 2595) - 1) * WINDOW / rate).astype(int)
    bands = [power[:, a : max(a + 1, b)].mean(axis=1) for a, b in zip(bins, bins[1:])]
    image = np.log10(np.stack(bands, axis=1) + 1e-6)
    return ((image - image.mean()) / (image.std() + 1e-9)).ravel()


def main():
    options = common.arguments(
        __doc__,
        epochs=(15, "passes over the clips"),
        seed=(42, "of weights, row order and dropout"),
    )
    spark = common.session("classify_speech")
    clips = [
        (voice in TEST_VOICES, float(label), Vectors.dense(spectrogram(*spoken(word, voice, speed))))
        for voice in VOICES
        for speed in WORDS_PER_MINUTE
        for label, word in enumerate(WORDS)
    ]
    frame = spark.createDataFrame(spark.sparkContext.parallelize(clips, 1), ["test", "label", "features"]).cache()
    network = (
        Network.image(FRAMES, BANDS, 1)
        .conv2d(8, 3).relu().maxPool2d(2)
        .conv2d(16, 3).relu().maxPool2d(2)
        .flatten().dropout(0.3)
        .dense(64).relu()
        .dense(len(WORDS))
    )  # fmt: skip
    model = NeuralNetworkClassifier(
        network=network, maxIter=options.epochs, batchSize=32, stepSize=2e-3, seed=options.seed
    ).fit(frame.filter("not test"))
    common.say_accuracy("words of three other voices", model.transform(frame.filter("test")))


if __name__ == "__main__":
    main()
