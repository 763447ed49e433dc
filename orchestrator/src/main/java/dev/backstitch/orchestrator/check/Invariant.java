package dev.backstitch.orchestrator.check;

/// Something that must hold in every database, at every moment.
///
/// @param code stable, such as `BST-INV-101`
/// @param meaning what holds, in one line
/// @param offences the statement that finds what breaks it: each row is one `offender` (a run's id
///   first, where there is one) and, the same in each row, their number as `total`
record Invariant(String code, String meaning, String offences) {}
