import { intact, isWord, lines, Unreadable, type Format, type Line, type ProbeOutput } from "@slipway/plugin-sdk";

/** The only line with text; a second one is no known shape. */
function onlyLine(output: ProbeOutput): Line {
  const [first, second] = lines(output).filter((line) => line.text.trim() !== "");
  if (first === undefined || second !== undefined)
    throw new Unreadable("it holds more than one line", second === undefined ? {} : { line: second.number });
  return first;
}

/** What `systemd-detect-virt` answers, such as `microsoft`, with the line it stands on. */
export interface Virt {
  readonly answer: string;
  readonly line: number;
}

/** `virt`: one word. Exit 1 says `none`, and nothing else does (rule G4). */
export const virtFormat: Format<Virt> = {
  exit: [0, 1],
  parse(output) {
    const line = intact(onlyLine(output));
    const answer = line.text.trim();
    if (!/^[a-z0-9][a-z0-9_-]{0,63}$/i.test(answer))
      throw new Unreadable("its answer is not one word", { line: line.number });
    if (output.record.exitCode === 1 && !isWord(answer, "none"))
      throw new Unreadable("it ended with exit code 1, which goes with none alone", { line: line.number });
    return { answer, line: line.number };
  },
};

/** The words of a kernel command line, with the line they stand on. */
export interface CommandLine {
  readonly words: ReadonlySet<string>;
  readonly line: number;
}

/** Splits as the kernel does: a quoted value keeps its spaces, and the quotes are not part of the word. */
function kernelWords(text: string): Set<string> {
  const words = text.match(/(?:[^\s"]+|"[^"]*"?)+/g) ?? [];
  return new Set(words.map((word) => word.replaceAll('"', "")));
}

/** `cmdline`: the text of /proc/cmdline. Bytes that are no UTF-8 spoil the words that they stand in (rule G3). */
export const cmdlineFormat: Format<CommandLine> = {
  parse(output) {
    const line = onlyLine(output);
    return { words: kernelWords(line.text), line: line.number };
  },
};

/** What the Hyper-V pool says of the host: its name, empty when it says none, and the line that says it. */
export interface PhysicalHost {
  readonly name: string;
  readonly line: number | undefined;
}

export const HOST_KEY = "PhysicalHostName";

/** `hyperv-kvp`: lines `key<TAB>value`. A damaged line may hold the name, so it spoils a pool that shows none. */
export const kvpFormat: Format<PhysicalHost> = {
  parse(output) {
    let empty: number | undefined;
    let damaged: Line | undefined;
    let host: PhysicalHost | undefined;
    for (const line of lines(output)) {
      if (line.text.trim() === "") continue;
      const tab = line.text.indexOf("\t");
      if (tab < 0) throw new Unreadable("a line is no `key<TAB>value`", { line: line.number });
      if (line.damaged) damaged ??= line;
      else if (line.text.slice(0, tab) === HOST_KEY) {
        const name = line.text.slice(tab + 1).trim();
        if (name === "") empty ??= line.number;
        else host ??= { name, line: line.number };
      }
    }
    if (host === undefined && damaged !== undefined) intact(damaged);
    return host ?? { name: "", line: empty };
  },
};

/** A word of the command line as {@link CommandLine} holds it. */
export function kernelWord(argument: string): string {
  return argument.trim().replaceAll('"', "");
}
