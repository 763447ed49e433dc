package dev.backstitch.orchestrator.outbox;

/// How many changes of a run became how many posts.
///
/// @param target as `kind:place`
/// @param recorded versions that the run has posted; the other numbers but the last add up to this
/// @param pending those that wait or are on their way
/// @param deliveries messages to the target that brought the delivered ones, perhaps together with
///   others'
public record PostTally(
    String target,
    long recorded,
    long superseded,
    long delivered,
    long unchanged,
    long dead,
    long pending,
    long deliveries) {}
