/// What a load test found: as JSON ([LoadReport]) and as one page ([ReportPage]).
///
/// Beside every figure stands what it depends on: the machine, the versions, the database's
/// settings, and the command that measures it again.
///
/// Reading order: [LoadReport], [Measurement], [Costs], [ReportPage].
@NullMarked
package dev.backstitch.loadtest.load.report;

import org.jspecify.annotations.NullMarked;
