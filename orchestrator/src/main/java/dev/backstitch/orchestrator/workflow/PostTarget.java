package dev.backstitch.orchestrator.workflow;

import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaUse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Delivers posts to one kind of [Target], and finds out what became of earlier ones. It is called
/// for one delivery per target at a time, whichever process does it. Thread-safe, because different
/// targets are served at the same time.
public interface PostTarget {

  /// One version of what a target is to show under a key.
  ///
  /// @param key what it is about
  /// @param version grows with every version of the key, also from run to run
  /// @param contentJson what [RunContext#post] was given, as JSON
  /// @param attempt how often this version is tried, from 1
  record Item(String key, PostVersion version, String contentJson, int attempt) {}

  /// One message to a target.
  ///
  /// @param id never used for another delivery: leave it at the target as a mark, to be found again
  /// @param items what is due, the longest due first; one per key
  /// @param permit what it may use of a quota; [Permit#NONE] if the target declares none
  record Delivery(long id, Target target, List<Item> items, Permit permit) {
    /// Copies the items.
    public Delivery {
      items = List.copyOf(items);
    }

    /// Without a quota.
    public Delivery(long id, Target target, List<Item> items) {
      this(id, target, items, Permit.NONE);
    }
  }

  /// A version that was sent, and nobody knows whether it arrived.
  ///
  /// @param deliveryId the delivery that sent it
  /// @param contentJson what it was, or the text `null` if a newer version has taken its place
  record Doubt(String key, PostVersion version, long deliveryId, String contentJson) {}

  /// What the target says about a version in doubt.
  enum ReadBack {
    /// It has arrived.
    LANDED,
    /// It has not, and what was sent will not arrive any more.
    ABSENT,
    /// The target can't tell: the newest version is sent, at the risk of sending one twice.
    UNSURE
  }

  /// What a delivery, or a question about doubts, will use of a quota. It is asked for before
  /// anything is sent: what must wait is left alone until its time, and that is no attempt. Quick,
  /// and a function of its parameters alone.
  ///
  /// @param asks whether it is a question
  /// @return null if it needs none
  default @Nullable QuotaUse quota(Target target, boolean asks) {
    return null;
  }

  /// Sends the items. An exception, and an answer that does not come in time, means that nobody
  /// knows what became of any of them; so does an interrupt.
  ///
  /// @return one outcome per item, in order
  /// @throws Exception in place of [PostOutcome.Unknown] for all
  List<PostOutcome> deliver(Delivery delivery) throws Exception;

  /// Asks the target about versions in doubt. It is asked some time after they were sent, so that
  /// nothing is on its way any more.
  ///
  /// @param permit what it may use of a quota
  /// @return one answer per doubt, in order
  /// @throws DeferredException if it is too early; that is no attempt
  /// @throws Exception if the target can't be asked; it will be asked again
  List<ReadBack> readBack(Target target, List<Doubt> doubts, Permit permit) throws Exception;
}
