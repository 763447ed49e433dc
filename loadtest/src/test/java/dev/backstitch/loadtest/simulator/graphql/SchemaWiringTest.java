package dev.backstitch.loadtest.simulator.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaWiringTest {

  @Test
  void every_field_of_the_reduced_schema_has_its_reader() {
    GraphQLSchema schema = SchemaWiring.schema();
    RuntimeWiring wiring = SchemaWiring.wiring();

    for (var type : schema.getAllTypesAsList()) {
      if (type instanceof GraphQLObjectType object && !object.getName().startsWith("__")) {
        assertThat(wiring.getDataFetchers().getOrDefault(object.getName(), Map.of()).keySet())
            .as(object.getName())
            .containsExactlyInAnyOrderElementsOf(
                object.getFieldDefinitions().stream().map(field -> field.getName()).toList());
      }
    }
  }
}
