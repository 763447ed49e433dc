package dev.backstitch.loadtest.simulator.fault;

import dev.backstitch.loadtest.simulator.forge.Protection;
import dev.backstitch.loadtest.simulator.forge.Replica;
import java.time.Duration;
import java.util.Optional;

/// One trouble that a request can meet.
public sealed interface Fault {

  /// The request has no effect and is answered with this status, without quota headers, as a load
  /// balancer does. A GraphQL query costs its points all the same.
  record Status(int status) implements Fault {
    public Status {
      requireError(status);
    }
  }

  /// GitHub gives the request up: it has no effect, is answered with this status, and for an hour
  /// its account has so many points less of the resource's quota than it spent
  /// (https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#timeouts).
  /// How many nobody says.
  ///
  /// @param after how long it takes until then, 10 seconds at GitHub
  /// @param points 0 or more
  record TimedOut(int status, Duration after, int points) implements Fault {
    public TimedOut {
      requireError(status);
      if (after.isNegative() || points < 0) {
        throw new IllegalArgumentException(
            "after and points must not be negative: %s, %d".formatted(after, points));
      }
    }
  }

  /// The request takes effect, but the answer is this status.
  record StatusAfterWrite(int status) implements Fault {
    public StatusAfterWrite {
      requireError(status);
    }
  }

  /// The connection is reset before the request takes effect.
  record ResetBeforeWrite() implements Fault {}

  /// The request has no effect and is answered with this status and a message that repeats the
  /// caller's `Authorization`, as a careless proxy might.
  record EchoedAuthorization(int status) implements Fault {
    public EchoedAuthorization {
      requireError(status);
    }
  }

  /// The request takes effect; then the connection is reset instead of an answer.
  record ResetAfterWrite() implements Fault {}

  /// The request takes effect, but the answer ends in the middle of its body.
  record CutShort() implements Fault {}

  /// The request is looked at this much later.
  record Slow(Duration delay) implements Fault {}

  /// The request takes effect at once, but its answer comes this much later, so that those of later
  /// requests overtake it with newer numbers of the quota.
  record Late(Duration delay) implements Fault {}

  /// The answer begins at once, and the second half of its body comes this much later.
  record SlowBody(Duration delay) implements Fault {}

  /// The request takes effect, and the answer is whole for HTTP, but its body is cut in half.
  record HalfBody() implements Fault {}

  /// The request has no effect and is answered with a redirect to another host.
  ///
  /// @param status 301, 302, 307 or 308
  record SentElsewhere(int status) implements Fault {
    public SentElsewhere {
      if (status != 301 && status != 302 && status != 307 && status != 308) {
        throw new IllegalArgumentException("A redirect is 301, 302, 307 or 308, not " + status);
      }
    }
  }

  /// Just before the request is looked at, something happens to the last open pull request with a
  /// living fork: between a list and what follows from it.
  record WorldMoves(Move move) implements Fault {}

  /// What may happen meanwhile.
  enum Move {
    PUSH,
    FORCE_PUSH,
    CLOSE,
    DELETE_FORK,
    DELETE_AUTHOR
  }

  /// The answer carries no quota headers, as behind some proxies.
  record NoQuotaHeaders() implements Fault {}

  /// The answer's quota headers are those of another window of the same quota: some accounts have
  /// been seen to have two, and answers show now the one and now the other.
  ///
  /// @param used points spent in that window
  /// @param left until that window ends
  record OtherWindow(int used, Duration left) implements Fault {
    public OtherWindow {
      if (used < 0 || left.isNegative()) {
        throw new IllegalArgumentException("A window has used and left something, not " + used);
      }
    }
  }

  /// The last `count` aliases of a batch exceed GitHub's limits: an error of type
  /// `RESOURCE_LIMITS_EXCEEDED` each, and null in the data, or nothing at all when `absent`.
  record PartialData(int count, boolean absent) implements Fault {}

  /// The last `count` aliases of a batch are null without an error: objects that were pushed a
  /// moment ago and cannot be seen yet.
  record UnseenObjects(int count) implements Fault {}

  /// The commit meets a protected branch.
  record BranchProtected(Protection protection) implements Fault {}

  /// The answer shows the world as it was so long ago, as a replica does that lags behind: pull
  /// requests, branches and refs, and statuses. Objects asked for by their id are not concerned.
  ///
  /// @param age more than nothing, 10 minutes at most
  record Stale(Duration age) implements Fault {
    public Stale {
      if (!age.isPositive() || age.compareTo(Replica.MOST) > 0) {
        throw new IllegalArgumentException(
            "age must be more than nothing and at most %s, not %s".formatted(Replica.MOST, age));
      }
    }
  }

  /// The ref is not moved though nothing speaks against it, as happens for seconds after another
  /// update (https://github.com/rust-lang/homu/issues/75,
  /// https://github.com/elifesciences/elife-bot/issues/378). A commit by GraphQL is told
  /// `STALE_DATA`, which is our guess at the same.
  ///
  /// @param status 422 with `Update is not a fast forward`, or 409
  record RefRefused(int status) implements Fault {
    public RefRefused {
      if (status != 409 && status != 422) {
        throw new IllegalArgumentException("A ref is refused with 409 or 422, not " + status);
      }
    }
  }

  /// Just before the commit is looked at, somebody else commits to the same branch.
  record ForeignWriter() implements Fault {}

  /// The token is not known for once: 401, and the quota headers of nobody.
  record TokenExpired() implements Fault {}

  /// The account's quota of the request's resource is spent until its window ends.
  record QuotaExhausted() implements Fault {}

  /// `/rate_limit` shows GraphQL's quota full, whatever is left of it, as it has been seen to do:
  /// who wants to know asks GraphQL.
  record ShownFull() implements Fault {}

  /// A secondary rate limit.
  ///
  /// @param status 403 or 429; for GraphQL also 200, with an error in the answer
  /// @param retryAfter the header's text, seconds or an HTTP date; may be left out, as GitHub does
  /// @param limitedBy the text of `gh-limited-by`, which names the limit; may be left out too, and
  ///   which texts there are nobody says
  record SecondaryLimit(int status, Optional<String> retryAfter, Optional<String> limitedBy)
      implements Fault {

    /// One that does not say which limit it is.
    public SecondaryLimit(int status, Optional<String> retryAfter) {
      this(status, retryAfter, Optional.empty());
    }

    public SecondaryLimit {
      if (status != 200 && status != 403 && status != 429) {
        throw new IllegalArgumentException("A secondary limit is 200, 403 or 429, not " + status);
      }
    }
  }

  /// Whether this fault makes sense for such a request at all.
  default boolean fits(Operation operation) {
    return switch (this) {
      case PartialData _, UnseenObjects _ -> operation.isGraphQl() && operation != Operation.COMMIT;
      case BranchProtected _, ForeignWriter _ -> operation == Operation.COMMIT;
      case RefRefused _ -> operation == Operation.UPDATE_REF || operation == Operation.COMMIT;
      case ShownFull _ -> operation == Operation.GET_RATE_LIMIT;
      case Stale _ -> operation.mayBeStale();
      case SentElsewhere _ -> !operation.isGraphQl();
      case SecondaryLimit(int status, var _, var _) when status == 200 -> operation.isGraphQl();
      case NoQuotaHeaders _,
          OtherWindow _,
          QuotaExhausted _,
          SecondaryLimit _,
          TimedOut _,
          TokenExpired _ ->
          !operation.isGit();
      case Status _,
          EchoedAuthorization _,
          StatusAfterWrite _,
          ResetBeforeWrite _,
          ResetAfterWrite _,
          CutShort _,
          Slow _,
          Late _,
          SlowBody _,
          HalfBody _,
          WorldMoves _ ->
          true;
    };
  }

  private static void requireError(int status) {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("An error's status is 400 to 599, not " + status);
    }
  }
}
