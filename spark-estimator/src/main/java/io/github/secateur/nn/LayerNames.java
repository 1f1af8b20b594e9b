package io.github.secateur.nn;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The names taken so far, and how many layers of each type there are. Immutable. */
final class LayerNames {
  /** The name of the operator that stands for the rows. */
  static final String INPUT = "input";

  /** No name is taken. */
  static final LayerNames NONE = new LayerNames(Set.of(), Map.of());

  /** The name of the joined row of several inputs is taken. */
  static final LayerNames START = new LayerNames(Set.of(INPUT), Map.of());

  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_./-]{1,100}");

  private final Set<String> taken;
  private final Map<String, Integer> counts;

  private LayerNames(Set<String> taken, Map<String, Integer> counts) {
    this.taken = taken;
    this.counts = counts;
  }

  /** Returns the name for the next layer of a type: the type and a running number. */
  String generate(String type) {
    int number = counts.getOrDefault(type, 0) + 1;
    while (taken.contains(type + "_" + number)) {
      number++;
    }
    return type + "_" + number;
  }

  /** Returns the names with that of one more layer. */
  LayerNames with(String type, String name) {
    Set<String> names = new HashSet<>(taken);
    names.add(checkFree(name));
    Map<String, Integer> numbers = new HashMap<>(counts);
    numbers.merge(type, 1, Integer::sum);
    return new LayerNames(names, numbers);
  }

  /** Returns the names where a layer has another one. */
  LayerNames renamed(String from, String to) {
    Set<String> names = new HashSet<>(taken);
    names.remove(from);
    LayerNames others = new LayerNames(names, counts);
    names.add(others.checkFree(to));
    return others;
  }

  private String checkFree(String name) {
    if (!VALID.matcher(name).matches()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a layer name is made of 1 to 100 letters, digits and _ . / -, found \"%s\"",
              name));
    }
    if (taken.contains(name)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "layer names must be unique, found \"%s\" twice; give one of them another name",
              name));
    }
    return name;
  }
}
