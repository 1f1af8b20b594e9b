package io.github.secateur.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * Writes {@code secateur/_params.py} and {@code secateur/_classifier_params.py}: the params of the
 * Java classes as Python classes, with types, defaults and meanings taken from them.
 */
final class PythonParams {
  private static final String SHARED = "org.apache.spark.ml.param.shared";

  /** The params that PySpark's own base classes of a classifier have, with their setters. */
  static final List<String> OF_SPARK =
      List.of(
          "featuresCol",
          "labelCol",
          "predictionCol",
          "probabilityCol",
          "rawPredictionCol",
          "thresholds");

  private static final String NETWORK = "network";

  /** How a Java param looks in Python: the type of its value, of a setter's argument, converter. */
  private record Type(String value, String argument, String converter) {
    static final Map<Class<?>, Type> OF_CLASS =
        Map.of(
            BooleanParam.class, new Type("bool", "bool", "toBoolean"),
            IntParam.class, new Type("int", "int", "toInt"),
            LongParam.class, new Type("int", "int", "toInt"),
            DoubleParam.class, new Type("float", "float", "toFloat"),
            IntArrayParam.class, new Type("List[int]", "Sequence[int]", "toListInt"),
            DoubleArrayParam.class, new Type("List[float]", "Sequence[float]", "toListFloat"),
            StringArrayParam.class, new Type("List[str]", "Sequence[str]", "toListString"),
            Param.class, new Type("str", "str", "toString"));

    static Type of(Param<?> param) {
      Type type = OF_CLASS.get(param.getClass());
      if (type == null) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "param %s is of %s, for which PythonParams has no Python type; add a line to"
                    + " OF_CLASS",
                param.name(),
                param.getClass()));
      }
      return type;
    }
  }

  private final NeuralNetworkClassifier classifier = new NeuralNetworkClassifier();
  private final List<Param<?>> own;
  private final StringBuilder text = new StringBuilder();

  PythonParams() {
    own =
        Arrays.stream(classifier.params())
            .filter(param -> !OF_SPARK.contains(param.name()))
            .sorted(
                Comparator.comparing((Param<?> param) -> !param.name().equals(NETWORK))
                    .thenComparing(Param::name))
            .collect(Collectors.toList());
  }

  /** Returns the names of the params that the files must have. */
  Set<String> names() {
    return own.stream().map(Param::name).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns {@code _params.py}: the params, and their getters. */
  String params() {
    text.setLength(0);
    head("The params of the classifier and its models.");
    line(0, "from typing import Any, List, TypeVar");
    line(0, "");
    line(0, "from pyspark.ml.param import Param, Params, TypeConverters");
    line(0, "from pyspark.ml.param.shared import (");
    sharedTraits().forEach(trait -> line(1, trait + ","));
    line(0, ")");
    line(0, "");
    line(0, "from secateur import _jvm");
    line(0, "");
    line(0, "_P = TypeVar(\"_P\", bound=\"NeuralNetworkParams\")");
    line(0, "");
    line(0, "");
    shared();
    return text.toString();
  }

  /** Returns {@code _classifier_params.py}: the constructor, and setters. */
  String classifierParams() {
    text.setLength(0);
    head("The constructor and the setters of the classifier.");
    line(0, "from typing import Any, Optional, Sequence, TypeVar, Union, cast");
    line(0, "");
    line(0, "from pyspark import keyword_only");
    line(0, "from pyspark.ml.param import Param, Params");
    line(0, "from pyspark.ml.wrapper import JavaParams");
    line(0, "");
    line(0, "from secateur import _jvm");
    line(0, "from secateur._params import NeuralNetworkParams");
    line(0, "from secateur.network import Network");
    line(0, "");
    line(0, "_C = TypeVar(\"_C\", bound=\"NeuralNetworkClassifierParams\")");
    line(0, "");
    line(0, "");
    line(0, "def _to_network_json(value: Union[Network, str]) -> str:");
    line(1, "network = value if isinstance(value, Network) else Network.fromJson(value)");
    line(1, "return network.toJson()");
    line(0, "");
    line(0, "");
    ofTheClassifier();
    return text.toString();
  }

  private void head(String title) {
    line(0, "\"\"\"" + title);
    line(0, "");
    line(
        0,
        "Written from the Java params, and compared with them by PythonParamsTest. To write it:");
    line(0, "    " + PythonParamsTest.COMMAND);
    line(0, "\"\"\"");
    line(0, "");
    line(0, "from __future__ import annotations");
    line(0, "");
  }

  /** The class with the params of both estimator and model. */
  private void shared() {
    line(0, "class NeuralNetworkParams(");
    sharedTraits().forEach(trait -> line(1, trait + ","));
    line(0, "):");
    line(1, "\"\"\"The params that the classifier and its models share, beside Spark's own.\"\"\"");
    for (Param<?> param : own) {
      if (!param.name().equals(NETWORK)) {
        line(0, "");
        declare(param);
      }
    }
    line(0, "");
    line(1, "def __init__(self, *args: Any) -> None:");
    line(2, "super().__init__(*args)");
    line(2, "self._setDefault(");
    for (Param<?> param : own) {
      if (classifier.hasDefault(param)) {
        line(3, param.name() + "=" + literal(defaultOf(param)) + ",");
      }
    }
    line(2, ")");
    line(0, "");
    line(1, "def _set(self: _P, **values: Any) -> _P:");
    line(2, "return _jvm.set_params(self, super()._set, values)");
    for (Param<?> param : own) {
      if (!param.name().equals(NETWORK)) {
        line(0, "");
        getter(param);
      }
    }
  }

  /** The class with setters and constructor. */
  private void ofTheClassifier() {
    Param<?> network = own.get(0);
    line(0, "class NeuralNetworkClassifierParams(NeuralNetworkParams, JavaParams):");
    line(
        1,
        "\"\"\"What the classifier has beside the params of its models: network, and"
            + " setters.\"\"\"");
    line(0, "");
    declare(network, "_to_network_json");
    line(0, "");
    constructor();
    line(0, "");
    setParams();
    line(0, "");
    getter(network);
    for (Param<?> param : own) {
      line(0, "");
      setter(param);
    }
  }

  private void declare(Param<?> param) {
    declare(param, "TypeConverters." + Type.of(param).converter());
  }

  private void declare(Param<?> param, String converter) {
    line(
        1,
        String.format(Locale.ROOT, "%s: Param[%s] = Param(", param.name(), Type.of(param).value()));
    line(2, "Params._dummy(),");
    line(2, literal(param.name()) + ",");
    line(2, literal(param.doc()) + ",");
    line(2, "typeConverter=" + converter + ",");
    line(1, ")");
  }

  private void getter(Param<?> param) {
    line(
        1,
        String.format(
            Locale.ROOT, "def get%s(self) -> %s:", capital(param), Type.of(param).value()));
    line(
        2,
        String.format(
            Locale.ROOT,
            "\"\"\"Gets %s (%s, default %s):",
            param.name(),
            documentedType(param),
            defaultText(param)));
    line(2, sentence(param) + ".");
    line(2, "\"\"\"");
    line(2, "return self.getOrDefault(self." + param.name() + ")");
  }

  private void setter(Param<?> param) {
    line(
        1,
        String.format(
            Locale.ROOT, "def set%s(self: _C, value: %s) -> _C:", capital(param), argument(param)));
    line(
        2,
        String.format(
            Locale.ROOT,
            "\"\"\"Sets %s (%s, default %s):",
            param.name(),
            documentedType(param),
            defaultText(param)));
    line(2, sentence(param) + ".");
    line(2, "\"\"\"");
    line(2, String.format(Locale.ROOT, "return self._set(%s=value)", param.name()));
  }

  private void constructor() {
    line(1, "@keyword_only");
    line(1, "def __init__(");
    arguments();
    line(1, ") -> None:");
    line(2, "\"\"\"Makes a classifier. All arguments are keywords.");
    line(2, "");
    documentArguments();
    line(2, "\"\"\"");
    line(2, "super().__init__()");
    line(
        2,
        String.format(
            Locale.ROOT, "_jvm.require(\"%s\")", NeuralNetworkClassifier.class.getName()));
    line(2, "self._java_obj = self._new_java_obj(");
    line(3, literal(NeuralNetworkClassifier.class.getName()) + ", self.uid");
    line(2, ")");
    line(2, "self.setParams(**cast(Any, self)._input_kwargs)");
  }

  private void setParams() {
    line(1, "@keyword_only");
    line(1, "def setParams(");
    line(2, "self: _C,");
    arguments("self: _C,");
    line(1, ") -> _C:");
    line(
        2,
        "\"\"\"Sets params. All arguments are keywords, those of the constructor; those not given"
            + " stay,");
    line(2, "and None takes a value back, so that the default counts, if there is one.");
    line(2, "\"\"\"");
    line(2, "return self._set(**cast(Any, self)._input_kwargs)");
  }

  private void arguments() {
    line(2, "self,");
    arguments("self,");
  }

  private void arguments(String after) {
    line(2, "*,");
    for (Param<?> param : all()) {
      Object value = defaultOf(param);
      line(
          2,
          value == null
              ? String.format(
                  Locale.ROOT, "%s: Optional[%s] = None,", param.name(), argument(param))
              : String.format(
                  Locale.ROOT,
                  "%s: %s = %s,",
                  param.name(),
                  argument(param),
                  value instanceof String[] strings && strings.length == 0
                      ? "()" // a list would be one for all calls
                      : literal(value)));
    }
  }

  private void documentArguments() {
    line(2, "Parameters");
    line(2, "----------");
    for (Param<?> param : all()) {
      line(
          2,
          String.format(
              Locale.ROOT,
              "%s : %s, default %s",
              param.name(),
              documentedType(param),
              defaultText(param)));
      line(3, sentence(param));
    }
  }

  /** All params, those first that matter most: the order of the constructor's arguments. */
  private List<Param<?>> all() {
    List<Param<?>> all = new ArrayList<>();
    OF_SPARK.forEach(name -> all.add(classifier.getParam(name)));
    all.addAll(own);
    all.sort(ParamGroup.order());
    return all;
  }

  /** The shared traits by which Spark knows that a stage has a param; Python has the same ones. */
  private static Set<String> sharedTraits() {
    return Arrays.stream(NeuralNetworkParams.class.getInterfaces())
        .filter(trait -> trait.getPackageName().equals(SHARED))
        .map(Class::getSimpleName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String argument(Param<?> param) {
    return param.name().equals(NETWORK) ? "Union[Network, str]" : Type.of(param).argument();
  }

  private static String documentedType(Param<?> param) {
    return param.name().equals(NETWORK)
        ? "Network or str"
        : Type.of(param).value().replaceAll("List\\[(.*)]", "list of $1");
  }

  private Object defaultOf(Param<?> param) {
    return classifier.hasDefault(param) ? classifier.getDefault(param).get() : null;
  }

  private String defaultText(Param<?> param) {
    return literal(defaultOf(param)).replace("None", "unset");
  }

  private static String sentence(Param<?> param) {
    return param.doc().strip().replaceAll("\\.$", "").replace("\\", "\\\\");
  }

  private static String capital(Param<?> param) {
    return Character.toUpperCase(param.name().charAt(0)) + param.name().substring(1);
  }

  /** Returns a value as Python writes it. */
  private static String literal(Object value) {
    if (value == null) {
      return "None";
    } else if (value instanceof String string) {
      return '"' + string.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    } else if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    } else if (value instanceof Double number) {
      return number.toString().replace(".0E", "e").replace("E", "e");
    } else if (value instanceof String[] strings) {
      return Arrays.stream(strings)
          .map(PythonParams::literal)
          .collect(Collectors.joining(", ", "[", "]"));
    } else if (value instanceof double[] numbers) {
      return Arrays.stream(numbers)
          .mapToObj(PythonParams::literal)
          .collect(Collectors.joining(", ", "[", "]"));
    } else if (value instanceof int[] numbers) {
      return Arrays.toString(numbers);
    }
    return value.toString();
  }

  private void line(int indent, String line) {
    text.append("    ".repeat(line.isEmpty() ? 0 : indent)).append(line).append('\n');
  }
}
