import { expect, test } from "vitest";
import { facesOf, mayContest } from "./faces.ts";
import { resolve, type Candidate, type Candidates, type Seen } from "./resolve.ts";

const NOTHING: Seen = {
  systemSerial: null,
  gpuSerials: [],
  gpuUuids: [],
  instanceId: null,
  vendor: null,
  cluster: null,
  nodeName: null,
};
const NOBODY: Candidates = { bySystem: [], byGpu: [], byInstance: [], byName: [] };
const machine = (id: number, rest: Partial<Candidate> = {}): Candidate => ({
  id,
  systemSerial: null,
  gpuSerials: [],
  gpuUuids: [],
  instanceId: null,
  vendor: null,
  nodeName: null,
  ...rest,
});

test("exactly half of the GPU serials is not more than half", () => {
  const known = machine(1, { gpuSerials: ["a", "b", "c", "d"] });
  expect(resolve({ ...NOTHING, gpuSerials: ["a", "b", "x", "y"] }, { ...NOBODY, byGpu: [known] }).machine).toBeNull();
  expect(resolve({ ...NOTHING, gpuSerials: ["a", "b", "c", "y"] }, { ...NOBODY, byGpu: [known] })).toEqual({
    machine: 1,
    why: "no system serial; 3 of 4 GPU serials are m-1's",
    contradicts: null,
  });
});

test("an equal chassis serial is the same machine whatever GPUs it holds", () => {
  const known = machine(1, { systemSerial: "2216A100", gpuSerials: ["a", "b"] });
  expect(
    resolve({ ...NOTHING, systemSerial: "2216A100", gpuSerials: ["x", "y"] }, { ...NOBODY, bySystem: [known] }),
  ).toEqual({ machine: 1, why: "system serial 2216A100 is m-1's", contradicts: null });
});

test("GPUs that most belong to another machine contradict, whether the serial is known or new", () => {
  const [a, b] = [
    machine(1, { systemSerial: "2216A100", gpuSerials: ["a", "b"] }),
    machine(2, { systemSerial: "2216B200", gpuSerials: ["x", "y"] }),
  ];
  expect(
    resolve({ ...NOTHING, systemSerial: "2216A100", gpuSerials: ["x", "y"] }, { ...NOBODY, bySystem: [a], byGpu: [b] }),
  ).toMatchObject({ machine: 1, contradicts: { machine: 2 } });
  expect(
    resolve({ ...NOTHING, systemSerial: "2216C300", gpuSerials: ["x", "y"] }, { ...NOBODY, byGpu: [b] }),
  ).toMatchObject({ machine: null, contradicts: { machine: 2 } });
});

test("a machine without a serial takes the one that most of its GPUs bring", () => {
  expect(
    resolve(
      { ...NOTHING, systemSerial: "2216A100", gpuSerials: ["a", "b"] },
      { ...NOBODY, byGpu: [machine(1, { gpuSerials: ["a", "b"] })] },
    ),
  ).toMatchObject({ machine: 1, contradicts: null });
});

test("a sighting with only a name is of the machine placed under it, unless it has another instance or vendor", () => {
  const known = machine(1, { systemSerial: "2216A100", instanceId: "i-1", vendor: "oci", nodeName: "n1" });
  expect(resolve({ ...NOTHING, nodeName: "n1" }, { ...NOBODY, byName: [known] }).machine).toBe(1);
  expect(resolve({ ...NOTHING, nodeName: "n1", instanceId: "i-2" }, { ...NOBODY, byName: [known] })).toMatchObject({
    machine: null,
    why: "new machine: no serials, and instance i-2 under the name n1 is another than before",
  });
  expect(resolve({ ...NOTHING, nodeName: "n1", vendor: "azure" }, { ...NOBODY, byName: [known] }).machine).toBeNull();
});

test("sightings of one serial with different GPUs one after the other are one machine, at the same time two", () => {
  const seen = (sighting: number, nodeName: string, gpu: string): Parameters<typeof facesOf>[0][number] => ({
    sighting,
    at: sighting,
    source: "s",
    nodeName,
    gpuSerials: [gpu],
    gpuUuids: [],
  });
  expect(facesOf([seen(1, "n1", "a"), seen(2, "n2", "b")])).toHaveLength(1);
  expect(
    facesOf([seen(1, "n1", "a"), seen(2, "n2", "b"), seen(3, "n1", "a")]).map(({ sightings }) => sightings),
  ).toEqual([[1, 3], [2]]);
  expect(facesOf([seen(1, "n1", "a"), seen(2, "n1", "b"), seen(3, "n1", "a")])).toHaveLength(1);
});

test("a serial is contested only by other GPUs in between, or by no GPU in common", () => {
  const spans = [
    { serial: "a", first: 1, last: 3 },
    { serial: "b", first: 5, last: 6 },
  ];
  expect(mayContest(["a"], 4, spans)).toBe(false);
  expect(mayContest(["a"], 7, spans)).toBe(true);
  expect(mayContest(["b"], 2, spans)).toBe(true);
  expect(mayContest(["c"], 9, spans)).toBe(true);
  expect(mayContest(["c"], 9, [])).toBe(false);
});
