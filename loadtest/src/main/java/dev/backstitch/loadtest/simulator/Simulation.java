package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.account.Credentials;
import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import dev.backstitch.loadtest.simulator.contract.Violations;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Faults;
import dev.backstitch.loadtest.simulator.forge.Replica;
import dev.backstitch.loadtest.simulator.hook.HookBook;
import dev.backstitch.loadtest.simulator.law.Elsewhere;
import dev.backstitch.loadtest.simulator.law.Laws;
import dev.backstitch.loadtest.simulator.quota.QuotaBook;
import dev.backstitch.loadtest.simulator.quota.SecondaryLimits;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// The parts of one simulator, each of which looks after its own state.
record Simulation(
    SimulatorConfig config,
    SimulatorClock clock,
    SyncWorld world,
    Credentials credentials,
    Apps apps,
    Account account,
    QuotaBook quotas,
    SecondaryLimits secondaryLimits,
    Faults faults,
    Violations violations,
    Tally tally,
    AnswerHeaders headers,
    HookBook hooks,
    Laws laws,
    Elsewhere elsewhere) {

  private static final long ACCOUNT_ID = 9_000_001L;

  /// What a request that met that fault is shown.
  Replica replica(Optional<Fault> fault) {
    return fault.orElse(null) instanceof Fault.Stale(Duration age)
        ? Replica.behind(world.forge(), age)
        : Replica.upToDate(world.forge());
  }

  /// Makes the parts and the world.
  static Simulation create(SimulatorConfig config, Path repository) {
    var clock = new SimulatorClock(Clock.systemUTC());
    var account = Account.user(ACCOUNT_ID, config.login());
    var credentials = new Credentials(clock);
    credentials.add(config.token(), account);
    SyncWorld world = SyncWorld.create(repository, clock, config.world());
    Apps apps = new Apps(clock, credentials, config.world().seed());
    var violations = new Violations();
    var hooks = new HookBook(clock, event -> Announcer.check(event, violations));
    Announcer.watch(world.forge(), apps, hooks);
    return new Simulation(
        config,
        clock,
        world,
        credentials,
        apps,
        account,
        new QuotaBook(clock, apps, config.hourlyLimit(), config.quotaWindow()),
        new SecondaryLimits(clock, config.secondaryLimits()),
        new Faults(clock),
        violations,
        new Tally(),
        new AnswerHeaders(clock, config.world().seed()),
        hooks,
        new Laws(clock, violations),
        new Elsewhere(violations));
  }
}
