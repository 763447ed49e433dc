package dev.backstitch.loadtest.load.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Plots that can be read: nothing lies on anything else, and no text becomes markup.
final class DrawingTest {
  private static final Pattern TEXT =
      Pattern.compile(
          "<text class=\"([^\"]*)\" x=\"([^\"]*)\" y=\"([^\"]*)\" text-anchor=\"([^\"]*)\">([^<]*)<");
  private static final double LETTER_HEIGHT = 11;

  private record Box(String text, double left, double right, double bottom) {
    boolean liesOn(Box other) {
      return left < other.right
          && other.left < right
          && Math.abs(bottom - other.bottom) < LETTER_HEIGHT;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void no_label_of_a_line_plot_lies_on_another_or_outside(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Series> lines = new ArrayList<>();
    for (int line = 0; line < 1 + random.nextInt(10); line++) {
      List<Series.Spot> spots =
          IntStream.range(0, 1 + random.nextInt(40))
              .mapToObj(i -> new Series.Spot(1 + i * 3.7, Math.exp(random.nextDouble() * 12)))
              .toList();
      lines.add(new Series("a rather long name, number " + line, spots));
    }
    LinePlot.Frame frame = LinePlot.Frame.numbers("things", "micrometres per fortnight");

    assertReadable(LinePlot.draw(frame, lines, "plain"));
    assertReadable(LinePlot.draw(frame.withLogarithmicX(), lines, "ratios across"));
    assertReadable(LinePlot.draw(frame.withLogarithmicX().withLogarithmicY(), lines, "both"));
  }

  @Test
  void no_label_of_a_bar_plot_lies_on_another_or_outside() {
    List<BarPlot.Bar> bars =
        IntStream.range(0, 12)
            .mapToObj(
                i -> new BarPlot.Bar("name " + i, List.of(i * 1.0, 11.0 - i), "0.0123 + 0.0456 s"))
            .toList();

    assertReadable(BarPlot.draw(List.of("engine", "database"), bars, "bars"));
  }

  @Test
  void a_plot_of_nothing_or_of_zeros_is_drawn() {
    LinePlot.Frame frame = LinePlot.Frame.numbers("x", "y");

    assertReadable(LinePlot.draw(frame, List.of(), "nothing"));
    assertReadable(LinePlot.draw(frame.withLogarithmicX().withLogarithmicY(), List.of(), "none"));
    String zeros =
        LinePlot.draw(
            frame.withLogarithmicY(),
            List.of(new Series("zeros", List.of(new Series.Spot(0, 0), new Series.Spot(1, 0)))),
            "zeros");
    assertReadable(zeros);
    assertThat(zeros).doesNotContain("NaN").doesNotContain("Infinity");
    assertReadable(
        BarPlot.draw(List.of("a"), List.of(new BarPlot.Bar("n", List.of(0.0), "0")), ""));
  }

  @Test
  void text_never_becomes_markup() {
    String evil = "<script>alert('x')</script> & \"quoted\" \u0000";
    String safe = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quoted&quot; ";

    String plot =
        LinePlot.draw(
            LinePlot.Frame.numbers(evil, evil),
            List.of(new Series(evil, List.of(new Series.Spot(1, 1)))),
            evil);
    String bars =
        BarPlot.draw(List.of(evil), List.of(new BarPlot.Bar(evil, List.of(1.0), evil)), evil);

    assertThat(Markup.escaped(evil)).isEqualTo(safe);
    assertThat(plot + bars).contains(safe).doesNotContain("<script").doesNotContain("\u0000");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.00012, 0.0001",
    "0.0669, 0.0669",
    "0.5, 0.5",
    "1.234, 1.23",
    "12.34, 12.3",
    "999.4, 999",
    "1234, '1,234'",
    "12345, 12.3k",
    "123456, 123k",
    "1200000, 1.2M",
    "34000000, 34M",
    "-2.5, -2.5"
  })
  void a_figure_shows_the_digits_that_count(double value, String shown) {
    assertThat(Figure.of(value)).isEqualTo(shown);
  }

  @Test
  void an_axis_ends_at_a_round_number_and_has_its_values_in_it() {
    assertThat(Axis.linear(7_163).ticks()).containsExactly(0.0, 2_000.0, 4_000.0, 6_000.0, 8_000.0);
    assertThat(Axis.linear(0).ticks()).first().isEqualTo(0.0);
    Axis decades = Axis.decades(List.of(3.0, 450.0));
    assertThat(decades.ticks()).containsExactly(1.0, 10.0, 100.0, 1_000.0);
    assertThat(decades.place(10)).isEqualTo(1 / 3.0, org.assertj.core.api.Assertions.within(1e-9));
  }

  @Test
  void a_flame_is_as_wide_as_its_share_and_what_is_seldom_seen_is_left_out() {
    Flame.Builder stacks = new Flame.Builder("all");
    IntStream.range(0, 75).forEach(_ -> stacks.add(List.of("a.Main.run", "a.Disk.write")));
    IntStream.range(0, 24).forEach(_ -> stacks.add(List.of("a.Main.run")));
    stacks.add(List.of("b.Seldom.seen"));

    Flame flame = stacks.build(0.02);

    assertThat(flame)
        .isEqualTo(
            new Flame(
                "all",
                100,
                List.of(
                    new Flame(
                        "a.Main.run", 99, List.of(new Flame("a.Disk.write", 75, List.of()))))));
    assertThat(FlameGraph.draw(flame, "flames"))
        .contains("width=\"719.0\"")
        .contains("a.Disk.write: 75 samples, 75.0 %")
        .doesNotContain("Seldom");
  }

  @ParameterizedTest
  @CsvSource({
    "200, a.long.package.of.Main.run",
    "100, of.Main.run",
    "60, Main.run",
    "30, run",
    "15, ''"
  })
  void a_flames_name_keeps_what_tells_most_and_fits(double room, String shown) {
    String text = FlameGraph.fitting("a.long.package.of.Main.run", room);

    assertThat(text).isEqualTo(shown);
    assertThat(Svg.widthOf(text)).isLessThanOrEqualTo(room);
  }

  private static void assertReadable(String svg) {
    List<Box> boxes = TEXT.matcher(svg).results().map(DrawingTest::box).toList();
    for (int i = 0; i < boxes.size(); i++) {
      Box box = boxes.get(i);
      assertThat(box.left()).as("%s in %s", box, svg).isGreaterThanOrEqualTo(-1);
      assertThat(box.right()).as("%s in %s", box, svg).isLessThanOrEqualTo(641);
      for (Box other : boxes.subList(i + 1, boxes.size())) {
        assertThat(box.liesOn(other)).as("%s on %s", box, other).isFalse();
      }
    }
  }

  private static Box box(MatchResult text) {
    double x = Double.parseDouble(text.group(2));
    double width = Svg.widthOf(text.group(5).replaceAll("&#?\\w+;", "x"));
    double left =
        switch (text.group(4)) {
          case "start" -> x;
          case "end" -> x - width;
          default -> x - width / 2;
        };
    return new Box(text.group(5), left, left + width, Double.parseDouble(text.group(3)));
  }
}
