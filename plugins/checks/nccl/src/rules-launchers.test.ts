import { lines } from "@slipway/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CLOSING,
  EARLY,
  EXPECT,
  HEADER,
  judge,
  linesOf,
  log,
  LOW,
  NODE,
  row,
  SIZE,
  UNREADABLE,
  WRONG,
} from "../test/run-text.ts";

const NO_ROW = `table-unreadable inconclusive tool node ${NODE}`;

const PREFIXES = [
  "[0]",
  "[17]",
  "[1,0]<stdout>:",
  "[1,12]<stdout>",
  "[prterun-gb300-r21-t16-4117@1,0]<stdout>:",
  "[pod/allreduce-launcher-x7k2p/mpi]",
  "[rank0]:",
  "[gb300-r21-t16:0]",
  "[Fri Nov 20 13:00:00 2026]",
  "<stdout>:",
  "2026-11-20T13:00:00Z",
  "2026-11-20T13:00:00.123456789+00:00",
  "2026-11-20 13:00:00,123",
  "2026-11-20T13:00:00.123456789Z stdout F",
  "Fri Nov 20 13:00:00 2026",
  "Fri Nov 20 13:00:00 2026<stdout>:",
  "Nov 20 13:00:00",
  "0:",
  " 0:",
  "003:",
  "gb300-r21-t16:",
  "worker-0 |",
] as const;
/** Those that stand in the middle of a row as they are, since nothing else looks like them. */
const MIDDLE = PREFIXES.filter((prefix) => !/^(?:0| 0|003):/.test(prefix));

const tagged = (text: string, prefix: string) => text.replaceAll(/^(?=[^\n]|\n)/gm, prefix).replace(/\n[^\n]*$/, "\n");

describe("N6 prefixes of launchers", () => {
  it.each(PREFIXES)("N6 a table is read behind %j, with or without a blank", (prefix) => {
    for (const blank of ["", " ", "   "]) {
      const before = `${prefix}${blank}`;
      expect(judge(tagged(log([row({ size: 8 }), row()]), before)).said, before).toEqual(["pass"]);
      expect(judge(tagged(log([row({ busbw: "1.00" })]), before)).said, before).toEqual(["fail", LOW]);
      expect(judge(tagged(log([row({ wrong: "1" })]), before)).said, before).toEqual(["fail", WRONG]);
      expect(judge(tagged(lines(HEADER, row()), before)).said, before).toEqual(["inconclusive", EARLY]);
    }
  });

  it("N6 a table is read behind any two prefixes", () => {
    const prefix = fc.constantFrom(...PREFIXES);
    fc.assert(
      fc.property(prefix, prefix, (one, other) => {
        expect(judge(tagged(log([row()]), `${one} ${other} `)).said).toEqual(["pass"]);
        expect(judge(tagged(log([row({ busbw: "1.00" })]), `${one} ${other} `)).said).toEqual(["fail", LOW]);
      }),
      { numRuns: 200 },
    );
  });

  it("N6 each line may have another prefix", () => {
    const text = log([row({ size: 8 }), row()]);
    const stamped = text
      .split("\n")
      .map((line, index) => (line === "" ? "" : `Fri Nov 20 13:00:${String(10 + index)} 2026<stdout>:${line}`));
    expect(judge(stamped.join("\n")).said).toEqual(["pass"]);
  });

  it.each(MIDDLE)("N6 %j in the middle of a row is taken out", (prefix) => {
    const broken = (text: string) => text.replace("float", `float ${prefix}`);
    expect(judge(log([broken(row())])).said).toEqual(["pass"]);
    expect(judge(log([broken(row({ busbw: "1.00" }))])).said).toEqual(["fail", LOW]);
    expect(judge(log([`[0] ${broken(row({ wrongInPlace: "3" }))}`])).said).toEqual(["fail", WRONG]);
  });

  it.each(["[1]", "[1,1]<stdout>:", "[1,1]<stderr>:", "2026-11-20T13:00:00Z ", "[pod/a/b] "])(
    "N6 the output of two ranks that met in one line is read in pieces, at %j",
    (prefix) => {
      const message = "NCCL INFO Channel 00/08 : 0 1 2 3";
      expect(judge(log([`${row()}${prefix}${message}`])).said).toEqual(["pass"]);
      expect(judge(log([`${row({ busbw: "1.00" })} ${prefix}${message}`])).said).toEqual(["fail", LOW]);
      expect(judge(log([`host:1:1 [1] ${message} [0]${row()}`])).said).toEqual(["pass"]);
      expect(judge(log([`host:1:1 [1] ${message} [0]${row({ wrong: "2" })}`])).said).toEqual(["fail", WRONG]);
      expect(judge(log([row()], `${CLOSING}${prefix}${message}`)).said).toEqual(["pass"]);
      expect(judge(log([row()], `host:1:1 [1] ${message} [0]${CLOSING}`)).said).toEqual(["pass"]);
    },
  );

  it("N6 two rows in one line are two rows", () => {
    expect(judge(log([`[0]${row({ size: 8 })}[0]${row()}`])).said).toEqual(["pass"]);
    expect(judge(log([`[0]${row()}[0]${row({ busbw: "1.00" })}`])).said).toEqual(["fail", LOW]);
  });

  it("N6 a row that another rank's words broke is unreadable, and hides no other", () => {
    const broken = ` ${String(SIZE)} 4294967296 float [1] NCCL INFO Channel 03`;
    expect(judge(log([row(), broken, "sum -1 37610 456.79 684.05 0 37605 456.85 684.31 0"])).said).toEqual([
      "inconclusive",
      UNREADABLE,
    ]);
    expect(judge(log([row({ busbw: "1.00" }), `[0]${broken}`])).said).toEqual(["fail", UNREADABLE, LOW]);
  });

  it("N6 words with a colon before numbers are no row", () => {
    const noise = [
      "ranks: 0 1",
      "host NCCL INFO CPU affinity: 0 1 2",
      "0 | GPU 0 1",
      "[0] NCCL INFO Trees [0] 1 2",
      "elapsed 13:00:00 12 13",
    ];
    expect(judge(log([...noise, row(), ...noise])).said).toEqual(["pass"]);
  });

  it("N6 what a rank printed to stderr is no table", () => {
    expect(judge(log([row(), `[1,3]<stderr>:${row({ wrong: "1" })}`])).said).toEqual(["pass"]);
    expect(judge(tagged(log([row()]), "[1,0]<stderr>:")).verdict).toBe("inconclusive");
  });

  const half = (text: string) => text.replace("float", "float\n");
  it.each([
    ["rows that are broken in two", log([half(row({ size: 8 })), half(row())]), [3, 5]],
    ["no rows", log([]), [3]],
    ["rows behind a prefix that nobody knows", tagged(log([row()]), "%% "), [4]],
    ["rows and a header behind a prefix that nobody knows", tagged(lines(HEADER, row(), CLOSING), "%% "), [3]],
  ])(
    "N6 a log of %s with its closing line says that no row can be read, never that it ended early",
    (_, stdout, at) => {
      const judgement = judge(stdout);
      expect(judgement.verdict).toBe("inconclusive");
      expect(judgement.findings[0]).toMatchObject({
        code: "table-unreadable",
        message: "No row of the table can be read.",
      });
      expect(linesOf(judgement.findings[0])).toEqual(at);
      expect(judgement.findings.map(({ message }) => message).join()).not.toMatch(/ended early|no row of \d/i);
    },
  );

  it("N6 a closing line that other words broke does not say that the run ended early", () => {
    const { said, findings } = judge(lines(HEADER, row(), `channel ready${CLOSING}`));
    expect(said).toEqual(["inconclusive", EARLY]);
    expect(findings[0]?.message).toBe("A table is not closed by a line `Out of bounds values` that can be read.");
  });

  it("N2 a count out of bounds fails though no row can be read", () => {
    expect(judge(log([half(row())], "# Out of bounds values : 2 FAILED")).said).toEqual(["fail", WRONG, NO_ROW]);
  });
});

describe("N7 the run's own failure line", () => {
  const table = [HEADER, row({ size: 8 })];

  it.each([
    `${NODE}: Test NCCL failure common.cu:1187 'unhandled cuda error (run with NCCL_DEBUG=INFO for details) / '`,
    "Test CUDA failure common.cu:291 'out of memory'",
    "[0] Test failure common.cu:902",
    "NCCL error: ncclUnhandledCudaError",
    "ncclInvalidUsage: This usually reflects invalid usage of NCCL library.",
    "CUDA out of memory",
    "slurmstepd: error: *** JOB 812 ON t16 CANCELLED AT 2026-06-02T04:20:00 DUE TO TIME LIMIT ***",
    "mpirun noticed that process rank 3 exited on signal 9 (Killed).",
    "all_reduce_perf: error while loading shared libraries: libnccl.so.2",
  ])("N7 is quoted with its line: %s", (failure) => {
    const judgement = judge(lines(...table, failure, "the end"));
    expect(judgement.said).toEqual(["inconclusive", EARLY]);
    expect(judgement.findings[0]?.message).toBe(
      `The run ended early: a table is not closed by \`Out of bounds values\` (${failure}).`,
    );
    expect(judgement.findings[0]?.evidence).toEqual([{ probe: "nccl-allreduce", line: 3 }]);
  });

  it("N7 the line that says most comes first, and one of each kind is pointed to", () => {
    const judgement = judge(
      lines(
        ...table,
        "t16:1:1 [0] NCCL WARN Cuda failure 2 'out of memory'",
        "t16: Test NCCL failure common.cu:1187",
        "t17: Test NCCL failure common.cu:1187",
      ),
      EXPECT,
      { stderr: "\nsrun: error: t16: task 0: Exited with exit code 3\n" },
    );
    expect(judgement.findings[0]?.message).toContain("(t16: Test NCCL failure common.cu:1187).");
    expect(judgement.findings[0]?.evidence).toEqual([
      { probe: "nccl-allreduce", line: 4 },
      { probe: "nccl-allreduce", line: 3 },
      { probe: "nccl-allreduce", stream: "err", line: 2 },
    ]);
  });

  it("N7 without such a line the first of stderr is quoted", () => {
    const [finding] = judge(lines(...table), EXPECT, { stderr: "\n  bad news\nworse news\n" }).findings;
    expect(finding?.message).toContain("(bad news).");
    expect(finding?.evidence).toEqual([{ probe: "nccl-allreduce", stream: "err", line: 2 }]);
  });

  it("N7 is cut at 200 characters", () => {
    const [finding] = judge(lines(...table, `Test NCCL failure ${"x".repeat(400)}`)).findings;
    expect(finding?.message.length).toBeLessThan(300);
  });

  it("N7 a log that is whole is judged by its rows, whatever it grumbled", () => {
    const grumble = "t16:511:530 [1] NCCL WARN Call to ibv_reg_mr failed, out of memory, using copies";
    expect(judge(`${grumble}\n${log([row()])}`).said).toEqual(["pass"]);
  });
});
