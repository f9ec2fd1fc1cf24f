import { descendants, Unreadable, xmlDocument, xmlPointer, type Format } from "@slipway/plugin-sdk";

/** What the tool prints as the version, and where. */
export interface Firmware {
  readonly text: string;
  readonly where: { readonly line: number; readonly path: string };
}

/** One XML document, of which one element says the version. */
export const firmwareFormat: Format<Firmware> = {
  parse(output) {
    const root = xmlDocument(output);
    const [version, ...more] = root.name === "list" ? descendants(root, "firmware", "version") : [];
    if (version === undefined || more.length > 0)
      throw new Unreadable("it has no known shape: it needs one list/firmware/version", { line: root.line, fault: "unknown-shape" });
    return { text: version.text, where: { line: version.line, path: xmlPointer(version) } };
  },
};
