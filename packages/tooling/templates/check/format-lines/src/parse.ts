import { intact, lines, Unreadable, type Format } from "@slipway/plugin-sdk";

/** What the tool prints as the version, and where. */
export interface Firmware {
  readonly text: string;
  readonly where: { readonly line: number };
}

const KEY = "firmware-version:";

/** Rows of a key, a colon and a value, of which one says the version. */
export const firmwareFormat: Format<Firmware> = {
  parse(output) {
    const [row, ...more] = lines(output).filter(({ text }) => text.startsWith(KEY));
    if (row === undefined || more.length > 0) throw new Unreadable(`it has no known shape: it needs one row ${KEY}`, { fault: "unknown-shape" });
    return { text: intact(row).text.slice(KEY.length).trim(), where: { line: row.number } };
  },
};
