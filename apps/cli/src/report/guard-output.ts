import { showHidden } from "@slipway/plugin-sdk";

/** What reports themselves are laid out with: line ends, tabs, colours, and the erasing of lines and screens. */
const LAYOUT = /([\n\r\t]|\u001b\[[\d;]*[mHJK])/;
const PLAIN = /^[\n\x20-\x7e]*$/;

/** Text of a report with every other hidden character shown. */
export const guarded = (text: string): string =>
  PLAIN.test(text)
    ? text
    : text
        .split(LAYOUT)
        .map((part, at) => (at % 2 === 1 ? part : showHidden(part)))
        .join("");

/**
 * Has a stream show the hidden characters of whatever text any command writes to it, in JSON as escapes of the same
 * value. Bytes pass as they are: see {@link dataFor}.
 */
export function guardOutput(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  stream.write = (chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === "string" ? guarded(chunk) : chunk, ...rest);
}

/** Rows that are to be loaded again: whole in a file or a pipe, and as a report's text on a terminal. */
export const dataFor = (stream: NodeJS.WriteStream, text: string): string | Buffer =>
  stream.isTTY ? text : Buffer.from(text);
