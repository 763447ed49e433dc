package dev.backstitch.loadtest.simulator.graphql;

import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns what a field reader throws into GitHub's errors. What we did not mean to throw becomes
/// GitHub's "something went wrong", and is logged.
final class FieldErrors implements DataFetcherExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(FieldErrors.class);

  @Override
  public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
      DataFetcherExceptionHandlerParameters parameters) {
    GitHubError error =
        switch (parameters.getException()) {
          case GitHubErrorException meant -> error(meant.type(), meant.text(), parameters);
          case Throwable unforeseen -> {
            LOG.error("The simulator failed at {}", parameters.getPath(), unforeseen);
            yield error(
                "INTERNAL",
                "Something went wrong while executing your query: " + unforeseen,
                parameters);
          }
        };
    return CompletableFuture.completedFuture(
        DataFetcherExceptionHandlerResult.newResult(error).build());
  }

  private static GitHubError error(
      String type, String message, DataFetcherExceptionHandlerParameters parameters) {
    return GitHubError.at(
        type, message, parameters.getPath(), Optional.ofNullable(parameters.getSourceLocation()));
  }
}
