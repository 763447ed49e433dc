package dev.backstitch.orchestrator.quota;

/// What an attempt is going to use of a quota.
///
/// @param owner who is charged, such as `github/user:octocat`: an account, never a token; 1 to 200
///   characters
/// @param resource which of the owner's quotas, such as `core`; 1 to 100 characters
/// @param lane how urgent it is
/// @param cost how many points it will probably use, 1 to 10,000; a request beyond that asks again
/// @param writes how many of its requests change something, 0 to `cost`
/// @param rules the limits of the API
public record QuotaUse(
    String owner, String resource, Lane lane, int cost, int writes, QuotaRules rules) {
  static final int LONGEST_RESOURCE = 100;

  /// @throws IllegalArgumentException naming the component and its range
  public QuotaUse {
    if (owner.isBlank() || owner.length() > 200) {
      throw new IllegalArgumentException("owner must have 1 to 200 characters, was " + owner);
    }
    if (resource.isBlank() || resource.length() > LONGEST_RESOURCE) {
      throw new IllegalArgumentException("resource must have 1 to 100 characters, was " + resource);
    }
    if (cost < 1 || cost > 10_000) {
      throw new IllegalArgumentException("cost must be 1 to 10000, was " + cost);
    }
    if (writes < 0 || writes > cost) {
      throw new IllegalArgumentException("writes must be 0 to cost, was " + writes);
    }
  }

  /// One read.
  public static QuotaUse read(String owner, String resource, Lane lane, QuotaRules rules) {
    return new QuotaUse(owner, resource, lane, 1, 0, rules);
  }

  /// One write.
  public static QuotaUse write(String owner, String resource, Lane lane, QuotaRules rules) {
    return new QuotaUse(owner, resource, lane, 1, 1, rules);
  }

  QuotaUse of(String otherResource, int otherCost, int otherWrites) {
    return new QuotaUse(owner, otherResource, lane, otherCost, otherWrites, rules);
  }
}
