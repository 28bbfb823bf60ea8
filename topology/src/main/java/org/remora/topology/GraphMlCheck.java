package org.remora.topology;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.jspecify.annotations.Nullable;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Reads GraphML once before the importer does, to name wrong edges by line. */
final class GraphMlCheck extends DefaultHandler {
  private record Edge(String source, String target, int line) {}

  private final Set<String> nodes = new HashSet<>();
  private final List<Edge> edges = new ArrayList<>();
  private @Nullable Locator locator;

  private GraphMlCheck() {}

  /**
   * Checks that the text is XML and that edges join different declared nodes.
   *
   * @throws BadGraphException with one line that begins with the number of the wrong line
   * @throws SAXException if the text is no XML, or has a document type
   */
  static void check(String text) throws SAXException, IOException {
    GraphMlCheck check = new GraphMlCheck();
    try {
      SAXParserFactory factory = SAXParserFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.newSAXParser().parse(new InputSource(new StringReader(text)), check);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("every Java platform has an XML parser", e);
    }
    for (Edge edge : check.edges) {
      for (String end : List.of(edge.source(), edge.target())) {
        if (!check.nodes.contains(end)) {
          throw new BadGraphException("line " + edge.line() + ": unknown node " + end);
        }
      }
      if (edge.source().equals(edge.target())) {
        throw new BadGraphException(
            "line " + edge.line() + ": node " + edge.source() + " is linked to itself");
      }
    }
  }

  @Override
  public void setDocumentLocator(Locator where) {
    locator = where;
  }

  @Override
  public void startElement(String uri, String localName, String name, Attributes attributes) {
    String element = name.substring(name.indexOf(':') + 1);
    if (element.equals("node")) {
      nodes.add(String.valueOf(attributes.getValue("id")));
    } else if (element.equals("edge")) {
      edges.add(
          new Edge(
              String.valueOf(attributes.getValue("source")),
              String.valueOf(attributes.getValue("target")),
              locator == null ? 0 : locator.getLineNumber()));
    }
  }
}
