package dev.backstitch.api.page;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the address of a run's page asks for.
///
/// @param type events of this type only, empty for all
/// @param order `newest` or `oldest` first
/// @param cursor the last event of the page before, null on the first page
/// @param expand rows whose calls are listed: `Name`, or `Name@ordinal` to begin behind a call
record RunPageRequest(
    String type,
    String order,
    @Nullable Integer cursor,
    List<String> expand,
    int eventsPerPage,
    int callsPerPage) {

  RunPageRequest {
    expand = List.copyOf(expand);
  }

  boolean newestFirst() {
    return order.equals("newest");
  }

  /// Where each expanded row begins. What is no number behind the `@` belongs to a name that no row
  /// has, and expands nothing.
  Map<String, Integer> expansion() {
    var expansion = new HashMap<String, Integer>();
    for (String row : expand) {
      int at = row.lastIndexOf('@');
      if (at > 0 && row.substring(at + 1).matches("\\d{1,9}")) {
        expansion.put(row.substring(0, at), Integer.parseInt(row.substring(at + 1)));
      } else {
        expansion.put(row, 0);
      }
    }
    return expansion;
  }

  /// The page's own address.
  Address address(String runAddress) {
    Address address =
        Address.of(runAddress).and("type", type).and("order", newestFirst() ? "" : order);
    if (cursor != null) {
      address = address.and("cursor", cursor.toString());
    }
    for (String row : expand) {
      address = address.and("expand", row);
    }
    return address;
  }
}
