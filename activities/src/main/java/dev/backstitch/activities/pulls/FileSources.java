package dev.backstitch.activities.pulls;

import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.contents.Contents;
import dev.backstitch.activities.git.HeadFiles;

/// Where the files of pull requests are had, in the order in which they are asked.
///
/// @param graphQl many at once
/// @param contents one by one, by REST
/// @param heads by the git protocol, what neither shows
public record FileSources(GraphQl graphQl, Contents contents, HeadFiles heads) {}
