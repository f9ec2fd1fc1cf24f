import { SlipwayError } from "@slipway/plugin-sdk";
import { csvValue } from "./field.ts";

/** A record longer than this is a quote that nobody closed. */
const LONGEST_RECORD = 1 << 20;

/** Takes a record's fields and the line it begins on, from 1. */
export type RecordSink = (fields: readonly string[], line: number) => void;

/**
 * Splits CSV text that comes in pieces into records (RFC 4180: fields quoted where they hold a comma, a quote or a line
 * end; LF or CRLF). Empty lines are passed over. Lines without a quote, nearly all of them, cost one search and a split.
 */
export class CsvScanner {
  readonly #name: string;
  readonly #sink: RecordSink;
  #rest = "";
  #line = 1;

  /** @param name of the file, for errors */
  constructor(name: string, sink: RecordSink) {
    this.#name = name;
    this.#sink = sink;
  }

  /** The line that the next record begins on, from 1. */
  get line(): number {
    return this.#line;
  }

  /** @throws SlipwayError of kind `input` naming the line of what is no CSV; what the sink throws */
  push(text: string): void {
    this.#take(this.#rest + text, false);
  }

  /** Takes the last record, which may lack its line end. */
  end(): void {
    this.#take(this.#rest, true);
  }

  #take(text: string, last: boolean): void {
    let at = 0;
    let quote = text.indexOf('"');
    while (at < text.length) {
      let end = text.indexOf("\n", at);
      if (end < 0) {
        if (!last && text.length - at <= LONGEST_RECORD) break;
        end = text.length;
      }
      if (quote >= 0 && quote < at) quote = text.indexOf('"', at);
      if (quote >= 0 && quote < end) {
        const next = this.#quoted(text, at, last);
        if (next === undefined) break;
        at = next;
        continue;
      }
      if (end - at > LONGEST_RECORD) this.#fail("is longer than 1 MiB");
      const line = text.slice(at, end > at && end < text.length && text[end - 1] === "\r" ? end - 1 : end);
      if (line !== "") {
        if (line.includes("\r")) this.#fail("holds a carriage return that ends no line");
        const fields = line.split(",");
        this.#sink(line.includes("'") ? fields.map(csvValue) : fields, this.#line);
      }
      this.#line += 1;
      at = end + 1;
    }
    this.#rest = text.slice(at);
  }

  /** Reads a record with quoted fields. @returns where the next one begins; undefined while its end has not come */
  #quoted(text: string, from: number, last: boolean): number | undefined {
    const fields: string[] = [];
    let lines = 0;
    for (let at = from; ;) {
      let field: string;
      if (text[at] === '"') {
        let close = at + 1;
        for (; ; close += 2) {
          close = text.indexOf('"', close);
          if (close < 0 || (close + 1 === text.length && !last)) {
            if (last || text.length - from > LONGEST_RECORD) this.#fail("opens a quote that is not closed");
            return undefined;
          }
          if (text[close + 1] !== '"') break;
        }
        field = text.slice(at + 1, close).replaceAll('""', '"');
        for (
          let newline = text.indexOf("\n", at);
          newline >= 0 && newline < close;
          newline = text.indexOf("\n", newline + 1)
        )
          lines += 1;
        at = close + 1;
      } else {
        let end = at;
        while (end < text.length && !/[,\n"]/.test(text[end] ?? "")) end += 1;
        if (text[end] === '"') this.#fail("has a quote inside a field that does not begin with one");
        if (end === text.length && !last)
          return text.length - from > LONGEST_RECORD ? this.#fail("is longer than 1 MiB") : undefined;
        field = text.slice(at, end > at && text[end] === "\n" && text[end - 1] === "\r" ? end - 1 : end);
        if (field.includes("\r")) this.#fail("holds a carriage return that ends no line");
        at = end;
      }
      fields.push(csvValue(field));
      if (text[at] === ",") {
        at += 1;
        continue;
      }
      if (text[at] === "\r" && at + 1 === text.length && !last) return undefined;
      const crlf = text[at] === "\r" && text[at + 1] === "\n" ? 1 : 0;
      if (at + crlf < text.length && text[at + crlf] !== "\n") this.#fail("goes on after a closed quote");
      this.#sink(fields, this.#line);
      this.#line += lines + 1;
      return at + crlf + 1;
    }
  }

  #fail(what: string): never {
    throw new SlipwayError("input", `${this.#name}:${String(this.#line)}: ${what}`, {
      hint: "CSV as in RFC 4180: fields with a comma, a quote or a line end stand in quotes, and a quote in them is doubled",
    });
  }
}
