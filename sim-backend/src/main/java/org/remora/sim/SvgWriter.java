package org.remora.sim;

import java.io.Writer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes the elements of an SVG picture, everything escaped. */
final class SvgWriter {
  private final XMLStreamWriter xml;

  SvgWriter(Writer out) throws XMLStreamException {
    // The JDK's own, whatever else is on the class path: the same picture everywhere.
    xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
  }

  /** Begins the picture. */
  void begin(long width, long height) throws XMLStreamException {
    begin(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "width",
        width,
        "height",
        height,
        "viewBox",
        "0 0 " + width + " " + height);
  }

  /** Begins an element with attributes: names, each followed by its value. */
  void begin(String name, Object... attributes) throws XMLStreamException {
    xml.writeStartElement(name);
    attributes(attributes);
  }

  /** Writes an element without content. */
  void empty(String name, Object... attributes) throws XMLStreamException {
    xml.writeEmptyElement(name);
    attributes(attributes);
  }

  /** Writes an element with text for content. */
  void text(String name, String text, Object... attributes) throws XMLStreamException {
    begin(name, attributes);
    chars(text);
    end();
  }

  /** Writes text inside the element begun last. */
  void chars(String text) throws XMLStreamException {
    xml.writeCharacters(clean(text));
  }

  /** Ends the element begun last, on a line of its own. */
  void end() throws XMLStreamException {
    xml.writeEndElement();
    xml.writeCharacters("\n");
  }

  /** Ends the picture. */
  void close() throws XMLStreamException {
    end();
    xml.close();
  }

  private void attributes(Object... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      xml.writeAttribute(attributes[i].toString(), written(attributes[i + 1]));
    }
  }

  private static String written(Object value) {
    return value instanceof Double number ? number(number) : clean(value.toString());
  }

  /** With at most one decimal, which is finer than anybody sees. */
  static String number(double value) {
    long tenths = Math.round(value * 10);
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
  }

  /** The text with every character that XML forbids replaced. */
  private static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints().forEach(c -> clean.appendCodePoint(isXml(c) ? c : 0xFFFD));
    return clean.toString();
  }

  private static boolean isXml(int c) {
    return c == '\t'
        || c == '\n'
        || (c >= ' ' && c < Character.MIN_SURROGATE)
        || (c > Character.MAX_SURROGATE && c < 0xFFFE)
        || c > 0xFFFF;
  }
}
