package dev.backstitch.loadtest.load.report;

import dev.backstitch.loadtest.load.draw.BarPlot;
import dev.backstitch.loadtest.load.draw.Figure;
import dev.backstitch.loadtest.load.draw.FlameGraph;
import dev.backstitch.loadtest.load.draw.Markup;
import dev.backstitch.loadtest.load.profile.LaneProfile;
import dev.backstitch.loadtest.load.profile.Profile;
import dev.backstitch.loadtest.load.profile.StatementCost;
import java.util.List;
import java.util.Locale;

/// Where the time of one measurement went, as a section of the page.
final class ProfileSection {
  private static final int SHOWN_SHARES = 12;
  private static final double PERCENT = 100;

  private final Profile profile;
  private final StringBuilder html = new StringBuilder();

  private ProfileSection(Profile profile) {
    this.profile = profile;
  }

  static String of(Profile profile) {
    return new ProfileSection(profile).section();
  }

  private String section() {
    String name = profile.scenario() + ", " + profile.label();
    html.append("<section><h2>")
        .append(Markup.escaped("Where the time goes: " + name))
        .append("</h2><p class=\"quiet\">")
        .append(Markup.escaped(profile.samples() + " samples of running Java code, callers above."))
        .append(" Blue: Backstitch. Green: the database's driver. Orange: the JDK. Purple: JSON.")
        .append(" Olive: the load itself. Red: the rest.</p><figure class=\"flames\">")
        .append(FlameGraph.draw(profile.flame(), "Flame graph of " + name))
        .append("</figure><div class=\"beside\">");
    shares("Methods that ran themselves", profile.methods());
    shares("What active sessions of the database did", profile.waits());
    html.append("</div>");
    lanes();
    statements();
    return html.append("</section>").toString();
  }

  private void shares(String title, List<Profile.Share> shares) {
    head(title, "", "share");
    for (Profile.Share share : shares.stream().limit(SHOWN_SHARES).toList()) {
      row(share.name(), "", percent(share.share()));
    }
    html.append("</tbody></table></div>");
  }

  private void lanes() {
    LaneProfile lanes = profile.lanes();
    html.append("<h3>Lanes</h3><p class=\"quiet\">")
        .append(
            "What the time of the engine's lanes went into. A batch is what was queued while the")
        .append(
            " one before was written; only behind a crowd a lane waits for a moment.</p><figure>")
        .append(
            BarPlot.draw(
                List.of("writing", "telling runs", "waiting"),
                List.of(
                    new BarPlot.Bar(
                        lanes.lanes() + " lanes",
                        List.of(lanes.writingShare(), lanes.tellingShare(), lanes.waitingShare()),
                        percent(lanes.writingShare())
                            + " + "
                            + percent(lanes.tellingShare())
                            + " + "
                            + percent(lanes.waitingShare()))),
                "What lanes do"))
        .append("</figure><div class=\"beside\">");
    sizes("Checkpoints in a flush", lanes.checkpoints());
    sizes("Rows of history in a flush", lanes.events());
    html.append("</div>");
  }

  private void sizes(String title, List<LaneProfile.Size> sizes) {
    head(title, "", "flushes", "share");
    for (LaneProfile.Size size : sizes) {
      String name =
          size.atMost() <= 2
              ? Integer.toString(size.atMost())
              : size.atMost() / 2 + 1 + " to " + size.atMost();
      row(name, "", Long.toString(size.flushes()), percent(size.share()));
    }
    html.append("</tbody></table></div>");
  }

  private void statements() {
    html.append("<h3>Statements</h3><p class=\"quiet\">")
        .append(
            "By PostgreSQL's own count (pg_stat_statements), without commits. What runs inside a")
        .append(" function is also in the time of the statement that called it.</p>");
    head(
        "statement",
        "",
        "calls",
        "total ms",
        "mean ms",
        "rows",
        "blocks hit",
        "blocks read",
        "WAL bytes");
    for (StatementCost cost : profile.statements().stream().limit(SHOWN_SHARES).toList()) {
      row(
          shortened(cost.statement()),
          cost.insideFunction() ? "in a function" : "",
          Figure.of((double) cost.calls()),
          Figure.of(cost.totalMillis()),
          Figure.of(cost.meanMillis()),
          Figure.of((double) cost.rows()),
          Figure.of((double) cost.blocksHit()),
          Figure.of((double) cost.blocksRead()),
          Figure.of((double) cost.walBytes()));
    }
    html.append("</tbody></table></div>");
  }

  private static String shortened(String statement) {
    return statement.length() <= 80 ? statement : statement.substring(0, 79) + "…";
  }

  private void head(String... names) {
    html.append("<div class=\"wide\"><table><thead><tr>");
    for (String name : names) {
      html.append("<th>").append(Markup.escaped(name)).append("</th>");
    }
    html.append("</tr></thead><tbody>");
  }

  private void row(String... cells) {
    html.append("<tr>");
    for (String cell : cells) {
      html.append("<td>").append(Markup.escaped(cell)).append("</td>");
    }
    html.append("</tr>");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * PERCENT);
  }
}
