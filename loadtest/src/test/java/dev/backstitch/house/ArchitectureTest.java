package dev.backstitch.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The arrows between modules and packages: they point one way.
final class ArchitectureTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.backstitch");

  @Test
  void the_migrations_know_nobody() {
    noClasses()
        .that()
        .resideInAPackage("dev.backstitch.migrations..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.backstitch.orchestrator..",
                "dev.backstitch.activities..",
                "dev.backstitch.api..",
                "dev.backstitch.loadtest.."))
        .check(HOUSE);
  }

  @Test
  void the_orchestrator_knows_no_github_no_http_and_no_other_module() {
    noClasses()
        .that()
        .resideInAPackage("dev.backstitch.orchestrator..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.backstitch.migrations..",
                "dev.backstitch.activities..",
                "dev.backstitch.api..",
                "dev.backstitch.loadtest..",
                "io.javalin..",
                "java.net.http.."))
        .check(HOUSE);
  }

  @Test
  void the_activities_know_only_the_orchestrator() {
    noClasses()
        .that()
        .resideInAPackage("dev.backstitch.activities..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.backstitch.migrations..",
                "dev.backstitch.api..",
                "dev.backstitch.loadtest..",
                "io.javalin.."))
        .check(HOUSE);
  }

  @Test
  void jgit_is_seen_in_one_package_which_does_not_speak_http_itself() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.backstitch.orchestrator..", "dev.backstitch.api..")
        .or(
            resideInAPackage("dev.backstitch.activities..")
                .and(not(resideInAPackage("dev.backstitch.activities.git.."))))
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.eclipse.jgit.."))
        .check(HOUSE);
    noClasses()
        .that()
        .resideInAPackage("dev.backstitch.activities.git..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("java.net..", "org.eclipse.jgit.transport.http.."))
        .check(HOUSE);
  }

  @Test
  void the_api_does_not_know_the_load_harness() {
    noClasses()
        .that()
        .resideInAPackage("dev.backstitch.api..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("dev.backstitch.loadtest.."))
        .check(HOUSE);
  }

  @Test
  void replay_is_pure() {
    noClasses()
        .that()
        .resideInAPackage("dev.backstitch.orchestrator.replay..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "java.sql..",
                "java.io..",
                "java.nio.file..",
                "java.net..",
                "org.jdbi..",
                "org.slf4j..",
                "dev.backstitch.orchestrator.database..",
                "dev.backstitch.orchestrator.worker.."))
        .check(HOUSE);
    noClasses()
        .that()
        .resideInAPackage("dev.backstitch.orchestrator.replay..")
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Math.class, "random")
        .check(HOUSE);
  }

  @Test
  void users_write_against_the_workflow_package_alone() {
    noClasses()
        .that()
        .resideInAPackage("dev.backstitch.activities..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.backstitch.orchestrator.replay..",
                "dev.backstitch.orchestrator.worker..",
                "dev.backstitch.orchestrator.checkpoint..",
                "dev.backstitch.orchestrator.lease.."))
        .check(HOUSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"migrations", "orchestrator", "activities", "api", "loadtest"})
  void packages_of_a_module_form_no_cycle(String module) {
    slices()
        .matching("dev.backstitch." + module + ".(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(HOUSE);
  }

  @Test
  void the_engines_parts_do_not_know_the_whole() {
    noClasses()
        .that()
        .resideInAPackage("dev.backstitch.orchestrator.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.backstitch.orchestrator")
        .check(HOUSE);
  }

  @Test
  void packages_are_concepts_not_buckets() {
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..common..", "..helper..", "..model..", "..impl..")
        .check(HOUSE);
  }
}
