package org.apache.zeppelin.spark;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.zeppelin.interpreter.InterpreterGroup;
import org.apache.zeppelin.interpreter.ZeppelinContext;

/** What a note calls {@code z}: it shows a Dataset as a table, and has Zeppelin's forms. */
public final class NoteContext extends ZeppelinContext {
  private final Spark3Shims shims;

  NoteContext(SparkSession session, InterpreterGroup group, Properties properties) {
    super(
        group.getInterpreterHookRegistry(),
        Integer.parseInt(properties.getProperty("zeppelin.spark.maxResult", "1000")));
    // not by SparkShims.getInstance: that one knows no Spark 4
    shims = new Spark3Shims(properties, session);
  }

  @Override
  public Map<String, String> getInterpreterClassMap() {
    return Map.of("spark", SparkInterpreter.class.getName());
  }

  @Override
  @SuppressWarnings("rawtypes") // as declared
  public List<Class> getSupportedClasses() {
    return List.of(Dataset.class);
  }

  @Override
  public String showData(Object data, int maxResult) {
    return shims.showDataFrame(data, maxResult, interpreterContext);
  }
}
