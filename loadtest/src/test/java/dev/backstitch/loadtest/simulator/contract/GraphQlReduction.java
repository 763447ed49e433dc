package dev.backstitch.loadtest.simulator.contract;

import graphql.language.AstPrinter;
import graphql.language.Definition;
import graphql.language.Directive;
import graphql.language.Document;
import graphql.language.EnumTypeDefinition;
import graphql.language.EnumValueDefinition;
import graphql.language.FieldDefinition;
import graphql.language.InputObjectTypeDefinition;
import graphql.language.InputValueDefinition;
import graphql.language.InterfaceTypeDefinition;
import graphql.language.ObjectTypeDefinition;
import graphql.language.SDLNamedDefinition;
import graphql.language.ScalarTypeDefinition;
import graphql.language.Type;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import graphql.schema.idl.TypeInfo;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Cuts GitHub's public GraphQL schema (1,600 types, seconds to load) down to the types and fields
/// that a selection names. Nothing is changed on the way but that descriptions are dropped, so a
/// document that is valid against the reduction is valid against the whole.
final class GraphQlReduction {

  private static final Set<String> BUILT_IN = Set.of("Int", "Float", "String", "Boolean", "ID");

  private final Map<String, SDLNamedDefinition<?>> whole = new HashMap<>();
  private final Map<String, Set<String>> selection;
  private final Map<String, Definition<?>> kept = new TreeMap<>();
  private final Deque<String> wanted = new ArrayDeque<>();

  private GraphQlReduction(String wholeSdl, Map<String, Set<String>> selection) {
    for (Definition<?> definition : parse(wholeSdl).getDefinitions()) {
      if (definition instanceof SDLNamedDefinition<?> named) {
        whole.put(named.getName(), named);
      }
    }
    this.selection = selection;
  }

  /// The reduced schema as text, its definitions in alphabetical order.
  static String reduce(String wholeSdl, String selectionText) {
    var reduction = new GraphQlReduction(wholeSdl, readSelection(selectionText));
    return reduction.reduce();
  }

  static Map<String, Set<String>> readSelection(String text) {
    return text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(":", 2))
        .collect(
            Collectors.toMap(
                parts -> parts[0].strip(),
                parts ->
                    Stream.of(parts[1].strip().split(" +"))
                        .collect(Collectors.toCollection(LinkedHashSet::new)),
                (first, second) -> {
                  throw new IllegalArgumentException("A type is selected twice: " + second);
                },
                TreeMap::new));
  }

  private String reduce() {
    selection.forEach((type, fields) -> kept.put(type, reduceType(type, fields)));
    while (!wanted.isEmpty()) {
      String name = wanted.pop();
      if (!BUILT_IN.contains(name) && !kept.containsKey(name)) {
        kept.put(name, reduceSupport(name));
      }
    }
    var document = Document.newDocument();
    kept.values().forEach(document::definition);
    return AstPrinter.printAst(document.build()) + "\n";
  }

  private Definition<?> reduceType(String name, Set<String> fields) {
    return switch (definition(name)) {
      case ObjectTypeDefinition object -> {
        var builder = ObjectTypeDefinition.newObjectTypeDefinition().name(name);
        for (Type<?> implemented : object.getImplements()) {
          if (selection.containsKey(typeName(implemented))) {
            builder.implementz(implemented);
          }
        }
        yield builder
            .fieldDefinitions(reduceFields(name, object.getFieldDefinitions(), fields))
            .build();
      }
      case InterfaceTypeDefinition interfaceType -> {
        var builder = InterfaceTypeDefinition.newInterfaceTypeDefinition().name(name);
        for (Type<?> implemented : interfaceType.getImplements()) {
          if (selection.containsKey(typeName(implemented))) {
            builder.implementz(implemented);
          }
        }
        yield builder
            .definitions(reduceFields(name, interfaceType.getFieldDefinitions(), fields))
            .build();
      }
      case SDLNamedDefinition<?> other ->
          throw new IllegalArgumentException(
              name + " is a " + other.getClass().getSimpleName() + ", which comes along by itself");
    };
  }

  private List<FieldDefinition> reduceFields(
      String type, List<FieldDefinition> all, Set<String> names) {
    var result = new ArrayList<FieldDefinition>();
    for (String name : names) {
      // The published schema lists two fields of one type twice; the first of equal names is taken.
      FieldDefinition field =
          all.stream()
              .filter(candidate -> candidate.getName().equals(name))
              .findFirst()
              .orElseThrow(
                  () -> new IllegalArgumentException("GitHub's " + type + " has no " + name));
      String fieldType = typeName(field.getType());
      if (isComposite(fieldType) && !selection.containsKey(fieldType)) {
        throw new IllegalArgumentException(
            type + "." + name + " is a " + fieldType + ", which is not selected");
      }
      wanted.push(fieldType);
      result.add(
          FieldDefinition.newFieldDefinition()
              .name(name)
              .type(field.getType())
              .inputValueDefinitions(reduceInputs(field.getInputValueDefinitions()))
              .directives(deprecation(field.getDirectives()))
              .build());
    }
    result.sort(Comparator.comparing(FieldDefinition::getName));
    return result;
  }

  private List<InputValueDefinition> reduceInputs(List<InputValueDefinition> inputs) {
    return inputs.stream()
        .map(input -> {
          wanted.push(typeName(input.getType()));
          return InputValueDefinition.newInputValueDefinition()
              .name(input.getName())
              .type(input.getType())
              .defaultValue(input.getDefaultValue())
              .directives(deprecation(input.getDirectives()))
              .build();
        })
        .toList();
  }

  private Definition<?> reduceSupport(String name) {
    return switch (definition(name)) {
      case ScalarTypeDefinition _ ->
          ScalarTypeDefinition.newScalarTypeDefinition().name(name).build();
      case EnumTypeDefinition enumType ->
          EnumTypeDefinition.newEnumTypeDefinition()
              .name(name)
              .enumValueDefinitions(
                  enumType.getEnumValueDefinitions().stream()
                      .map(value ->
                          EnumValueDefinition.newEnumValueDefinition()
                              .name(value.getName())
                              .directives(deprecation(value.getDirectives()))
                              .build())
                      .toList())
              .build();
      case InputObjectTypeDefinition input ->
          InputObjectTypeDefinition.newInputObjectDefinition()
              .name(name)
              .inputValueDefinitions(reduceInputs(input.getInputValueDefinitions()))
              .build();
      case SDLNamedDefinition<?> other ->
          throw new IllegalArgumentException(
              name + " is a " + other.getClass().getSimpleName() + " and must be selected");
    };
  }

  private static List<Directive> deprecation(List<Directive> directives) {
    return directives.stream()
        .filter(directive -> directive.getName().equals("deprecated"))
        .toList();
  }

  private boolean isComposite(String name) {
    return !BUILT_IN.contains(name)
        && !(definition(name) instanceof ScalarTypeDefinition)
        && !(definition(name) instanceof EnumTypeDefinition);
  }

  private SDLNamedDefinition<?> definition(String name) {
    SDLNamedDefinition<?> definition = whole.get(name);
    if (definition == null) {
      throw new IllegalArgumentException("GitHub's schema has no type " + name);
    }
    return definition;
  }

  private static String typeName(Type<?> type) {
    return TypeInfo.typeInfo(type).getName();
  }

  private static Document parse(String sdl) {
    return Parser.parse(
        ParserEnvironment.newParserEnvironment()
            .document(new StringReader(sdl))
            .parserOptions(ParserOptions.getDefaultSdlParserOptions())
            .build());
  }
}
