package org.remora.sim.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.remora.memory.RegionTable;
import org.remora.memory.Value;

/** The properties of a world, and which of those that must hold sometimes have held. */
final class Properties {
  private final List<Property> properties;
  private final AtomicIntegerArray seen;
  private final List<Property.LeadsTo> leadsTo = new ArrayList<>();

  Properties(List<Property> properties) {
    this.properties = List.copyOf(properties);
    seen = new AtomicIntegerArray(properties.size());
    for (Property property : properties) {
      if (property.leadsTo != null) {
        leadsTo.add(property.leadsTo);
      }
    }
  }

  /** The name of a property that these decisions break; null if there is none. */
  @Nullable String brokenBy(SortedMap<Integer, Value> decisions) {
    for (int i = 0; i < properties.size(); i++) {
      Property property = properties.get(i);
      if (property.ofDecisions != null
          && property.always != property.ofDecisions.test(decisions)
          && breaks(i)) {
        return property.name;
      }
    }
    return null;
  }

  /** The name of a property that this content of a memory breaks; null if there is none. */
  @Nullable String brokenBy(RegionTable table) {
    for (int i = 0; i < properties.size(); i++) {
      Property property = properties.get(i);
      if (property.ofMemory != null
          && property.always != property.ofMemory.test(table)
          && breaks(i)) {
        return property.name;
      }
    }
    return null;
  }

  /** Those of what must come. */
  List<Property.LeadsTo> leadsTo() {
    return leadsTo;
  }

  /** The names of the properties that have never held, but should have. */
  List<String> neverSeen() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < properties.size(); i++) {
      if (!properties.get(i).always && seen.get(i) == 0) {
        names.add(properties.get(i).name);
      }
    }
    return names;
  }

  /** Notes the one that should hold sometimes, and does. */
  private boolean breaks(int property) {
    seen.set(property, 1);
    return properties.get(property).always;
  }
}
