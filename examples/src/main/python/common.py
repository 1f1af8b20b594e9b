"""What the example programs share: a session, the digits, and how they count."""

import argparse
import gzip
import os

from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

DATA = os.path.join(
    os.path.dirname(os.path.abspath(__file__)),
    *("..", "resources", "io", "github", "secateur", "examples"),
)


def arguments(description, **options):
    """Parses options; each is a name, its default and its meaning. Prints the help if asked."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, (default, meaning) in options.items():
        flag = "--" + name.replace("_", "-")
        if isinstance(default, bool):
            parser.add_argument(flag, action="store_true", help=meaning)
        else:
            kind = str if default is None else type(default)
            shown = meaning if default is None else f"{meaning} (default: {default})"
            parser.add_argument(flag, default=default, type=kind, help=shown)
    return parser.parse_args()


def session(name):
    """Returns a session; where it runs is what spark-submit says, without --master on all cores here."""
    return SparkSession.builder.appName(name).getOrCreate()


def digits(spark, partitions=2):
    """Returns 1,797 handwritten digits of 8×8 pixels, 0 to 16, with a column for the test rows.

    Of every five images of a digit, in the order of the file, the fifth is for the test.
    """
    rows, seen = [], {}
    with gzip.open(os.path.join(DATA, "digits", "digits.csv.gz"), "rt") as lines:
        for line in lines:
            *pixels, label = map(int, line.split(","))
            turn = seen[label] = seen.get(label, -1) + 1
            rows.append((len(rows), float(label), Vectors.dense(pixels), turn % 5 == 4))
    columns = ["row", "label", "features", "test"]
    return spark.createDataFrame(spark.sparkContext.parallelize(rows, partitions), columns).cache()


def say_accuracy(what, tested):
    """Counts the rows whose prediction is the label, and prints that."""
    right, rows = tested.filter("prediction = label").count(), tested.count()
    print(f"{what}: accuracy {right / rows:.4f}, {right:,} of {rows:,} right", flush=True)
