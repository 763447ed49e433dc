package dev.backstitch.activities.client;

/// Counts what one attempt of one activity uses. Belongs to one thread.
public final class Meter {
  private ApiUse use;

  /// Starts from what earlier attempts have used.
  public Meter(ApiUse before) {
    this.use = before;
  }

  /// What has been used so far.
  public ApiUse use() {
    return use;
  }

  void countRequest() {
    use = use.plus(new ApiUse(1, 0, null));
  }

  void countPoints(int cost, int remaining) {
    use = use.plus(new ApiUse(0, cost, remaining));
  }
}
