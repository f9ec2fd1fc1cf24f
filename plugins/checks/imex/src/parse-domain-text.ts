import { asciiLower, atLine, intact, lines, Unreadable, type Line, type ProbeOutput } from "@slipway/plugin-sdk";
import { daemonState } from "./control.ts";
import {
  byIndex,
  domainStatus,
  hostOf,
  shownVersion,
  spoiledField,
  type Connection,
  type Domain,
  type DomainNode,
  type LinkState,
} from "./domain.ts";
import { shownValue, trimBlanks } from "./text.ts";

type Row = ReadonlyMap<string, Connection>;

const LETTERS: ReadonlyMap<string, LinkState> = new Map([
  ["c", "connected"],
  ["i", "broken"],
  ["n", "broken"],
  ["r", "broken"],
  ["d", "broken"],
  ["a", "broken"],
  ["!v!", "broken"],
  ["!m!", "broken"],
]);

const NODES = "Nodes:";
const NODE = "Node #";
const STATUS = "Domain State:";
const MATRIX = "Nodes From\\To";

/**
 * The text of `nvidia-imex-ctl -N`: a legend, node lines from `Nodes:` on, matrix, and last the
 * domain's state. What stands before `Nodes:`, such as the tool's own log, is skipped (rule I11).
 * Text without that last line was cut (rule G3). A cell or field with damaged bytes is a value that
 * nobody knows.
 */
export function domainFromText(output: ProbeOutput): Domain {
  const text = lines(output, { lastNewline: "optional" });
  const start = text.findIndex((line) => trimBlanks(line.text) === NODES);
  const all = start < 0 ? [] : text.slice(start);
  const [status, again] = all.filter((line) => line.text.trimStart().startsWith(STATUS));
  if (again !== undefined) throw new Unreadable("the domain state is printed twice", { line: again.number });
  if (status === undefined)
    throw new Unreadable(
      "it is no whole answer about an IMEX domain: it has no node list or no domain state",
      text.length === 0 ? {} : { line: text.length },
    );
  const nodes = nodeLinesOf(all).map((line) => ({ line, node: parseNode(line) }));
  const shown = trimBlanks(status.text.slice(status.text.indexOf(STATUS) + STATUS.length));
  // No known state begins another, so that one which ends the text is whole without its newline.
  if (!output.stdout.endsWith("\n") && (status.number !== text.length || domainStatus(shown) === "unknown"))
    throw new Unreadable("its last line was cut: it ends with neither a newline nor a known domain state", {
      line: text.length,
      fault: "damaged",
    });

  const matrix = parseMatrix(all);
  const nodeLines = new Map<string, number>();
  for (const { line, node } of nodes) {
    if (nodeLines.has(node.index)) throw new Unreadable(`node #${node.index} is listed twice`, { line: line.number });
    nodeLines.set(node.index, line.number);
  }
  return {
    nodes: nodes
      .map(({ node }) => ({ ...node, connections: matrix.rows.get(node.index) ?? new Map<string, Connection>() }))
      .sort(byIndex),
    status: domainStatus(shown),
    shown,
    at: {
      status: atLine(output, status.number),
      field: (node) => atLine(output, nodeLines.get(node.index) ?? status.number),
      connection: (node) => atLine(output, matrix.lines.get(node.index) ?? matrix.header ?? status.number),
    },
  };
}

/** The lines of nodes; a line of their list whose bytes are damaged may be one of them. */
function nodeLinesOf(all: readonly Line[]): Line[] {
  const isNode = (line: Line): boolean => line.text.trimStart().startsWith(NODE);
  const end = all.findIndex(({ text }) => [MATRIX, STATUS].some((mark) => text.trimStart().startsWith(mark)));
  for (const line of all.slice(0, end)) if (!isNode(line)) intact(line);
  return all.filter(isNode);
}

/** `Node #4   * ip *   - READY   - Version: 580.95.09   - Hostname: x`; version and host name may be missing. */
function parseNode(line: Line): Omit<DomainNode, "connections"> {
  const rest = line.text.slice(line.text.indexOf(NODE) + NODE.length);
  const digits = /^\d{1,9}(?=\s)/.exec(rest)?.[0];
  if (digits === undefined) throw new Unreadable("a node line has no number", { line: line.number });
  // The local node has `* address *` where the others have `- address`.
  const [before = "", ...fields] = rest.slice(digits.length).split(" - ").map(trimBlanks);
  const local = before.startsWith("*");
  const [address, state, ...labelled] = local ? [before, ...fields] : fields;
  if (address === undefined || state === undefined || (before !== "" && !local))
    throw new Unreadable("a node line has no address or no state", { line: line.number });
  const value = (label: string): string | undefined =>
    labelled.find((field) => field.startsWith(label))?.slice(label.length);
  const [host, version, hostName] = [trimBlanks(address.replaceAll("*", "")), value("Version:"), value("Hostname:")];
  return {
    index: indexOf(digits),
    state: daemonState(state),
    shown: state,
    ...hostOf(host),
    hostName: shownValue(hostName),
    version: shownVersion(version),
    local,
    spoiled: spoiledField({ status: state, host, hostName, version }),
  };
}

/** One spelling of a node's number: `01` is 1. */
function indexOf(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}

/** The connectivity table: a header of column numbers, then a row for each node, by its own number. */
function parseMatrix(all: readonly Line[]): {
  header: number | undefined;
  rows: ReadonlyMap<string, Row>;
  lines: ReadonlyMap<string, number>;
} {
  const rows = new Map<string, Row>();
  const rowLines = new Map<string, number>();
  const start = all.findIndex((line) => line.text.trimStart().startsWith(MATRIX));
  const header = all[start];
  if (header === undefined) return { header: undefined, rows, lines: rowLines };
  const columns = words(header.text.slice(header.text.indexOf(MATRIX) + MATRIX.length)).map(indexOf);
  for (const line of all.slice(start + 1)) {
    const [digits, ...cells] = words(line.text);
    if (digits === undefined) continue;
    if (!/^\d+$/.test(digits)) break;
    const index = indexOf(digits);
    if (cells.length !== columns.length)
      throw new Unreadable("a row of the table has not as many cells as the table has columns", { line: line.number });
    if (rows.has(index)) throw new Unreadable(`row ${index} of the table is there twice`, { line: line.number });
    rows.set(
      index,
      new Map(
        cells.map((cell, position) => [
          columns[position] ?? "",
          { state: LETTERS.get(asciiLower(cell)) ?? "unknown", shown: cell },
        ]),
      ),
    );
    rowLines.set(index, line.number);
  }
  return { header: header.number, rows, lines: rowLines };
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
