package io.github.secateur.nn;

import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Parameter;
import io.github.secateur.plan.print.TextTable;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Prints a network as a table, layers of branches indented above the layer that they belong to. */
final class NetworkTable {
  private final Map<String, Operator> operators;
  private final TextTable table = new TextTable(false, false, false, true);

  private NetworkTable(Graph graph) {
    this.operators =
        graph.operators().stream().collect(Collectors.toMap(Operator::name, Function.identity()));
  }

  static String print(Network network) {
    Graph graph = Lowering.lowerOpen(network.inputs(), network.layers());
    NetworkTable printed = new NetworkTable(graph);
    printed.table.add("layer", "type", "output", "parameters");
    for (Input input : network.inputs()) {
      printed.table.add(input.name(), "", input.shape().toString(), "");
    }
    network.layers().forEach(layer -> printed.add(layer, ""));
    int total = graph.parameterCount();
    int trainable =
        graph.parameters().stream().filter(Parameter::isTrainable).mapToInt(Parameter::size).sum();
    String others =
        trainable == total
            ? ""
            : String.format(Locale.ROOT, ", of which %s trainable", TextTable.number(trainable));
    return printed.table
        + "total: "
        + TextTable.number(total)
        + (total == 1 ? " parameter" : " parameters")
        + others;
  }

  private void add(NamedLayer layer, String indent) {
    layer.branches().forEach(branch -> branch.forEach(inner -> add(inner, indent + "  ")));
    Operator operator = operators.get(layer.name());
    int parameters = operator.parameters().stream().mapToInt(Parameter::size).sum();
    table.add(
        indent + layer.name(),
        layer.layer().type() + read(layer) + (layer.frozen() ? ", frozen" : ""),
        operator.shape().toString(),
        parameters == 0 ? "" : TextTable.number(parameters));
  }

  private static String read(NamedLayer layer) {
    return layer.inputs().isEmpty() ? "" : " of " + String.join(", ", layer.inputs());
  }
}
