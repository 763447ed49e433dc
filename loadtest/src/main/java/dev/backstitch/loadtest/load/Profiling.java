package dev.backstitch.loadtest.load;

import dev.backstitch.loadtest.load.arrival.Tally;
import dev.backstitch.loadtest.load.profile.Profile;
import dev.backstitch.loadtest.load.profile.Profiler;
import dev.backstitch.loadtest.load.scenario.Observer;
import dev.backstitch.loadtest.load.scenario.Setting;
import dev.backstitch.loadtest.load.stage.Engine;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Profiles what is measured, and tells another observer.
final class Profiling implements Observer {
  private final Observer other;
  private final DataSource database;
  private final List<Profile> profiles = new ArrayList<>();
  private @Nullable Profiler profiler;
  private @Nullable Setting setting;

  Profiling(Observer other, DataSource database) {
    this.other = other;
    this.database = database;
  }

  /// What was measured so far, in this order.
  List<Profile> profiles() {
    return profiles;
  }

  @Override
  public void preparing(Setting newSetting, String what) {
    other.preparing(newSetting, what);
  }

  @Override
  public void measuring(Setting newSetting, Engine engine, Tally tally)
      throws InterruptedException {
    stop();
    setting = newSetting;
    profiler = Profiler.start(database, () -> engine.lanes().orElseThrow());
    other.measuring(newSetting, engine, tally);
  }

  @Override
  public void measured() throws InterruptedException {
    stop();
    other.measured();
  }

  private void stop() throws InterruptedException {
    Profiler running = profiler;
    Setting measured = setting;
    profiler = null;
    if (running != null && measured != null) {
      profiles.add(running.stop(measured.scenario().text(), measured.label()));
    }
  }
}
