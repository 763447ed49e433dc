/// From a run's history to a drawing of it: pure functions, no HTTP, no HTML, no clock.
///
/// 1. An [Outline] folds events, in order and each exactly once, into what the drawing needs: per
///    command a [CommandTrace] of [Segment]s, and where events of each type are. It holds no
///    payloads, so that it stays small for a history of many thousand events and can be brought up
///    to date by reading only what is new.
/// 2. A [TimeScale] lays time over the width, and folds long stretches in which nothing ran: a run
///    that slept for a night still shows its seconds of work.
/// 3. A [Timeline] groups commands by name, one row each. Commands that ran at the same time with
///    the same outcome (a batch) become one bar with a count; bars that overlap get lanes; when
///    that would take too many lanes, the row shows how many were in flight instead. Nothing is
///    left out silently: counts are always of everything.
///
/// Widths are tenths of a percent, because a page scales them to whatever screen it is on.
@NullMarked
package dev.backstitch.api.timeline;

import org.jspecify.annotations.NullMarked;
