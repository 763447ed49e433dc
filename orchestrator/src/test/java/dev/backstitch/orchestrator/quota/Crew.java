package dev.backstitch.orchestrator.quota;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Several workers as the ledger sees them: those that live, and those whose death nobody has
/// noticed. Nobody holds their session locks.
final class Crew {
  private final Handle handle;
  private final Random random;
  private final List<Long> living = new ArrayList<>();
  private final List<Long> unnoticed = new ArrayList<>();

  Crew(Handle handle, Random random, int size) {
    this.handle = handle;
    this.random = random;
    for (int i = 0; i < size; i++) {
      living.add(register());
    }
  }

  /// One that lives.
  Long anyone() {
    return living.get(random.nextInt(living.size()));
  }

  /// One dies, and another one starts.
  void replace(Long dead) {
    living.remove(dead);
    living.add(register());
    unnoticed.add(dead);
  }

  /// Takes over the one that is dead for the longest time; null if nobody is.
  @Nullable Long takeOver() {
    if (unnoticed.isEmpty()) {
      return null;
    }
    Long dead = unnoticed.removeFirst();
    handle.execute(
        """
        update backstitch.worker
        set ended_at = clock_timestamp(),
            end_reason = 'test'
        where worker_id = ?
        """,
        dead);
    return dead;
  }

  private long register() {
    return handle
        .createQuery(
            """
            insert into backstitch.worker (host, process_id, build, lease)
            values ('test', 1, 'test', interval '10 seconds')
            returning worker_id
            """)
        .mapTo(Long.class)
        .one();
  }
}
