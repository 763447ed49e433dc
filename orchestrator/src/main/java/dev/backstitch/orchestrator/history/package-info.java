/// The append-only history: what a run has learned, one row per fact.
///
/// An [Event] is a past-tense record. Three families matter to replay. *Command events* (such as
/// [Event.ActivityScheduled]) record that the workflow's code asked for something; they carry the
/// ordinal of the command. *Outcome events* (such as [Event.ActivityCompleted]) record what the
/// world answered; they carry the ordinal of the command they answer. *Message events* (such as
/// [Event.SignalReceived]) record what somebody outside said; they answer nothing. Attempts that
/// failed on the way are recorded too, because people want to see them and a crash must not forget
/// how often a thing was tried, but workflow code never sees them.
///
/// The guarantees: `seq` is contiguous from 1; one [Event.RunStarted] comes first; at most one
/// closing event comes last; a command has at most one outcome. The primary key `(run_id, seq)` and
/// the checkpoint function hold the first wall, replay checks the rest.
///
/// An event's meaning never changes: a new meaning is a new record, or a new version that
/// `EventCodec` upgrades while reading. Every event type has a golden file among the tests that is
/// read for ever.
///
/// Reading order: [Event], [RecordedEvent], [Payload], [EventCodec], [HistoryStore]. README.md
/// beside the sources has all events in one table.
@NullMarked
package dev.backstitch.orchestrator.history;

import org.jspecify.annotations.NullMarked;
