package dev.backstitch.loadtest.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A TCP proxy in front of PostgreSQL whose faults are called by name. Without a fault it changes
/// nothing.
///
/// Connections must not be encrypted (`sslmode` of `prefer` is served: the server is asked, and the
/// embedded one says no). Safe for any thread.
public final class PostgresProxy implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PostgresProxy.class);
  private static final int CONNECT_MILLIS = 5_000;

  private final InetSocketAddress server;
  private final ServerSocket listener;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Loss> loss = new AtomicReference<>(Loss.none());
  private final AtomicReference<Delay> delay = new AtomicReference<>(Delay.none());
  private final LongAdder answersLost = new LongAdder();
  private final Link.Losses losses = new CountedLosses();
  private final Map<String, LongAdder> statements = new ConcurrentHashMap<>();
  private final Gate gate = new Gate();
  private volatile boolean closed;

  /// Which answers get lost.
  ///
  /// @param left how many times more
  private record Loss(Committed of, AtomicInteger left) {
    static Loss none() {
      return new Loss(new Committed("", false), new AtomicInteger());
    }

    boolean concerns(List<String> statements) {
      return left.get() > 0 && statements.stream().anyMatch(sql -> sql.contains(of.sqlPart()));
    }

    boolean takes(List<String> statements, int rows) {
      return concerns(statements)
          && (rows > 0 || !of.withRows())
          && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }
  }

  /// Transactions whose commit is told by an answer that can be lost.
  ///
  /// @param sqlPart what the SQL of one of their statements must contain, for example
  ///   `checkpoint_v3`
  /// @param withRows only those that returned rows: a statement like `update ... returning` that
  ///   finds nothing commits, too, but has written nothing
  public record Committed(String sqlPart, boolean withRows) {}

  /// Which answers come late.
  ///
  /// @param sqlPart what the request's SQL must contain
  private record Delay(String sqlPart, Duration by) {
    static Delay none() {
      return new Delay("", Duration.ZERO);
    }

    void await(List<String> statements) {
      if (by.isPositive() && statements.stream().anyMatch(sql -> sql.contains(sqlPart))) {
        LockSupport.parkNanos(by.toNanos());
      }
    }
  }

  private PostgresProxy(InetSocketAddress server, ServerSocket listener) {
    this.server = server;
    this.listener = listener;
  }

  /// Begins to listen on a free port of the loopback.
  ///
  /// @param serverPort where PostgreSQL listens on 127.0.0.1; it need not be up yet, nor stay up
  public static PostgresProxy start(int serverPort) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try {
      PostgresProxy proxy =
          new PostgresProxy(
              new InetSocketAddress(loopback, serverPort), new ServerSocket(0, 200, loopback));
      Thread.ofVirtual().name("proxy-accept").start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("no port of the loopback can be listened on", e);
    }
  }

  /// The port to connect to instead of the server's.
  public int port() {
    return listener.getLocalPort();
  }

  /// Loses the answers that tell of the next commits of a kind: the server executes the request to
  /// its end, commits, and answers; the client sees the connection end instead. That is the answer
  /// to the statement itself, or to the `commit` of its transaction. What is refused or rolled back
  /// is answered as ever. Replaces what was asked for before.
  ///
  /// @param times how many answers, in all connections together; 0 for no more
  public void loseAnswers(Committed of, int times) {
    loss.set(new Loss(of, new AtomicInteger(times)));
  }

  /// The same of all whose SQL contains a text, with rows or without.
  public void loseAnswers(String sqlPart, int times) {
    loseAnswers(new Committed(sqlPart, false), times);
  }

  /// Lets the answers to requests whose SQL contains a text arrive late: as from a disk that takes
  /// long to write through, except that the server holds no lock meanwhile. Replaces what was asked
  /// for before.
  ///
  /// @param by zero for no delay
  public void delayAnswers(String sqlPart, Duration by) {
    delay.set(new Delay(sqlPart, by));
  }

  /// How many answers have been lost, each of them behind its commit.
  public long answersLost() {
    return answersLost.sum();
  }

  /// How often the server has answered each statement, by its text. What the driver sends of its
  /// own accord is among them, such as `BEGIN`.
  public Map<String, Long> statements() {
    return statements.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> each.getValue().sum()));
  }

  /// Ends every connection at once, in the middle of whatever it does.
  ///
  /// @return how many there were
  public int cut() {
    List<Link> open = List.copyOf(links);
    open.forEach(Link::close);
    return open.size();
  }

  /// Lets nothing through in either direction, without closing anything: as a cable pulled out, or
  /// a firewall that drops packets. New connections are accepted and get no answer.
  public void hold() {
    gate.hold();
  }

  /// Lets everything through again, first what was held.
  public void release() {
    gate.release();
  }

  /// How many connections there are.
  public int connections() {
    return links.size();
  }

  @Override
  public void close() {
    closed = true;
    gate.release();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy's port could not be closed", e);
    }
    cut();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = listener.accept();
        client.setTcpNoDelay(true);
        Thread.ofVirtual().name("proxy-link").start(() -> serve(client));
      } catch (IOException e) {
        if (!closed) {
          log.warn("event=proxy_accept_failed port={}", port(), e);
        }
      }
    }
  }

  private void serve(Socket client) {
    try {
      gate.pass();
      Socket upstream = new Socket();
      try {
        upstream.connect(server, CONNECT_MILLIS);
        upstream.setTcpNoDelay(true);
      } catch (IOException e) {
        // The server is down: so is this connection.
        upstream.close();
        client.close();
        return;
      }
      Link link = new Link(client, upstream, gate, losses);
      links.add(link);
      try {
        if (!closed) {
          link.run();
        }
      } finally {
        link.close();
        links.remove(link);
      }
    } catch (IOException e) {
      log.debug("event=proxy_link_ended port={}", port(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class CountedLosses implements Link.Losses {
    @Override
    public boolean concern(Requests requests) {
      List<String> asked = requests.current();
      asked.forEach(sql -> statements.computeIfAbsent(sql, _ -> new LongAdder()).increment());
      delay.get().await(asked);
      return loss.get().concerns(requests.transaction());
    }

    @Override
    public boolean takes(List<String> statements, int rows) {
      boolean taken = loss.get().takes(statements, rows);
      if (taken) {
        answersLost.increment();
      }
      return taken;
    }
  }

  /// What every piece of traffic passes.
  static final class Gate {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private boolean held;

    void pass() throws InterruptedException {
      lock.lock();
      try {
        while (held) {
          opened.await();
        }
      } finally {
        lock.unlock();
      }
    }

    private void hold() {
      lock.lock();
      try {
        held = true;
      } finally {
        lock.unlock();
      }
    }

    private void release() {
      lock.lock();
      try {
        held = false;
        opened.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
