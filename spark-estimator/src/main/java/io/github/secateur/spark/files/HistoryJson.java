package io.github.secateur.spark.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.History;
import io.github.secateur.train.StopReason;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * The history of a training as JSON: an object for each epoch, with the components of {@link
 * EpochRecord}. A component that the writer did not know is read as NaN, or 0 if it is an integer;
 * one that the reader does not know is left out.
 */
final class HistoryJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private HistoryJson() {}

  static ArrayNode epochsToJson(List<EpochRecord> epochs) {
    return MAPPER.valueToTree(epochs);
  }

  /**
   * Returns the epochs.
   *
   * @throws IllegalArgumentException if the JSON is of another form
   */
  static List<EpochRecord> epochs(JsonNode json) {
    List<EpochRecord> epochs = new ArrayList<>();
    for (JsonNode epoch : json) {
      epochs.add(epoch(epoch));
    }
    return epochs;
  }

  private static EpochRecord epoch(JsonNode json) {
    if (!json.isObject()) {
      throw new IllegalArgumentException("expected an object for each epoch, found " + json);
    }
    ObjectNode complete = json.deepCopy();
    for (RecordComponent component : EpochRecord.class.getRecordComponents()) {
      if (component.getType() == double.class && !complete.has(component.getName())) {
        complete.put(component.getName(), Double.NaN);
      }
    }
    try {
      return MAPPER.treeToValue(complete, EpochRecord.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("expected an epoch of a history, found " + json, e);
    }
  }

  static ObjectNode toJson(History history) {
    ObjectNode json = MAPPER.createObjectNode();
    json.set("epochs", epochsToJson(history.epochs()));
    json.put("bestEpoch", history.bestEpoch());
    json.put("stopReason", history.stopReason().name());
    return json;
  }

  /**
   * Returns a history.
   *
   * @throws IllegalArgumentException if the JSON is of another form
   */
  static History history(JsonNode json) {
    return new History(
        epochs(json.path("epochs")),
        json.path("bestEpoch").asInt(),
        StopReason.valueOf(json.path("stopReason").asText()));
  }
}
