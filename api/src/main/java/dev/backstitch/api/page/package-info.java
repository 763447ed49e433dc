/// The pages that people see first: the list of runs, and a run with its timeline and its events.
///
/// Everything is rendered on the server by templates (`src/main/jte`), which are compiled into
/// classes by the build. Each page has a view record that holds what its template shows, made by
/// pure functions; a template decides nothing but markup.
///
/// One mechanism makes pages live: a page's `main` element can be fetched again from the page's own
/// address and put in the place of the old one (htmx, and a small script of our own). Filters,
/// paging and expanded rows are part of the address, so they survive it, work without scripts, and
/// can be shared. Rows of the event list are kept by their ids, because events never change.
///
/// [Outlines] keeps the folded histories of the runs that were looked at last, so that a refresh
/// reads only new events.
@NullMarked
package dev.backstitch.api.page;

import org.jspecify.annotations.NullMarked;
