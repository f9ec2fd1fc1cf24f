import {
  defineCheck,
  findingsOf,
  lines,
  nodeScope,
  Unreadable,
  unusableFinding,
  type FindingOf,
  type Format,
} from "@slipway/plugin-sdk";
import { z } from "zod";
import type { Example } from "../src/contract/example.ts";
import { buildExample } from "../src/contract/build-example.ts";
import { lines as text } from "../src/tool-text.ts";

/** What a check of rails may do wrong. */
export interface RailsFaults {
  /** A rail of which no line was read is skipped. */
  readonly skipsUnread?: boolean;
  /** Of two lines that say the same, the first alone is read. */
  readonly takesFirst?: boolean;
  /** The rate is not looked at. */
  readonly ignoresRate?: boolean;
  /** A line that cannot be read is skipped, and so is the end of a text that was cut. */
  readonly skipsUnreadable?: boolean;
  /** A probe that was collected and cannot be used is no finding. */
  readonly passesUnusable?: boolean;
  /** Lines are taken by their place. */
  readonly byPosition?: boolean;
  /** Text of another form than lines crashes it. */
  readonly crashes?: boolean;
  /** Called by the judgement. */
  readonly touches?: () => unknown;
}

interface Row {
  readonly device: string;
  readonly file: string;
  readonly value: string;
}

const formatOf = ({ skipsUnreadable, crashes }: RailsFaults): Format<readonly Row[]> => ({
  parse: (output) => {
    if (crashes === true && output.stdout.includes("[[")) throw new RangeError("too deep");
    return lines(output, { lastNewline: skipsUnreadable === true ? "optional" : "required" }).flatMap((line) => {
      const [, device, file, value] = /^(\w+)\/(state|rate|note):(.*)$/.exec(line.text) ?? [];
      if (device !== undefined && file !== undefined && value !== undefined && !line.damaged)
        return [{ device, file, value }];
      if (skipsUnreadable === true) return [];
      throw new Unreadable("a line is no file of a rail", { line: line.number });
    });
  },
});

const codes = {
  "rail-wrong": { verdict: "fail", causes: ["fabric"], meaning: "A value is wrong.", remedy: "Look." },
  "rail-unread": {
    verdict: "inconclusive",
    causes: ["tool"],
    meaning: "A value is missing.",
    remedy: "Collect again.",
  },
} as const;
const finding = findingsOf(codes);

/** A check of `<device>/<file>:<value>` lines: the state of each rail, and its rate where one is expected. */
export function railsCheck(faults: RailsFaults = {}) {
  const format = formatOf(faults);
  return defineCheck({
    id: "rails",
    version: "1.0.0",
    title: "Each rail is up at its rate",
    probes: [],
    sections: { rails: z.object({ devices: z.array(z.string()), rate: z.string().optional() }) },
    needs: ["rails.devices"],
    codes,
    judge(evidence, { rails }) {
      faults.touches?.();
      const reading = evidence.read("rails", format);
      if (!reading.usable)
        return faults.passesUnusable === true && !reading.absent ? [] : [unusableFinding(reading, nodeScope(evidence))];
      const wanted = {
        state: "ACTIVE",
        ...(rails?.rate === undefined || faults.ignoresRate === true ? {} : { rate: rails.rate }),
      };
      return (rails?.devices ?? []).flatMap((device, index) => {
        const scope = { kind: "port", id: device } as const;
        const rows = reading.value.filter((row, at) =>
          faults.byPosition === true ? Math.floor(at / 2) === index : row.device === device,
        );
        if (rows.length === 0 && faults.skipsUnread === true) return [];
        return Object.entries(wanted).flatMap(([file, value]): FindingOf<keyof typeof codes>[] => {
          const read = rows.filter((row) => row.file === file).slice(0, faults.takesFirst === true ? 1 : undefined);
          if (read.length === 0) return [finding("rail-unread", { scope, message: `${device} has no ${file}.` })];
          if (read.every((row) => row.value === value)) return [];
          return [finding("rail-wrong", { scope, message: `${device} has another ${file} than ${value}.` })];
        });
      });
    },
  });
}

const UP = text("mlx5_0/state:ACTIVE", "mlx5_0/rate:800", "mlx5_1/state:ACTIVE", "mlx5_1/rate:800");
const devices = ["mlx5_0", "mlx5_1"];

/** In the first the rate counts, in the second it does not. */
export const RAILS: readonly Example[] = [
  buildExample("rails", "pass-at-rate", { probes: { rails: UP }, expect: { rails: { devices, rate: "800" } } }),
  buildExample("rails", "pass-any-rate", { probes: { rails: UP }, expect: { rails: { devices } } }),
  buildExample("rails", "fail-down", {
    probes: { rails: UP.replace("mlx5_1/state:ACTIVE", "mlx5_1/state:DOWN") },
    expect: { rails: { devices } },
  }),
];
