/// Tests of the whole house: its arrows, and the habits that no compiler checks.
@NullMarked
package dev.backstitch.house;

import org.jspecify.annotations.NullMarked;
