/// The bytes on the tracker branch.
///
/// The branch has been written by a Python script, thousands of times, and dashboards read it raw.
/// So the files are reproduced to the byte: [PythonJson] is `json.dump(indent=2)`, [IdMap] the two
/// maps, [ProgressFile] the students' files. Three things deserve care. Numbers keep the characters
/// they were written with ([JsonValue.Literal]): a `double` would rewrite every file. Keys that
/// occur twice follow Python (last value, first place). And the maps are sorted by number, which
/// the original did not do: it committed its map again on almost every run because threads finished
/// in another order.
///
/// [GitBlob] names contents as git does, to prove what was read and to leave out what is equal.
///
/// Everything here is pure.
@NullMarked
package dev.backstitch.activities.format;

import org.jspecify.annotations.NullMarked;
