package dev.backstitch.loadtest.simulator.fault;

import java.util.EnumSet;
import java.util.Set;

/// What a request is for. The first four stand for groups and never classify a request.
public enum Operation {
  ANY,
  GRAPHQL,
  REST,
  GIT,

  /// A query for a `ref`, without pull requests or history.
  READ_STATE,
  /// A query that lists pull requests.
  LIST_HEADS,
  /// A query for single pull requests by their number, without objects.
  READ_HEADS,
  /// A query for `object`s, usually many aliases, perhaps with the pull requests they belong to.
  FETCH_FILES,
  /// A query for a commit's history.
  READ_HISTORY,
  /// The mutation `createCommitOnBranch`.
  COMMIT,
  OTHER_QUERY,

  GET_REPOSITORY,
  LIST_PULLS,
  GET_CONTENTS,
  GET_BLOB,
  GET_TREE,
  GET_REF,
  GET_COMMIT,
  GET_BRANCH,
  GET_RATE_LIMIT,
  GET_USER,
  CREATE_STATUS,
  GET_STATUS,
  CREATE_CHECK_RUN,
  UPDATE_CHECK_RUN,
  LIST_CHECK_RUNS,
  GET_INSTALLATION,
  CREATE_INSTALLATION_TOKEN,
  LIST_HOOKS,
  CREATE_HOOK,
  LIST_DELIVERIES,
  REDELIVER,
  LIST_APP_DELIVERIES,
  REDELIVER_FOR_APP,
  CREATE_BLOB,
  CREATE_TREE,
  CREATE_COMMIT,
  CREATE_REF,
  UPDATE_REF,
  UNKNOWN_ROUTE,

  /// What a git repository offers: the first request of every fetch and push.
  GIT_INFO_REFS,
  /// The refs of a git repository, or a pack of its objects.
  GIT_UPLOAD_PACK,
  /// A push.
  GIT_RECEIVE_PACK;

  private static final Set<Operation> GRAPHQL_KINDS =
      EnumSet.of(
          READ_STATE, LIST_HEADS, READ_HEADS, FETCH_FILES, READ_HISTORY, COMMIT, OTHER_QUERY);
  private static final Set<Operation> GIT_KINDS =
      EnumSet.of(GIT_INFO_REFS, GIT_UPLOAD_PACK, GIT_RECEIVE_PACK);

  private static final Set<Operation> STALE_KINDS =
      EnumSet.of(
          READ_STATE,
          LIST_HEADS,
          READ_HEADS,
          FETCH_FILES,
          READ_HISTORY,
          OTHER_QUERY,
          LIST_PULLS,
          GET_CONTENTS,
          GET_REF,
          GET_BRANCH,
          GET_STATUS);

  /// The method of its requests.
  public String method() {
    return switch (this) {
      case CREATE_STATUS, CREATE_CHECK_RUN, CREATE_INSTALLATION_TOKEN, CREATE_HOOK, REDELIVER ->
          "POST";
      case REDELIVER_FOR_APP -> "POST";
      case CREATE_BLOB, CREATE_TREE, CREATE_COMMIT, CREATE_REF -> "POST";
      case GIT_UPLOAD_PACK, GIT_RECEIVE_PACK -> "POST";
      case UPDATE_CHECK_RUN, UPDATE_REF -> "PATCH";
      default -> isGraphQl() ? "POST" : "GET";
    };
  }

  /// Whether only an App that speaks for itself may ask for it.
  public boolean isForApps() {
    return this == GET_INSTALLATION
        || this == CREATE_INSTALLATION_TOKEN
        || this == LIST_APP_DELIVERIES
        || this == REDELIVER_FOR_APP;
  }

  /// Whether it is about check runs.
  public boolean isOfChecks() {
    return this == CREATE_CHECK_RUN || this == UPDATE_CHECK_RUN || this == LIST_CHECK_RUNS;
  }

  /// Whether nobody without a token may ask for it.
  public boolean needsAccount() {
    return isGraphQl()
        || isWrite()
        || this == GET_USER
        || this == LIST_HOOKS
        || this == LIST_DELIVERIES;
  }

  /// Whether it changes something.
  public boolean isWrite() {
    return this == COMMIT
        || this == GIT_RECEIVE_PACK
        || (!isGraphQl() && !isGit() && !method().equals("GET"));
  }

  public boolean isGraphQl() {
    return this == GRAPHQL || GRAPHQL_KINDS.contains(this);
  }

  /// Whether it reads something that a replica may show as it was a moment ago.
  boolean mayBeStale() {
    return STALE_KINDS.contains(this);
  }

  /// Whether it is for the git host and not for the API: it costs no quota.
  public boolean isGit() {
    return this == GIT || GIT_KINDS.contains(this);
  }

  /// Whether a rule for this operation concerns a request of the other.
  boolean includes(Operation request) {
    return this == ANY
        || this == request
        || (this == GRAPHQL && request.isGraphQl())
        || (this == GIT && request.isGit())
        || (this == REST && !request.isGraphQl() && !request.isGit());
  }
}
