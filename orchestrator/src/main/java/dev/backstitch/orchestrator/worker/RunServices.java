package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.activity.ActivityExecutor;
import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.checkpoint.Checkpoint;
import dev.backstitch.orchestrator.database.DatabaseClock;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.timer.TimerService;
import java.util.function.Consumer;

/// What loaded runs share.
///
/// @param turns runs turns
/// @param lane takes checkpoints to the lane of their run
/// @param gone told when a run has left memory
/// @param observer told when something of a run has become durable
record RunServices(
    Catalog catalog,
    ValueCodec codec,
    DatabaseClock clock,
    TimerService timers,
    ActivityExecutor activities,
    Mailbox.Turns turns,
    Consumer<Checkpoint> lane,
    Consumer<LoadedRun> gone,
    RunObserver observer) {}
