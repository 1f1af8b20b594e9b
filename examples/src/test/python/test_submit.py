"""spark-submit of the examples jar to a standalone cluster, with authentication and encryption; and by --packages.

Master and workers come from the Spark distribution in the pyspark package that runs these tests, with the files of conf/. All
listens on the loopback address. Run by .ci/submit, which makes the environment; needs examples/target/secateur-examples.jar.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pyspark
import pytest

REPOSITORY = Path(__file__).resolve().parents[4]
JAR = REPOSITORY / "examples/target/secateur-examples.jar"
DISTRIBUTION = Path(pyspark.__file__).parent
HOST = "127.0.0.1"
TIMEOUT = 600
LIBRARY = "secateur-spark_2.13"


def free_port():
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]


class Cluster:
    """A master and two workers, each a process of its own."""

    def __init__(self, folder, protection):
        self.folder = folder
        self.secret = protection["spark.authenticate.secret"]
        self.port = free_port()
        self.web_port = free_port()
        self.processes = []
        conf = folder / "conf"
        shutil.copytree(REPOSITORY / "conf", conf)
        with open(conf / "spark-defaults.conf", "a", encoding="utf-8") as defaults:
            defaults.write("\nspark.driver.host 127.0.0.1\nspark.driver.bindAddress 127.0.0.1\nspark.ui.enabled false\n")
            defaults.writelines(f"{name} {value}\n" for name, value in protection.items())
        self.environment = dict(
            os.environ,
            SPARK_HOME=str(DISTRIBUTION),
            SPARK_CONF_DIR=str(conf),
            SPARK_LOCAL_IP=HOST,
            SPARK_NO_DAEMONIZE="1",
            SPARK_DAEMON_MEMORY="256m",
        )

    @property
    def master(self):
        return f"spark://{HOST}:{self.port}"

    def __enter__(self):
        try:
            self.start("master.Master", "--port", self.port, "--webui-port", self.web_port)
            for worker in range(2):
                work = self.folder / f"work-{worker}"
                self.start("worker.Worker", "--cores", 2, "--memory", "2g", "--work-dir", work, self.master)
            self.wait_for_workers(2)
        except BaseException:
            self.__exit__()
            raise
        return self

    def worker_environment(self):
        """Spark takes the secret out of the command of a driver in cluster mode, and asks for it there; so the JVM brings it."""
        options = self.folder / "secret.options"
        options.touch(mode=0o600)
        options.write_text(f"-Dspark.authenticate.secret={self.secret}\n", encoding="utf-8")
        return dict(self.environment, JDK_JAVA_OPTIONS=f"@{options}")

    def start(self, main, *arguments):
        command = [DISTRIBUTION / "bin/spark-class", f"org.apache.spark.deploy.{main}", "--host", HOST, *arguments]
        log = open(self.folder / f"process-{len(self.processes)}.log", "wb")
        self.processes.append(
            subprocess.Popen(
                [str(word) for word in command],
                env=self.worker_environment() if "Worker" in main else self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        )

    def wait_for_workers(self, count):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://{HOST}:{self.web_port}/json/", timeout=5) as answer:
                    if json.load(answer)["aliveworkers"] == count:
                        return
            except OSError:
                pass
            time.sleep(0.5)
        raise AssertionError("no cluster after two minutes\n" + self.logs())

    def logs(self):
        return "\n".join(log.read_text(errors="replace") for log in sorted(self.folder.glob("process-*.log")))

    def submit(self, *arguments):
        command = [DISTRIBUTION / "bin/spark-submit", "--master", self.master, *arguments]
        return subprocess.run(
            [str(word) for word in command],
            env=self.environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )

    def __exit__(self, *failure):
        for process in self.processes:
            # the whole group: spark-class starts another process
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    protection = {
        "spark.authenticate": "true",
        "spark.authenticate.secret": os.urandom(16).hex(),
        "spark.network.crypto.enabled": "true",
        "spark.io.encryption.enabled": "true",
        "spark.master.rest.enabled": "false",  # it knows no authentication
        "spark.standalone.submit.waitAppCompletion": "true",
    }
    with Cluster(tmp_path_factory.mktemp("cluster"), protection) as running:
        yield running


def arguments(model):
    return ["--executor-memory", "1g", "--executor-cores", "1", "--class", "io.github.secateur.examples.TrainImages"] + [
        JAR,
        "--epochs",
        "2",
        "--model",
        model,
    ]


def lines_of(output):
    """The loss of each epoch and the accuracy of the test, without times."""
    table = [line.split()[:4] for line in output.splitlines() if line.strip()[:2] in ("1 ", "2 ")]
    accuracy = [line for line in output.splitlines() if line.startswith("accuracy ")]
    assert len(table) >= 2 and len(accuracy) == 1, output
    return table[:2] + accuracy


def test_client_and_cluster_mode_give_the_same_model(cluster, tmp_path):
    client = cluster.submit("--deploy-mode", "client", *arguments(tmp_path / "client"))
    assert client.returncode == 0, client.stdout + client.stderr
    assert f"{cluster.master}," in client.stdout
    assert "vector kernels" in client.stdout

    in_cluster = cluster.submit("--deploy-mode", "cluster", "--driver-memory", "512m", *arguments(tmp_path / "cluster"))
    logs = sorted(cluster.folder.glob("work-*/driver-*/std*"))
    everything = in_cluster.stdout + in_cluster.stderr + "\n".join(log.read_text(errors="replace") for log in logs)
    # the exit code of spark-submit tells nothing of a driver on the cluster
    output = "\n".join(log.read_text(errors="replace") for log in logs if log.name == "stdout")
    assert "accuracy" in output, everything
    assert lines_of(output) == lines_of(client.stdout)
    for model in ("client", "cluster"):
        assert (tmp_path / model / "metadata").is_dir()


def test_nobody_gets_in_without_the_secret(cluster):
    denied = cluster.submit(
        "--deploy-mode",
        "cluster",
        "--conf",
        "spark.authenticate.secret=guessed",
        "--conf",
        "spark.rpc.askTimeout=10s",
        *arguments("/nowhere"),
    )
    assert denied.returncode != 0


def repository(folder):
    """Lays out the poms and jars as "mvn deploy" publishes them, with settings that know no other place; returns the version."""
    version = ElementTree.parse(REPOSITORY / "pom.xml").findtext("{*}version")
    for artifact, pom, jar in (
        ("secateur-parent", "pom.xml", None),
        (LIBRARY, "spark-estimator/pom.xml", f"spark-estimator/target/{LIBRARY}-{version}.jar"),
        # the shaded jar, without the dependencies that are in it
        ("secateur-examples", "examples/dependency-reduced-pom.xml", JAR),
    ):
        place = folder / "repository/io/github/secateur" / artifact / version
        place.mkdir(parents=True)
        shutil.copy(REPOSITORY / pom, place / f"{artifact}-{version}.pom")
        if jar:
            shutil.copy(REPOSITORY / jar, place / f"{artifact}-{version}.jar")
    (folder / "ivysettings.xml").write_text(
        f"""<ivysettings>
  <settings defaultResolver="here"/>
  <caches defaultCacheDir="{folder}/ivy"/>
  <resolvers><ibiblio name="here" m2compatible="true" root="{(folder / "repository").as_uri()}"/></resolvers>
</ivysettings>
""",
        encoding="utf-8",
    )
    return version


@pytest.mark.parametrize(
    "program",
    [
        [REPOSITORY / "examples/src/main/python/classify_penguins.py"],
        ["--class", "io.github.secateur.examples.ClassifyPenguins", "spark-internal"],  # no file: the class is in a package
    ],
    ids=["python", "java"],
)
def test_packages_bring_one_jar_each_and_the_python_side(tmp_path, program):
    version = repository(tmp_path)
    packages = ",".join(f"io.github.secateur:{artifact}:{version}" for artifact in (LIBRARY, "secateur-examples"))
    command = [DISTRIBUTION / "bin/spark-submit", "--master", "local[2]", "--packages", packages]
    for setting in (
        f"spark.jars.ivySettings={tmp_path}/ivysettings.xml",
        f"spark.jars.ivy={tmp_path}/ivy",
        "spark.ui.enabled=false",
        "spark.driver.host=127.0.0.1",
        "spark.driver.bindAddress=127.0.0.1",
    ):
        command += ["--conf", setting]
    command += program
    done = subprocess.run(
        [str(word) for word in command],
        env=dict(os.environ, SPARK_LOCAL_IP=HOST, PYSPARK_PYTHON=sys.executable),
        capture_output=True,
        text=True,
        errors="replace",
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test penguins: accuracy 0.98" in done.stdout
    jars = sorted(jar.name for jar in (tmp_path / "ivy/jars").iterdir())
    assert jars == [f"io.github.secateur_{name}-{version}.jar" for name in ("secateur-examples", LIBRARY)]
