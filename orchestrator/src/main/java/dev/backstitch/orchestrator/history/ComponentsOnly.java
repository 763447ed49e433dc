package dev.backstitch.orchestrator.history;

import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.AccessorNamingStrategy;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedMethod;
import com.fasterxml.jackson.databind.introspect.DefaultAccessorNamingStrategy;
import org.jspecify.annotations.Nullable;

/// A record's JSON is its components and nothing else. Jackson alone would add every method called
/// `isX` or `getX`: then a convenience method, added to a call in a later build, would change the
/// bytes that replay compares.
final class ComponentsOnly extends DefaultAccessorNamingStrategy.Provider {

  @Override
  public AccessorNamingStrategy forRecord(MapperConfig<?> config, AnnotatedClass recordClass) {
    return new Naming(config, recordClass);
  }

  private static final class Naming extends DefaultAccessorNamingStrategy.RecordNaming {
    Naming(MapperConfig<?> config, AnnotatedClass recordClass) {
      super(config, recordClass);
    }

    @Override
    public @Nullable String findNameForRegularGetter(AnnotatedMethod method, String name) {
      return _fieldNames.contains(name) ? name : null;
    }

    @Override
    public @Nullable String findNameForIsGetter(AnnotatedMethod method, String name) {
      return null;
    }
  }
}
