"""Small datasets, the same in every run."""

import math
import random


def moons(spark, rows=200, partitions=2):
    """Two interleaved half circles: features array<double> of 2, label, validation."""
    draw = random.Random(7)
    points = []
    for i in range(rows):
        angle, label = draw.uniform(0, math.pi), i % 2
        x = math.cos(angle) if label == 0 else 1 - math.cos(angle)
        y = math.sin(angle) if label == 0 else 0.5 - math.sin(angle)
        noise = [draw.gauss(0, 0.1), draw.gauss(0, 0.1)]
        points.append(([x + noise[0], y + noise[1]], float(label), i % 5 == 0))
    schema = "features array<double>, label double, validation boolean"
    return spark.createDataFrame(points, schema).repartition(partitions).cache()


def accuracy(frame):
    """The part of the rows whose prediction is the label."""
    rows = frame.select("label", "prediction").collect()
    return sum(row.label == row.prediction for row in rows) / len(rows)
