package dev.backstitch.loadtest.simulator.quota;

import java.util.Locale;

/// What a quota is for; the name is the value of `x-ratelimit-resource`.
public enum QuotaResource {
  CORE,
  GRAPHQL;

  public String header() {
    return name().toLowerCase(Locale.ROOT);
  }
}
