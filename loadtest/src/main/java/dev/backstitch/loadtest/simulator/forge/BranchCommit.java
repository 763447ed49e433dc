package dev.backstitch.loadtest.simulator.forge;

import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;

/// A commit somebody wants on a branch of the base repository.
///
/// @param expectedHead where the branch must stand for the commit to be made
public record BranchCommit(
    String branch,
    ObjectId expectedHead,
    Map<String, byte[]> additions,
    Set<String> deletions,
    String message,
    User author) {}
