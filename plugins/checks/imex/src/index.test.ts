import { checkContract } from "@slipway/testkit";
import check from "./index.ts";

const text = /^Node #|^ +\d+ +\S/;

checkContract(check, import.meta.url, {
  spare: {
    "imex-domain": [
      // Notes of the tool that decide nothing, and a host name where the address tells the member too.
      /^\/timestamp$|\/changed$|\/connections\/\d+\/host$|\/hostName$/,
      // What a node says of the connection to itself.
      /^\/nodes\/(\d+)\/connections\/\1$/,
      // The two unused slots of pass-dns-slots.
      /^\/nodes\/[45](?:\/|$)|\/connections\/[45](?:\/|$)/,
      /^Connectivity Table|^\S{1,3} - |^\d+\/\d+\/\d{4} |^Nodes:$/,
    ],
    "imex-nodes": [/^#/, /^cd-daemon-\w+-000[45]$/],
    "imex-resolve": [/^cd-daemon-\w+-000[45]\t/],
    "imex-service": [/^(?:LoadState|SubState|UnitFileState)=/],
  },
  shuffle: {
    "imex-domain": (output, shuffle) => {
      const lines = output.split("\n");
      for (const isRow of [
        (line: string) => line.startsWith("Node #"),
        (line: string) => text.test(line) && !line.startsWith("Node #"),
      ]) {
        const rows = shuffle(lines.filter(isRow));
        lines.forEach((line, index) => {
          if (isRow(line)) lines[index] = rows.shift() ?? line;
        });
      }
      return lines.join("\n");
    },
    "imex-nodes": shuffleLines,
    "imex-resolve": shuffleLines,
    "imex-service": shuffleLines,
  },
});

function shuffleLines(output: string, shuffle: <T>(items: readonly T[]) => T[]): string {
  return shuffle(output.split("\n").filter((line) => line !== ""))
    .map((line) => `${line}\n`)
    .join("");
}
