import { lines } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import {
  CLOSING,
  EARLY,
  EXPECT,
  HEADER,
  LOW,
  SIZE,
  UNCHECKED,
  UNREADABLE,
  WRONG,
  judge,
  linesOf,
  log,
  oldRow,
  row,
  NODE,
} from "../test/run-text.ts";

const SIZE_MISSING = `size-missing inconclusive configuration node ${NODE}`;
const NO_ROW = `table-unreadable inconclusive tool node ${NODE}`;
const HEADLESS = `columns-unknown inconclusive tool node ${NODE}`;

describe("logs of all versions", () => {
  const measured = "37610  456.79  684.05  0  37605  456.85  684.31  0";
  const names = "time   algbw   busbw  #wrong     time   algbw   busbw  #wrong";
  it.each([
    ["without redop and root", `#  size  count  type  ${names}`, ` ${String(SIZE)} 4294967296 float ${measured}`],
    ["with redop", `#  size  count  type  redop ${names}`, ` ${String(SIZE)} 4294967296 float sum ${measured}`],
    ["with root", `#  size  count  type  root ${names}`, ` ${String(SIZE)} 4294967296 float -1 ${measured}`],
    [
      "of 2017",
      "#  bytes  N  type  op  time  algbw  busbw  res  time  algbw  busbw  res",
      ` ${String(SIZE)} 4294967296 float sum ${measured}`,
    ],
    [
      "with cpu time",
      `#  size  count  type  redop root ${names.replaceAll(" time", " cputime")}`,
      ` ${String(SIZE)} 4294967296 float sum -1 ${measured}`,
    ],
    [
      "with time stamps",
      `#  size  count  type  redop root ${names}   timestamp`,
      ` ${String(SIZE)} 4294967296 float sum -1 ${measured}  2026-06-02 04:20:00`,
    ],
    [
      "in place only first",
      "#size count type redop root time algbw busbw #wrong",
      ` ${String(SIZE)} 4294967296 float sum -1 37610 456.79 684.05 0`,
    ],
  ])("N1 reads a table %s", (_, header, line) => {
    expect(judge(log([line], CLOSING, header)).said).toEqual(["pass"]);
    expect(judge(log([line.replace("684.05", "1.00")], CLOSING, header)).said).toEqual(["fail", LOW]);
    // `res` is no `#wrong`: it holds a deviation.
    const wrong = header.includes("#wrong") ? ["fail", WRONG] : ["pass"];
    expect(judge(log([line.replace(/684.05\s+0/, "684.05 2")], CLOSING, header)).said).toEqual(wrong);
  });

  it("N1 reads a table with a report of each iteration", () => {
    const part = "time algbw busbw #wrong i_min i_max i_p99 i_cv%";
    const values = (busbw: string, wrong: string) => `37610 456.79 ${busbw} ${wrong} 37000 38000 37900 1.20`;
    const at = (busbw: string, wrong: string) =>
      judge(
        log(
          [`${String(SIZE)} 4294967296 float sum -1 ${values(busbw, "0")} ${values("1.00", wrong)}`],
          CLOSING,
          `# size count type redop root ${part} ${part}`,
        ),
      );
    expect(at("684.05", "0").verdict).toBe("pass");
    expect(at("1.00", "0").said).toEqual(["fail", LOW]);
    expect(at("684.05", "4").said).toEqual(["fail", WRONG]);
  });

  it.each(["[1,0]<stdout>:", "0: ", " 0: ", "12: "])("N1 reads lines behind the rank's tag %j", (tag) => {
    const tagged = (stdout: string) => stdout.replaceAll(/^(?=.)/gm, tag);
    expect(judge(tagged(log([row()]))).said).toEqual(["pass"]);
    expect(judge(tagged(log([row({ busbw: "1.00" })]))).verdict).toBe("fail");
    expect(judge(`${log([row()])}[1,3]<stderr>:${row({ wrong: "1" })}\n`).verdict).toBe("pass");
  });

  it("N1 skips NCCL's own messages and other text", () => {
    const noise = [
      "host:1:1 [0] NCCL INFO Channel 00/08 : 0 1 2 3 4 5",
      "NCCL version 2.28.7+cuda13.0",
      "",
      "#",
      "#        (B)    (elements)                               (us)  (GB/s)  (GB/s)",
      "host:1:1 [0] NCCL WARN Call to ibv failed",
      "17179869184",
      "17179869184 bytes",
    ];
    expect(judge(log([...noise, row(), ...noise])).said).toEqual(["pass"]);
  });

  it.each([
    ["cut short", row().slice(0, 60)],
    ["one value short", row().replace(/\s+\S+$/, "")],
    ["one value long", `${row()} 0`],
    ["with a message in it", " 17179869184 4294967296 float sum -1 host:1:1 [0] NCCL INFO Channel 00/08 : 3"],
    [
      "with a message that ends in a number",
      ` 17179869184 4294967296 float sum -1 37610 host:1 [0] NCCL INFO Channel 03 4`,
    ],
    ["with a wrong count below 0", row({ wrong: "-1" })],
    ["with a wrong count that is no number", row({ wrongInPlace: "nan" })],
    ["of two numbers alone", "17179869184 4294967296"],
  ])("N2 a row %s cannot be read: inconclusive", (_, broken) => {
    const judgement = judge(log([row(), broken]));
    expect(judgement.said).toEqual(["inconclusive", UNREADABLE]);
    expect(judgement.findings[0]).toMatchObject({ message: "Lines of the table cannot be read: 1." });
    expect(linesOf(judgement.findings[0])).toEqual([4]);
  });

  it("N1 the size only in a row that cannot be read is missing", () => {
    expect(judge(log([row().slice(0, 60), row({ size: 8 })])).said).toEqual(["inconclusive", UNREADABLE, SIZE_MISSING]);
  });

  it("N1 without a header a pass is none, and a fault stays", () => {
    const at = (...rows: readonly string[]) => judge(lines(...rows, CLOSING));
    for (const line of [row(), oldRow(), ` ${String(SIZE)} 4294967296 float ${measured}`]) {
      expect(at(line).said).toEqual(["inconclusive", HEADLESS]);
      expect(at(line, row({ size: 8 })).findings[0]?.evidence).toEqual([{ probe: "nccl-allreduce", line: 1 }]);
      expect(at(line.replace("684.05", "1.00")).said).toEqual(["fail", HEADLESS, LOW]);
    }
    expect(at(row({ wrong: "2" })).said).toEqual(["fail", WRONG, HEADLESS]);
    expect(at(row({ wrongInPlace: "2" })).said).toEqual(["fail", WRONG, HEADLESS]);
    expect(at(oldRow({ wrong: "5e-07" })).said).toEqual(["inconclusive", HEADLESS]);
    expect(at(row({ wrong: "N/A" })).said).toEqual(["inconclusive", UNCHECKED, HEADLESS]);
    for (const line of [
      ` ${String(SIZE)} 4294967296 ${measured}`,
      ` ${String(SIZE)} 4294967296 7 ${measured}`,
      `${row()} 0`,
    ])
      expect(at(line).said).toEqual(["inconclusive", NO_ROW, HEADLESS]);
    expect(judge(lines("# size of the run", "# size and speed time", row(), CLOSING)).said).toEqual([
      "inconclusive",
      EARLY,
    ]);
    expect(judge(log([row()], CLOSING, "# size count type redop root time")).said).toEqual(["inconclusive", HEADLESS]);
  });

  it("damaged lines are not read, and not skipped where they may be rows", () => {
    const damaged = (stdout: string) => judge(stdout, EXPECT, { stdoutDamaged: true });
    expect(damaged(log([row(), row({ size: 8 }).replace("float", "fl\uFFFDat")])).said).toEqual([
      "inconclusive",
      UNREADABLE,
    ]);
    expect(damaged(log([row(), row({ size: "81\uFFFD2" })])).said).toEqual(["inconclusive", UNREADABLE]);
    expect(damaged(log([row(), row({ size: "81\uFFFD2", wrongInPlace: "N/A" })])).said).toEqual([
      "inconclusive",
      UNREADABLE,
    ]);
    expect(damaged(log([row()], "# Out of bounds values : 0 \uFFFDK")).said).toEqual(["inconclusive", UNREADABLE]);
    expect(damaged(log([row()], CLOSING, `${HEADER} \uFFFD`)).said).toEqual(["inconclusive", HEADLESS]);
    expect(
      damaged(
        log([row(), "host:1 NCCL INFO \uFFFD", "host:1 NCCL INFO \uFFFD 1", "# Rank 0 1 2 3 4 5 6 7 8 9 \uFFFD 1"]),
      ).verdict,
    ).toBe("pass");
  });

  // A pattern that reads such a line again from each of its characters would take hours.
  it("G10 answers lines of several 100 kB", { timeout: 60_000 }, () => {
    const long = 100_000;
    for (const line of [
      "1 ".repeat(long),
      "1".repeat(long),
      `${" ".repeat(long)}x`,
      "# size ".repeat(long),
      `# Out of bounds values :${" ".repeat(long)}x`,
      `${row()}${"9".repeat(long)}`,
      `${row()}${".".repeat(long)}`,
      "[0]".repeat(long),
      "[[".repeat(long),
      "0: ".repeat(long),
      "a:".repeat(long),
      "<stdout>".repeat(long),
      "Nov 20 ".repeat(long),
      "2026-11-20T".repeat(long),
      `[0]${" ".repeat(long)}|`,
    ]) {
      expect(judge(log([line, row()])).findings.map(({ code }) => code)).not.toContain("check-crashed");
    }
  });
});
