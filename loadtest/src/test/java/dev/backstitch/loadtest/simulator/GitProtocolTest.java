package dev.backstitch.loadtest.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.TransportConfigCallback;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.TransportException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.FilterSpec;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The git host beside the API, as a git client sees it: JGit's own.
class GitProtocolTest {
  private static final String FILE = "progress.json";
  private static final String REFS = "/seam-school/progress.git/info/refs?service=git-upload-pack";

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(6));
  private final SyncWorld world = simulator.world();
  private final InMemoryRepository local = inMemory("2");

  @AfterEach
  void stop() {
    local.close();
    simulator.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "2"})
  void the_branches_and_the_heads_of_open_and_closed_pull_requests_are_shown(String version)
      throws Exception {
    PullRequest closed = world.openPullRequests().get(1);
    world.closePullRequest(closed.number());

    Map<String, ObjectId> refs = refs(inMemory(version));

    assertThat(refs)
        .containsKeys("HEAD", "refs/heads/main")
        .containsEntry("refs/heads/tracker", world.trackerHead())
        .containsEntry(closed.ref(), closed.head())
        .hasSize(3 + 6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "2"})
  void the_head_of_a_deleted_fork_is_fetched_without_its_history(String version) throws Exception {
    PullRequest one = world.openPullRequests().getFirst();
    ObjectId head = world.push(one.number(), "[]".getBytes(StandardCharsets.UTF_8));
    world.deleteFork(one.number());

    try (InMemoryRepository fresh = inMemory(version)) {
      FetchResult fetched = fetch(fresh, simulator.token(), one.ref());

      assertThat(fetched.getAdvertisedRef(one.ref()).getObjectId()).isEqualTo(head);
      assertThat(file(fresh, head)).isEqualTo("[]");
      assertThat(fresh.getObjectDatabase().has(one.head())).as("its parent").isFalse();
    }
  }

  @Test
  void a_filter_leaves_out_what_is_too_large() throws Exception {
    PullRequest one = world.openPullRequests().getFirst();
    ObjectId head = world.push(one.number(), "[   ]".getBytes(StandardCharsets.UTF_8));

    try (Git git = Git.wrap(local)) {
      git.fetch()
          .setRemote(address())
          .setRefSpecs(one.ref())
          .setDepth(1)
          .setTransportConfigCallback(
              withToken(simulator.token(), FilterSpec.fromFilterLine("blob:limit=4")))
          .call();
    }

    assertThat(local.getObjectDatabase().has(head)).isTrue();
    assertThatThrownBy(() -> file(local, head)).isInstanceOf(MissingObjectException.class);
  }

  @Test
  void a_fork_shows_its_own_branches() throws Exception {
    PullRequest one = world.openPullRequests().getFirst();
    String fork = one.headRepository().orElseThrow().nameWithOwner();

    try (Git git = Git.wrap(local)) {
      Map<String, ObjectId> refs =
          ids(git.lsRemote().setRemote(simulator.apiUrl() + "/" + fork + ".git").call());

      assertThat(refs).containsEntry("refs/heads/" + one.headBranch(), one.head());
      assertThat(refs.keySet()).noneMatch(name -> name.startsWith("refs/pull/"));
    }
  }

  @Test
  void the_ref_of_a_pull_request_may_lag_behind_a_push() throws Exception {
    world.forge().moveRefsLater(Duration.ofSeconds(10));
    PullRequest before = world.openPullRequests().getFirst();
    ObjectId first = world.pushProgressTo(before.number());
    ObjectId second = world.pushProgressTo(before.number());

    assertThat(refs(local)).containsEntry(before.ref(), before.head());

    simulator.clock().advance(Duration.ofSeconds(11));
    assertThat(refs(local)).containsEntry(before.ref(), second);
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void git_costs_no_quota_and_is_counted_by_itself() throws Exception {
    int before = simulator.quota(QuotaResource.CORE).remaining();

    fetch(local, simulator.token(), world.openPullRequests().getFirst().ref());

    Counts counts = simulator.counts();
    assertThat(counts.requests()).isZero();
    assertThat(counts.points()).isZero();
    assertThat(counts.of(Operation.GIT_INFO_REFS)).isEqualTo(1);
    assertThat(counts.of(Operation.GIT_UPLOAD_PACK)).isGreaterThanOrEqualTo(2);
    assertThat(counts.of(Operation.GIT)).isEqualTo(counts.git()).isGreaterThanOrEqualTo(3);
    assertThat(simulator.quota(QuotaResource.CORE).remaining()).isEqualTo(before);
    assertThat(simulator.violations()).isEmpty();
  }

  @Test
  void an_unknown_token_is_refused_and_nobody_sees_a_private_repository() throws Exception {
    simulator.addToken("soon-revoked");
    simulator.revokeToken("soon-revoked");
    String ref = world.openPullRequests().getFirst().ref();
    try (ApiClient nobody = new ApiClient(simulator).without("Authorization")) {
      assertThat(nobody.get(REFS).statusCode()).as("it is public").isEqualTo(200);
      world.forge().makePrivate();

      HttpResponse<byte[]> refused = nobody.get(REFS);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(ApiClient.header(refused, "WWW-Authenticate")).isEqualTo("Basic realm=\"GitHub\"");
      assertThat(nobody.get("/repos/seam-school/progress").statusCode()).isEqualTo(404);
      nobody.with("Authorization", "Bearer " + simulator.token());
      assertThat(nobody.get(REFS).statusCode()).as("git knows Basic only").isEqualTo(401);
    }
    assertThatThrownBy(() -> fetch(local, "soon-revoked", ref))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("not authorized");
    fetch(local, simulator.token(), ref);
  }

  @Test
  void a_push_is_refused() throws Exception {
    fetch(local, simulator.token(), "refs/heads/tracker");

    try (Git git = Git.wrap(local)) {
      assertThatThrownBy(() ->
              git.push()
                  .setRemote(address())
                  .add("refs/heads/tracker:refs/heads/mine")
                  .setTransportConfigCallback(withToken(simulator.token(), FilterSpec.NO_FILTER))
                  .call())
          .isInstanceOf(TransportException.class)
          .hasMessageContaining("not permitted");
    }
    try (ApiClient client = new ApiClient(simulator).with("Authorization", basic())) {
      HttpResponse<byte[]> refused =
          client.send(
              client
                  .request("/seam-school/progress.git/git-receive-pack")
                  .POST(BodyPublishers.ofString("0000")));
      assertThat(refused.statusCode()).isEqualTo(403);
    }
  }

  @Test
  void a_renamed_repository_sends_git_to_its_new_name() throws Exception {
    PullRequest one = world.openPullRequests().getFirst();
    String former = address();
    world.renameRepository("progress-of-last-year");

    try (Git git = Git.wrap(local)) {
      assertThat(git.lsRemote().setRemote(former).callAsMap()).containsKey(one.ref());
    }
  }

  @Test
  void what_is_no_git_is_refused() throws Exception {
    try (ApiClient client = new ApiClient(simulator).with("Authorization", basic())) {
      assertThat(client.get("/seam-school/progress.git/info/refs").statusCode()).isEqualTo(403);
      assertThat(client.get("/seam-school/progress.git/git-upload-pack").statusCode())
          .isEqualTo(405);
      assertThat(client.get("/seam-school/nothing.git/info/refs?service=x").statusCode())
          .isEqualTo(404);
      HttpResponse<byte[]> garbage =
          client.send(
              client
                  .request("/seam-school/progress.git/git-upload-pack")
                  .header("Git-Protocol", "version=2")
                  .POST(BodyPublishers.ofString("garbage")));
      assertThat(garbage.statusCode()).isEqualTo(400);
    }
  }

  @Test
  void faults_strike_git_by_its_own_names_and_those_of_quotas_do_not() throws Exception {
    String ref = world.openPullRequests().getFirst().ref();
    simulator.faults().always(Operation.ANY, new Fault.QuotaExhausted());
    simulator.faults().next(Operation.REST, new Fault.Status(500));
    simulator.faults().next(Operation.GIT_UPLOAD_PACK, new Fault.Status(502));

    assertThatThrownBy(() -> fetch(local, simulator.token(), ref)).hasMessageContaining("502");
    simulator.faults().next(Operation.GIT, new Fault.Status(503));
    assertThatThrownBy(() -> fetch(local, simulator.token(), ref)).hasMessageContaining("503");
    fetch(local, simulator.token(), ref);

    assertThat(simulator.faults().injected())
        .allSatisfy(met -> assertThat(met.operation().isGit()).isTrue())
        .hasSize(2);
  }

  @Test
  void a_token_that_git_takes_to_another_host_breaks_a_law() throws Exception {
    simulator.faults().next(Operation.GIT_INFO_REFS, new Fault.SentElsewhere(302));

    try (ApiClient client = new ApiClient(simulator).with("Authorization", basic())) {
      String there = ApiClient.header(client.get(REFS), "Location");
      try (var elsewhere = new ApiClient(URI.create(there), simulator.token())) {
        elsewhere.get("");
      }
    }

    assertThat(simulator.takeViolations())
        .singleElement()
        .extracting(Violation::side)
        .isEqualTo(Violation.Side.LAW);
  }

  @Test
  void a_whole_clone_is_what_the_network_holds(@TempDir Path folder) throws Exception {
    try (Git clone =
        Git.cloneRepository()
            .setURI(address())
            .setDirectory(folder.resolve("clone").toFile())
            .setBranch(SyncWorld.TRACKER)
            .call()) {
      assertThat(clone.getRepository().resolve("HEAD")).isEqualTo(world.trackerHead());
    }
  }

  private static InMemoryRepository inMemory(String protocolVersion) {
    InMemoryRepository repository = new InMemoryRepository(new DfsRepositoryDescription("test"));
    repository.getConfig().setString("protocol", null, "version", protocolVersion);
    return repository;
  }

  private String address() {
    return simulator.apiUrl() + "/" + simulator.repository() + ".git";
  }

  private Map<String, ObjectId> refs(Repository repository) throws GitAPIException {
    try (Git git = Git.wrap(repository)) {
      return ids(
          git.lsRemote()
              .setRemote(address())
              .setTransportConfigCallback(withToken(simulator.token(), FilterSpec.NO_FILTER))
              .call());
    }
  }

  private static Map<String, ObjectId> ids(Collection<Ref> refs) {
    return refs.stream().collect(Collectors.toMap(Ref::getName, Ref::getObjectId));
  }

  private FetchResult fetch(Repository repository, String token, String... refs)
      throws GitAPIException {
    try (Git git = Git.wrap(repository)) {
      return git.fetch()
          .setRemote(address())
          .setRefSpecs(List.of(refs).stream().map(ref -> ref + ":" + ref).toArray(String[]::new))
          .setDepth(1)
          .setTransportConfigCallback(withToken(token, FilterSpec.NO_FILTER))
          .call();
    }
  }

  private static TransportConfigCallback withToken(String token, FilterSpec filter) {
    return transport -> {
      ((TransportHttp) transport)
          .setCredentialsProvider(new UsernamePasswordCredentialsProvider("x-access-token", token));
      transport.setFilterSpec(filter);
    };
  }

  private String basic() {
    String pair = "x-access-token:" + simulator.token();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static String file(Repository repository, ObjectId commit) throws IOException {
    try (var walk = new RevWalk(repository);
        TreeWalk file = TreeWalk.forPath(repository, FILE, walk.parseCommit(commit).getTree())) {
      return new String(repository.open(file.getObjectId(0)).getBytes(), StandardCharsets.UTF_8);
    }
  }
}
