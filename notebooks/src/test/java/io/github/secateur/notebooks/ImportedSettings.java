package io.github.secateur.notebooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The settings of the Spark interpreter that a person imports. */
record ImportedSettings(ObjectNode json) {
  static ImportedSettings read() throws IOException {
    Path file = Path.of("..", "conf", "zeppelin-spark-interpreter.json");
    return new ImportedSettings((ObjectNode) new ObjectMapper().readTree(file.toFile()));
  }

  /** Returns the values of the properties. */
  Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    for (JsonNode property : json.path("properties")) {
      properties.put(property.path("name").asText(), property.path("value").asText());
    }
    return properties;
  }

  /** Makes the changes that a person makes in the file, for a Spark on this JVM's class path. */
  void useClassPathOfTest() {
    set("SPARK_HOME", "");
    set("spark.jars", "");
    set("spark.master", "local[2]");
    set("zeppelin.spark.scala.version", "2.12"); // the newest that the tested version knows
  }

  private void set(String name, String value) {
    ((ObjectNode) json.path("properties")).putObject(name).put("name", name).put("value", value);
  }
}
