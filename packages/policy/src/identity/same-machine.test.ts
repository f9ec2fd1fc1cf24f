import fc from "fast-check";
import { expect, test } from "vitest";
import { gpuChanges, sameMachine, type Hardware } from "./same-machine.ts";

const NONE: Hardware = { systemSerial: null, gpuSerials: [], gpuUuids: [] };
const of = (rest: Partial<Hardware>): Hardware => ({ ...NONE, ...rest });

const serial = fc.constantFrom("A1", "B2", "C3", "D4", " a1 ", "b2", "N/A", "0");
const uuid = fc.constantFrom("GPU-aa", "GPU-bb", "GPU-cc", "gpu-AA", "[N/A]");
const hardware: fc.Arbitrary<Hardware> = fc.record({
  systemSerial: fc.option(fc.constantFrom("S1", "s1 ", "S2", "Not Specified")),
  gpuSerials: fc.array(serial, { maxLength: 6 }),
  gpuUuids: fc.array(uuid, { maxLength: 6 }),
});

test("whether two are the same machine does not hang on which is asked first", () => {
  fc.assert(
    fc.property(hardware, hardware, (a, b) => {
      expect(sameMachine(a, b)).toEqual(sameMachine(b, a));
    }),
  );
});

test("the order in which GPUs are listed decides nothing", () => {
  const shuffled = hardware.chain((a) =>
    fc.tuple(
      fc.constant(a),
      fc.shuffledSubarray([...a.gpuSerials], { minLength: a.gpuSerials.length }),
      fc.shuffledSubarray([...a.gpuUuids], { minLength: a.gpuUuids.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, hardware, ([a, gpuSerials, gpuUuids], b) => {
      expect(sameMachine({ ...a, gpuSerials, gpuUuids }, b)).toEqual(sameMachine(a, b));
    }),
  );
});

test("case and surrounding blanks decide nothing", () => {
  const spelled = (text: string): string => ` ${text.toUpperCase()}\t`;
  fc.assert(
    fc.property(hardware, hardware, (a, b) => {
      expect(
        sameMachine(
          {
            systemSerial: a.systemSerial === null ? null : spelled(a.systemSerial),
            gpuSerials: a.gpuSerials.map(spelled),
            gpuUuids: a.gpuUuids.map(spelled),
          },
          b,
        ),
      ).toEqual(sameMachine(a, b));
    }),
  );
});

test("a machine that prints anything to know it by is the same as itself", () => {
  fc.assert(fc.property(hardware, (a) => sameMachine(a, a)?.same ?? true));
});

test.each([
  [
    "equal system serials, whatever the GPUs",
    { systemSerial: "S1", gpuSerials: ["A1"] },
    { systemSerial: "s1", gpuSerials: ["B2"] },
    true,
  ],
  [
    "other system serials, though the GPUs are equal",
    { systemSerial: "S1", gpuSerials: ["A1"] },
    { systemSerial: "S2", gpuSerials: ["A1"] },
    false,
  ],
  [
    "a system serial that only one prints says nothing",
    { systemSerial: "S1", gpuSerials: ["A1", "B2"] },
    { gpuSerials: ["A1", "B2"] },
    true,
  ],
  [
    "more than half of the smaller list",
    { gpuSerials: ["A1", "B2", "C3", "D4", "E5", "F6", "G7", "H8"] },
    { gpuSerials: ["A1", "B2", "X9"] },
    true,
  ],
  [
    "exactly half of the smaller list is too few",
    { gpuSerials: ["A1", "B2", "C3", "D4"] },
    { gpuSerials: ["A1", "X9"] },
    false,
  ],
  [
    "boards of two GPUs print each serial twice",
    { gpuSerials: ["A1", "A1", "B2", "B2"] },
    { gpuSerials: ["B2", "B2", "A1", "A1"] },
    true,
  ],
  [
    "one board of two in common is no majority",
    { gpuSerials: ["A1", "A1", "B2", "B2"] },
    { gpuSerials: ["A1", "A1", "C3", "C3"] },
    false,
  ],
  [
    "a serial counts as often as both print it",
    { gpuSerials: ["A1", "A1", "A1", "B2"] },
    { gpuSerials: ["A1", "B2", "C3", "D4"] },
    false,
  ],
  [
    "UUIDs decide where both print them, whatever the serials",
    { gpuUuids: ["GPU-aa"], gpuSerials: ["A1"] },
    { gpuUuids: ["GPU-bb"], gpuSerials: ["A1"] },
    false,
  ],
  [
    "serials decide where only one prints UUIDs",
    { gpuUuids: ["GPU-aa"], gpuSerials: ["A1"] },
    { gpuSerials: ["A1"] },
    true,
  ],
] as const)("same machine: %s", (_, a, b, same) => {
  expect(sameMachine(of(a), of(b))?.same).toBe(same);
});

test("nothing is decided of hardware that prints nothing in common to compare", () => {
  expect(sameMachine(of({ systemSerial: "S1" }), of({ gpuSerials: ["A1"] }))).toBeUndefined();
  expect(sameMachine(of({ systemSerial: "Not Specified" }), of({ systemSerial: "Not Specified" }))).toBeUndefined();
  expect(sameMachine(of({ gpuUuids: ["GPU-aa"] }), of({ gpuSerials: ["A1"] }))).toBeUndefined();
});

test("GPUs that went and came are told by UUID where both lists print them, else by serials as multisets", () => {
  const before = of({ gpuSerials: ["A1", "A1", "B2", "B2"], gpuUuids: ["GPU-aa", "GPU-bb", "GPU-cc", "GPU-dd"] });
  expect(gpuChanges(before, of({ gpuSerials: ["B2", "a1", "B2", "A1 "] }))).toEqual({ gone: [], come: [] });
  expect(gpuChanges(before, of({ gpuSerials: ["A1", "A1", "B2", "X9"] }))).toEqual({ gone: ["B2"], come: ["X9"] });
  expect(gpuChanges(before, of({ gpuSerials: ["A1", "B2"] }))).toEqual({ gone: [], come: [] });
  expect(gpuChanges(before, { ...before, gpuUuids: ["GPU-aa", "GPU-bb", "GPU-cc", "GPU-ee"] })).toEqual({
    gone: ["GPU-dd"],
    come: ["GPU-ee"],
  });
  expect(gpuChanges(before, NONE)).toEqual({ gone: [], come: [] });
});
