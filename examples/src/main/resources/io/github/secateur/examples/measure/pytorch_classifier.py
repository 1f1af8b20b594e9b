"""The PyTorch side of the command Compare: the same networks, rows, batch size and optimizer, on the CPU.

Usage: python3 pytorch_classifier.py DIR NETWORK BATCH EPOCHS THREADS
DIR holds the four IDX files of MNIST or Fashion-MNIST, plain or .gz; NETWORK is mlp or cnn.
Prints "version V", then for each epoch "epoch E seconds S accuracy A" (of the test images), and at the end
"transform R rows/s".
"""
import gzip
import os
import sys
import time

import numpy as np
import torch
from torch import nn


def read(folder, name, header):
    path = os.path.join(folder, name)
    opened = open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz")
    with opened as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def rows(folder, part):
    pixels = read(folder, part + "-images-idx3-ubyte", 16).reshape(-1, 784)
    labels = read(folder, part + "-labels-idx1-ubyte", 8)
    return torch.tensor(pixels.astype(np.float32) / 255), torch.tensor(labels.astype(np.int64))


def network(name):
    if name == "mlp":
        return nn.Sequential(
            nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    if name == "cnn":
        return nn.Sequential(
            nn.Unflatten(1, (1, 28, 28)),
            nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10))
    sys.exit("NETWORK must be mlp or cnn, found " + name)


def classes(model, features):
    with torch.no_grad():
        return torch.cat([model(part).argmax(1) for part in features.split(1000)])


def main():
    folder, name = sys.argv[1], sys.argv[2]
    batch, epochs, threads = (int(argument) for argument in sys.argv[3:6])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    print("version", torch.__version__, flush=True)
    features, labels = rows(folder, "train")
    test_features, test_labels = rows(folder, "t10k")
    model = network(name)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    loss = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        start = time.perf_counter()
        order = torch.randperm(len(features))
        for first in range(0, len(features), batch):
            chosen = order[first:first + batch]
            optimizer.zero_grad(set_to_none=True)
            loss(model(features[chosen]), labels[chosen]).backward()
            optimizer.step()
        seconds = time.perf_counter() - start
        accuracy = (classes(model, test_features) == test_labels).float().mean().item()
        print(f"epoch {epoch + 1} seconds {seconds:.3f} accuracy {accuracy:.4f}", flush=True)
    start = time.perf_counter()
    classes(model, features)
    print(f"transform {len(features) / (time.perf_counter() - start):.0f} rows/s", flush=True)


main()
