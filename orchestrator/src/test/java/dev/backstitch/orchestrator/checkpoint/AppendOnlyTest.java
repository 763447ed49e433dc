package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Facts are never changed: by privilege, and by trigger where somebody gave himself the privilege.
final class AppendOnlyTest {
  private static final String UPDATE = "update backstitch.%s set run_id = run_id";
  private static final String DELETE = "delete from backstitch.%s";
  private static final String TRUNCATE = "truncate backstitch.%s";

  private final Db db = new Db();

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  private List<String> tables() throws SQLException {
    long worker = db.worker();
    long run = Long.parseLong(db.one("select backstitch.first_run_id_at(clock_timestamp())"));
    new Flush(worker).begin(run, null).largeEvent(run, 2, "{}").run(db.connection);
    List<String> tables = new ArrayList<>(List.of("history", "payload"));
    tables.addAll(
        db.all(
            """
            select c.relname
            from pg_inherits i
            join pg_class c on c.oid = i.inhrelid
            join pg_class parent on parent.oid = i.inhparent
            where parent.relname in ('history', 'payload')
              and c.relkind = 'r'
            order by 1
            """));
    assertThat(tables).hasSizeGreaterThan(10);
    return tables;
  }

  @Test
  void not_even_the_owner_has_the_privilege_to_change_or_remove_facts() throws SQLException {
    assertThat(db.one("select rolsuper from pg_roles where rolname = current_user")).isEqualTo("f");
    for (String table : tables()) {
      for (String change : List.of(UPDATE, DELETE, TRUNCATE)) {
        assertThat(Db.stateOf(() -> db.execute("%s", change.formatted(table))))
            .as(change, table)
            .isEqualTo("42501");
      }
    }
  }

  @Test
  void with_the_privilege_the_trigger_refuses() throws SQLException {
    for (String table : tables()) {
      db.execute("grant update, delete, truncate on backstitch.%s to current_user", table);
    }
    String partitionsWithRows =
        """
        select distinct tableoid::regclass::text from backstitch.history
        union
        select distinct tableoid::regclass::text from backstitch.payload
        """;
    List<String> filled = new ArrayList<>(List.of("history", "payload"));
    db.all("%s", partitionsWithRows).forEach(name -> filled.add(name.replace("backstitch.", "")));

    assertThat(filled).hasSize(4);
    for (String table : filled) {
      for (String change : List.of(UPDATE, DELETE, TRUNCATE)) {
        assertThat(Db.stateOf(() -> db.execute("%s", change.formatted(table))))
            .as(change, table)
            .isEqualTo("BS002");
      }
    }
    assertThat(db.one("select count(*) from backstitch.history")).isEqualTo("2");
  }

  @Test
  void partitions_made_later_are_protected_alike() throws SQLException {
    String before = db.one("select count(*) from pg_trigger where not tgisinternal");

    String made = db.one("select backstitch.make_partitions(12)");

    assertThat(made).isEqualTo("8");
    assertThat(db.one("select backstitch.make_partitions(12)")).isEqualTo("0");
    // A row trigger that is inherited, and one of its own against truncation.
    assertThat(db.one("select count(*) - %s from pg_trigger where not tgisinternal", before))
        .isEqualTo("16");
  }
}
