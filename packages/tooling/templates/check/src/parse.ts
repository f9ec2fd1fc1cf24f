import { lines, Unreadable, type Format, type Line } from "@slipway/plugin-sdk";

/** The `MemTotal` row: its size in KiB, undefined when the value cannot be read. */
export interface TotalMemory {
  readonly line: Line;
  readonly kib: number | undefined;
}

/** `cat /proc/meminfo`: rows of a name, a colon and a size in kB. */
export const meminfoFormat: Format<TotalMemory> = {
  parse(output) {
    const [line, ...more] = lines(output).filter(({ text }) => text.startsWith("MemTotal:"));
    if (line === undefined || more.length > 0) throw new Unreadable("it has no known shape: it needs one MemTotal row");
    const match = /^MemTotal: +(\d{1,15}) kB$/.exec(line.text);
    return { line, kib: match === null ? undefined : Number(match[1]) };
  },
};
