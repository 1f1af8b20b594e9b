"""Each example in Python reaches the accuracy that its help says, within half a point."""

import os
import re
import runpy
import shutil
import sys

import pytest

EXAMPLES = os.path.join(os.path.dirname(__file__), *[".."] * 5, "examples", "src", "main", "python")


@pytest.mark.parametrize(
    "program",
    ["train_images", "classify_penguins", "fine_tune_digits", "score_stream", "classify_speech"],
)
def test_the_accuracy_is_that_of_the_help(spark, program, tmp_path, monkeypatch, capsys):
    if program == "classify_speech" and not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed")
    path = os.path.join(EXAMPLES, program + ".py")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.setattr(sys, "argv", [path])
    names = runpy.run_path(path)
    names["main"]()
    printed = capsys.readouterr().out
    print(printed)
    expected = [float(number) for number in re.findall(r"\b[01]\.\d{4}\b", names["__doc__"])]
    found = [float(number) for number in re.findall(r"accuracy ([01]\.\d{4})", printed)]
    assert expected and found[-len(expected) :] == pytest.approx(expected, abs=0.005), printed


def test_help_is_there(monkeypatch, capsys):
    monkeypatch.syspath_prepend(EXAMPLES)
    for file in sorted(os.listdir(EXAMPLES)):
        if file.endswith(".py") and file != "common.py":
            monkeypatch.setattr(sys, "argv", [file, "--help"])
            main = runpy.run_path(os.path.join(EXAMPLES, file))["main"]
            with pytest.raises(SystemExit) as end:
                main()
            assert end.value.code == 0
            assert "Expect accuracy" in capsys.readouterr().out
