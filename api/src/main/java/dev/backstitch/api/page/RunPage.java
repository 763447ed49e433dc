package dev.backstitch.api.page;

import dev.backstitch.orchestrator.workflow.Failure;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the page of a run shows.
///
/// @param stream where its next events come from, null if the run is closed
/// @param stats figures in words: name and value
/// @param endedBy who had it end, null unless cancelled or terminated
/// @param notice what the reader must know about this page, empty if nothing
/// @param posts what it has committed and posted, a line per target
public record RunPage(
    String id,
    String workflow,
    String key,
    StatusBadge status,
    boolean open,
    @Nullable String stream,
    Moment started,
    @Nullable Moment ended,
    List<Stat> stats,
    String problem,
    @Nullable Failure failure,
    @Nullable EndedBy endedBy,
    Document input,
    @Nullable Document result,
    @Nullable TimelineView timeline,
    EventList events,
    String notice,
    List<PostLine> posts) {

  /// A figure.
  public record Stat(String name, String value) {}

  /// Who had a run end, and why.
  ///
  /// @param how such as `Cancelled`
  public record EndedBy(String how, String actor, String reason) {}

  /// JSON, folded when it is large.
  ///
  /// @param size such as `12.3 kB`
  /// @param raw where the whole is, null if the page has it all
  public record Document(JsonText text, boolean folded, String size, @Nullable String raw) {}

  /// A page of the event list.
  ///
  /// @param position such as `1 to 50 of 412`
  public record EventList(
      List<EventRow> rows,
      List<TypeChoice> types,
      String type,
      String order,
      String position,
      List<Hidden> hidden,
      String otherOrder,
      String otherOrderWords,
      @Nullable String nextPage,
      @Nullable String firstPage) {}

  /// A value that the filter's form must send along.
  public record Hidden(String name, String value) {}

  /// A choice of the type filter.
  public record TypeChoice(String type, int count) {}

  /// One event.
  ///
  /// @param offset time since the run's start
  /// @param at in UTC, for a tooltip
  /// @param tone how it is coloured
  /// @param address where its JSON is
  public record EventRow(
      int seq,
      String id,
      String offset,
      String at,
      String type,
      String tone,
      String summary,
      String address) {}

  /// Copies the list.
  public RunPage {
    stats = List.copyOf(stats);
    posts = List.copyOf(posts);
  }

  RunPage withPosts(List<PostLine> more) {
    List<PostLine> all = Stream.concat(posts.stream(), more.stream()).toList();
    return new RunPage(
        id, workflow, key, status, open, stream, started, ended, stats, problem, failure, endedBy,
        input, result, timeline, events, notice, all);
  }
}
