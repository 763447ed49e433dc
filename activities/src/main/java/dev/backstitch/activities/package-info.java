/// The GitHub side: client, activities, workflows.
@NullMarked
package dev.backstitch.activities;

import org.jspecify.annotations.NullMarked;
