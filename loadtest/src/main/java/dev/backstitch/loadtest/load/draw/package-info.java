/// Plots as SVG, drawn on the server, without a library and without a script.
///
/// A drawing is made of marks that carry CSS classes and no colours, so that the page they lie in
/// decides how they look in light and dark. All text is escaped ([Markup]). Text that would lie on
/// other text is moved or left out ([LabelRow]); widths are estimated from the number of
/// characters, generously.
///
/// Reading order: [LinePlot], [BarPlot], [Axis], [Svg].
@NullMarked
package dev.backstitch.loadtest.load.draw;

import org.jspecify.annotations.NullMarked;
