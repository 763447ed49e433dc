package dev.backstitch.loadtest.simulator.fault;

import java.util.EnumSet;
import java.util.Set;

/// What a request is for. The first three stand for groups and never classify a request.
public enum Operation {
  ANY,
  GRAPHQL,
  REST,

  /// A query for a `ref`, without pull requests or history.
  READ_STATE,
  /// A query that lists pull requests.
  LIST_HEADS,
  /// A query for single pull requests by their number.
  READ_HEADS,
  /// A query for `object`s, usually many aliases.
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
  UNKNOWN_ROUTE;

  private static final Set<Operation> GRAPHQL_KINDS =
      EnumSet.of(
          READ_STATE, LIST_HEADS, READ_HEADS, FETCH_FILES, READ_HISTORY, COMMIT, OTHER_QUERY);

  /// The method of its requests.
  public String method() {
    return switch (this) {
      case CREATE_STATUS, CREATE_CHECK_RUN, CREATE_INSTALLATION_TOKEN, CREATE_HOOK, REDELIVER ->
          "POST";
      case UPDATE_CHECK_RUN -> "PATCH";
      default -> isGraphQl() ? "POST" : "GET";
    };
  }

  /// Whether only an App that speaks for itself may ask for it.
  public boolean isForApps() {
    return this == GET_INSTALLATION || this == CREATE_INSTALLATION_TOKEN;
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
    return this == COMMIT || (!isGraphQl() && !method().equals("GET"));
  }

  public boolean isGraphQl() {
    return this == GRAPHQL || GRAPHQL_KINDS.contains(this);
  }

  /// Whether a rule for this operation concerns a request of the other.
  boolean includes(Operation request) {
    return this == ANY
        || this == request
        || (this == GRAPHQL && request.isGraphQl())
        || (this == REST && !request.isGraphQl());
  }
}
