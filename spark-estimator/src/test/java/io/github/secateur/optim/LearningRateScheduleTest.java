package io.github.secateur.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("text")
class LearningRateScheduleTest {

  private static LearningRateSchedule schedule(ScheduleOptions options) {
    return LearningRateSchedule.of(options, 0.1, 10, 8);
  }

  @Test
  void constantStays() {
    LearningRateSchedule schedule = schedule(ScheduleOptions.DEFAULTS);
    assertEquals(0.1, schedule.rate(0));
    assertEquals(0.1, schedule.rate(79));
  }

  @Test
  void stepDropsAtEpochBoundaries() {
    LearningRateSchedule schedule = schedule(new ScheduleOptions("step", 3, 0.5, 2, 0, 0));
    assertEquals(0.1, schedule.rate(29));
    assertEquals(0.05, schedule.rate(30), 1e-15);
    assertEquals(0.05, schedule.rate(59), 1e-15);
    assertEquals(0.025, schedule.rate(60), 1e-15);
  }

  @Test
  void cosineFallsFromFullToFinalRate() {
    LearningRateSchedule schedule = schedule(new ScheduleOptions("cosine", 1, 0.1, 2, 0.5, 0.2));
    assertEquals(0.1, schedule.rate(0), 1e-15);
    assertEquals(0.1 * (0.2 + 0.8 * 0.5), schedule.rate(40), 1e-15);
    assertEquals(0.02, schedule.rate(80), 1e-15);
    assertEquals(0.02, schedule.rate(1000), 1e-15);
  }

  @Test
  void warmupRisesToTheFullRateThenFalls() {
    LearningRateSchedule schedule =
        schedule(new ScheduleOptions("warmup-cosine", 1, 0.1, 2, 0.25, 0));
    assertEquals(0.1 / 20, schedule.rate(0), 1e-15);
    assertEquals(0.05, schedule.rate(9), 1e-15);
    assertEquals(0.1, schedule.rate(19), 1e-15);
    assertEquals(0.1, schedule.rate(20), 1e-15);
    assertEquals(0.05, schedule.rate(50), 1e-15);
    for (int step = 20; step < 79; step++) {
      assertTrue(schedule.rate(step + 1) < schedule.rate(step));
    }
  }

  @Test
  void everyNameHasDefaults() {
    for (String name : ScheduleOptions.NAMES) {
      assertTrue(schedule(ScheduleOptions.named(name)).rate(1) > 0, name);
    }
  }

  @Test
  void unknownNameListsTheKnownOnes() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> ScheduleOptions.named("exponential"));
    assertEquals(
        "learning-rate schedule must be one of [constant, step, cosine, warmup-cosine, plateau],"
            + " found \"exponential\"",
        e.getMessage());
  }
}
