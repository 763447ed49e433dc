/// The quota ledger: how several workers share somebody else's API limits, in PostgreSQL.
///
/// **The question** is always the same: may this call be made now, and if not, when shall it come
/// back? It is answered before an attempt begins, for a batch of calls at once, in one round trip;
/// an activity that declares no quota asks nothing and pays nothing.
///
/// **Who is charged.** A quota belongs to an *owner* (an account: never a token, several tokens of
/// one user drain one quota) and a *resource* (`core`, `graphql`). All workers meet in the owner's
/// row, which is locked for the length of one short function call. Time is the database's; a reset
/// is told as a distance from now, so no clock is compared with another.
///
/// **Two lanes** ([Lane]). Live work is what somebody waits for; bulk is the rest. Each lane has
/// its own allowance of every secondary limit (calls at a time, points and writes a minute), and
/// nothing that bulk takes is looked at when live is judged. Of the primary quota bulk leaves a
/// reserve, and spreads the rest over the time to the reset, with a burst, so that small jobs are
/// not slowed down. Hence the two promises:
///
/// 1. *Bulk never takes the quota below its reserve*: it is granted what is left above it, where
///    what is left is the least that any answer of this window said, less everything granted since
///    and not answered. Whatever the order of answers, that is never too much. (Spend of others is
///    known when the next answer tells of it; what is on its way until then is at most `bulkAtOnce`
///    permits. When nothing at all is known, one probe goes.)
/// 2. *Live never waits for bulk*: it waits when the server has told the owner to stop, when live
///    work itself fills the live allowance, or when the quota is at the floor below the reserve,
///    where bulk can't have taken it.
///
/// **Learning.** Every answer, error or not, is told to the ledger ([Permit#answered]). Until a
/// window is over, the least remaining and the greatest used of all its answers count, whatever
/// reset they name; the first answer behind it begins the next. What `used` grew by and is not ours
/// is shown as *unexplained*, and slows bulk down. "Too fast" blocks the owner for as long as the
/// server says, else for a minute, twice as long each time; after six in a row callers are refused,
/// because going on risks a ban.
///
/// **After a reset** nobody knows what is left: one bulk call finds out, and the others come back
/// one by one, because each was given a time of its own: those that must wait stand in a line, as
/// fast as the pace will be. Whoever comes too early all the same goes to its end, so each has one
/// place, however often it comes, and is told to wait about once. The line is a hint and holds
/// nothing. Who does not come back leaves no gap that matters, who comes is judged anew, and no
/// line is longer than a window.
///
/// **A permit** is held by one attempt and knows what it may spend. A request beyond that asks
/// again. A holder that dies says nothing more: after its lease the permit is given up, and what it
/// had not told counts as *lost* (spent) until an answer to a request sent later shows the truth.
///
/// **A worker that dies** leaves two things. What its calls may have spent stays charged as above,
/// whether they were sent or not. Its *places* among its lane's calls at a time are free as soon as
/// it is known to be gone: taken over, and its session closed. A frozen worker that was taken over
/// for its silence still has its session, and may have calls on their way: it keeps its places
/// until its permits expire. One that wakes up and asks is told to wait. A ledger works without a
/// worker, too ([QuotaLedger]); then a lease is all that ends a permit of the dead.
///
/// **A wait** is a fact of the run (`ActivityDeferred`, with reason and time): it holds no thread,
/// slot, permit or attempt, survives any crash, and does not count towards the call's time limit.
///
/// **Where the truth is.** The arithmetic is `quota_judge` in `V007__quota.sql`, a pure function;
/// the functions around it lock, record and learn; who is gone is `quota_is_gone` in
/// `V011__left_permits.sql`. Where one that must wait stands is `quota_place` in `V013__line.sql`,
/// which also holds the newest forms of `quota_judge` and `quota_learn`. Java only carries messages
/// ([QuotaLedger]): what many threads have to say travels together. Should the database not answer,
/// an ask becomes a short wait.
///
/// Other APIs plug in by rules ([QuotaRules]) and by a reader of their headers ([HeaderReader]).
///
/// Lock order: the exchange lock of [QuotaLedger], then the owner's row, one owner after the other
/// in the order of their names, then session locks of workers that have ended, which are only
/// tried.
///
/// Reading order: [Lane], [QuotaUse], [QuotaRules], [Permit], [QuotaAnswer], [QuotaLedger],
/// `V007__quota.sql`, `V011__left_permits.sql`, `V013__line.sql`.
@NullMarked
package dev.backstitch.orchestrator.quota;

import org.jspecify.annotations.NullMarked;
