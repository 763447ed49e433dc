/// Reading the exact bytes of a file, whatever way GitHub lets us.
///
/// GraphQL shows many files in one answer, but as text: cut short at some 500 kB, null for binary,
/// with replacement characters where the file is no UTF-8. So nothing is believed that does not
/// have the hash git gave it; what fails the proof is fetched by REST and proven again.
@NullMarked
package dev.backstitch.activities.contents;

import org.jspecify.annotations.NullMarked;
