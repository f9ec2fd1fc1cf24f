import fc from "fast-check";
import { expect, test } from "vitest";
import { runtimeFacts } from "./runtime-facts.ts";

const said = {
  imex: { members: ["t0", "t1"], domainActive: true, model: "none" },
  ib: { rails: [{ device: "mlx5_0" }], pkey: "0x8001", errors: { link_downed: 100 } },
  gpus: { serials: ["A1"], count: 1 },
  nccl: { minBusbwGBps: 1 },
  checks: ["xid"],
};

test("takes from a sighting the runtime facts alone, and names everything else that it expects", () => {
  const { facts, ignored } = runtimeFacts(said, {});
  expect(facts).toEqual({
    ib: { rails: said.ib.rails, pkey: "0x8001" },
    imex: { members: ["t0", "t1"], domainActive: true },
    gpus: { serials: ["A1"] },
  });
  expect(ignored.map(({ key }) => key).sort()).toEqual([
    "checks",
    "gpus.count",
    "ib.errors",
    "imex.model",
    "nccl.minBusbwGBps",
  ]);
});

test("a key that a file gives stands as the file has it, and only a difference is named", () => {
  const files = { ib: { pkey: "0x8021", rails: said.ib.rails }, nccl: { minBusbwGBps: 1 } };
  const { facts, ignored } = runtimeFacts({ ib: said.ib, nccl: said.nccl }, files);
  expect(facts).toEqual({});
  expect(ignored).toEqual([
    { key: "ib.pkey", said: "0x8001", file: "0x8021" },
    { key: "ib.errors", said: { link_downed: 100 }, file: undefined },
  ]);
});

test("no sighting changes what a file gives, whatever it says", () => {
  const section = fc.dictionary(
    fc.constantFrom("rails", "pkey", "members", "domainActive", "serials", "count", "level"),
    fc.jsonValue(),
  );
  const expectations = fc.dictionary(fc.constantFrom("ib", "imex", "gpus", "dcdiag"), section);
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("ib", "imex", "gpus", "dcdiag", "x"), fc.jsonValue()),
      expectations,
      (any, files) => {
        for (const [name, keys] of Object.entries(runtimeFacts(any, files).facts))
          for (const key of Object.keys(keys as object)) expect(files[name]?.[key] ?? null).toBeNull();
      },
    ),
  );
});
