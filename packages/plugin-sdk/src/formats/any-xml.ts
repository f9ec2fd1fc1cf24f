import { SaxesParser } from "saxes";
import { Unreadable } from "../errors.ts";
import type { ProbeOutput } from "../evidence.ts";
import { NO_ATTRIBUTES, type Open } from "./plain-xml.ts";
import type { XmlElement } from "./xml.ts";

/** Far more than any tool prints (8 GPUs make about 10,000); keeps a hostile document from filling the memory. */
export const MOST_ELEMENTS = 500_000;

/**
 * Parses any XML document by a parser of all XML.
 *
 * @throws Unreadable for what is no whole document, or brings declarations of its own
 */
export function anyDocument(output: Pick<ProbeOutput, "probe" | "stdout">): XmlElement {
  const parser = new SaxesParser({ fileName: output.probe });
  const open: Open[] = [];
  let elements = 0;
  let root: Open | undefined;
  parser.on("error", (error) => {
    throw new Unreadable(`it is not a whole XML document: ${error.message}`, {
      line: Math.max(1, parser.line),
      noDocument: true,
      fault: "damaged",
    });
  });
  parser.on("doctype", (doctype) => {
    if (doctype.includes("[")) throw new Unreadable("its XML brings declarations of its own", { line: parser.line });
  });
  parser.on("opentag", (tag) => {
    elements += 1;
    if (elements > MOST_ELEMENTS)
      throw new Unreadable(`its XML has more than ${String(MOST_ELEMENTS)} elements`, { line: parser.line });
    const attributes = tag.attributes as Record<string, string>;
    const element: Open = {
      name: tag.name,
      text: "",
      children: [],
      line: parser.line,
      parent: open.at(-1),
      attributes: Object.keys(attributes).length === 0 ? NO_ATTRIBUTES : { ...attributes },
    };
    element.parent?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const append = (text: string): void => {
    const current = open.at(-1);
    // What stands between tags and lines is nearly always blank, and blanks at the beginning do not count.
    if (current !== undefined && (current.text !== "" || text.trim() !== "")) current.text += text;
  };
  parser.on("text", append);
  parser.on("cdata", append);
  parser.on("closetag", () => {
    const closed = open.pop();
    if (closed !== undefined) closed.text = closed.text.trim();
  });
  parser.write(output.stdout).close();
  if (root === undefined) throw new Unreadable("its XML has no element", { line: 1, noDocument: true });
  return root;
}
