package dev.backstitch.api.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A path with parameters, from which the addresses of its neighbours (the next page, another
/// filter) are made. Immutable.
record Address(String path, List<Parameter> parameters) {

  record Parameter(String name, String value) {}

  Address {
    parameters = List.copyOf(parameters);
  }

  static Address of(String path) {
    return new Address(path, List.of());
  }

  /// With one more parameter, unless its value is empty.
  Address and(String name, String value) {
    if (value.isEmpty()) {
      return this;
    }
    var more = new ArrayList<>(parameters);
    more.add(new Parameter(name, value));
    return new Address(path, more);
  }

  /// With this value in place of all values that the parameter had.
  Address with(String name, String value) {
    return without(name).and(name, value);
  }

  Address without(String name) {
    return new Address(
        path, parameters.stream().filter(parameter -> !parameter.name().equals(name)).toList());
  }

  Address withoutValue(String name, String value) {
    var parameter = new Parameter(name, value);
    return new Address(path, parameters.stream().filter(each -> !each.equals(parameter)).toList());
  }

  @Override
  public String toString() {
    return parameters.isEmpty()
        ? path
        : parameters.stream()
            .map(parameter -> encoded(parameter.name()) + "=" + encoded(parameter.value()))
            .collect(Collectors.joining("&", path + "?", ""));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
