import { SlipwayError } from "@slipway/plugin-sdk";
import type { Source } from "../source.ts";
import { CsvScanner, type RecordSink } from "./scanner.ts";

/**
 * Reads a CSV source, which is UTF-8 with or without a byte order mark, record by record.
 *
 * @param onBytes told after each piece how many bytes were read so far
 * @throws SlipwayError of kind `input` naming file and line
 */
export async function scanCsv(source: Source, sink: RecordSink, onBytes: (bytes: number) => void): Promise<void> {
  const scanner = new CsvScanner(source.name, sink);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let read = 0;
  const push = (piece?: Uint8Array): void => {
    let text: string;
    try {
      text = piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
    } catch {
      throw new SlipwayError("input", `${source.name}: is not UTF-8 after line ${String(scanner.line)}`);
    }
    if (text.includes("\0"))
      throw new SlipwayError(
        "input",
        `${source.name}: holds NUL characters after line ${String(scanner.line)}: it is no text file in UTF-8`,
      );
    scanner.push(text);
  };
  for await (const piece of source.bytes()) {
    push(piece);
    read += piece.length;
    onBytes(read);
  }
  push();
  scanner.end();
}
