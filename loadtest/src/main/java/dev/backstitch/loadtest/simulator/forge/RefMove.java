package dev.backstitch.loadtest.simulator.forge;

import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// A branch or tag of the base repository was made or moved.
///
/// @param ref its full name
/// @param before where it was, empty if it is new
public record RefMove(String ref, Optional<ObjectId> before, ObjectId after, User by) {}
