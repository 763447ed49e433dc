package dev.backstitch.loadtest.simulator.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.GraphQLScalarType;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Function;
import org.eclipse.jgit.lib.ObjectId;

/// GitHub's scalars. All travel as text; two are checked on the way in.
final class Scalars {

  private Scalars() {}

  static GraphQLScalarType text(String name) {
    return scalar(name, text -> text);
  }

  /// 40 hex digits.
  static GraphQLScalarType objectId() {
    return scalar(
        "GitObjectID",
        text -> {
          if (!ObjectId.isId(text)) {
            throw new IllegalArgumentException("'%s' is not a Git object id".formatted(text));
          }
          return text;
        });
  }

  /// Strict RFC 4648 base64: padded, no line breaks. Arrives at the readers as bytes.
  static GraphQLScalarType base64() {
    return scalar("Base64String", text -> strictBase64(text));
  }

  private static byte[] strictBase64(String text) {
    if (text.length() % 4 != 0) {
      throw new IllegalArgumentException("Base64 without its padding");
    }
    return Base64.getDecoder().decode(text);
  }

  private static GraphQLScalarType scalar(String name, Function<String, Object> read) {
    return GraphQLScalarType.newScalar()
        .name(name)
        .coercing(
            new Coercing<Object, String>() {
              @Override
              public String serialize(Object result, GraphQLContext context, Locale locale) {
                return result.toString();
              }

              @Override
              public Object parseValue(Object input, GraphQLContext context, Locale locale) {
                try {
                  return read.apply((String) input);
                } catch (IllegalArgumentException | ClassCastException e) {
                  throw new CoercingParseValueException(problem(e), e);
                }
              }

              @Override
              public Object parseLiteral(
                  Value<?> input,
                  CoercedVariables variables,
                  GraphQLContext context,
                  Locale locale) {
                try {
                  String text = ((StringValue) input).getValue();
                  return read.apply(text == null ? "" : text);
                } catch (IllegalArgumentException | ClassCastException e) {
                  throw new CoercingParseLiteralException(problem(e), e);
                }
              }

              private String problem(RuntimeException e) {
                return "Not a valid %s: %s".formatted(name, e.getMessage());
              }
            })
        .build();
  }
}
