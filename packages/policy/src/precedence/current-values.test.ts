import { FieldName } from "@slipway/domain";
import fc from "fast-check";
import { expect, test } from "vitest";
import { conflictsOf, currentValues, type SourceClaims } from "./current-values.ts";
import { Precedence } from "./precedence.ts";

const DAY = 86_400_000;
const precedence = Precedence.parse({
  schema: "slipway/precedence@1",
  default: { sources: ["vendor:*", "cmdb"], owner: "fleet" },
  fields: { rack: { sources: ["bmc", "vendor:*", "cmdb"], owner: "hwh", maxAgeDays: 7 } },
});
const claim = (source: string, field: FieldName, value: unknown, observedAt: number): SourceClaims => ({
  source,
  fields: { [field]: { value, observedAt, sighting: 1 } },
});

test("the highest-ranked source wins however old; a lower one fills a gap and overwrites nothing", () => {
  const values = currentValues(
    [claim("cmdb", "sku", "H100", 9), claim("vendor:oci", "sku", "GB300", 1), claim("cmdb", "tray", "4", 9)],
    precedence,
  );
  expect(values.sku).toMatchObject({
    value: "GB300",
    source: "vendor:oci",
    losing: [{ value: "H100", source: "cmdb" }],
  });
  expect(values.tray).toMatchObject({ value: "4", source: "cmdb", losing: [] });
});

test("among sources of one rank the newest value wins; a source that no list names ranks last", () => {
  expect(
    currentValues(
      [claim("vendor:a", "sku", "old", 1), claim("vendor:b", "sku", "new", 2), claim("rumour", "sku", "newest", 3)],
      precedence,
    ).sku?.value,
  ).toBe("new");
});

test("a value older than its maximum age yields to lower sources, and stays where there are none", () => {
  expect(
    currentValues([claim("bmc", "rack", "r1", 0), claim("cmdb", "rack", "r2", 8 * DAY)], precedence).rack,
  ).toMatchObject({ value: "r2", losing: [{ value: "r1" }] });
  expect(
    currentValues([claim("bmc", "rack", "r1", 0), claim("cmdb", "tray", "4", 8 * DAY)], precedence).rack?.value,
  ).toBe("r1");
});

test("sources that disagree are a conflict for the field's owner; another order of the same GPUs is no conflict", () => {
  expect(
    conflictsOf(currentValues([claim("bmc", "rack", "r1", 1), claim("cmdb", "rack", "r2", 1)], precedence), precedence),
  ).toMatchObject([{ field: "rack", owner: "hwh", values: [{ value: "r1" }, { value: "r2" }] }]);
  expect(
    conflictsOf(
      currentValues(
        [claim("bmc", "gpu_serials", ["a", "b"], 1), claim("cmdb", "gpu_serials", ["b", "a"], 1)],
        precedence,
      ),
      precedence,
    ),
  ).toEqual([]);
});

test("the order in which sources speak changes no current value, loses none, and invents none", () => {
  const claims = fc
    .uniqueArray(
      fc.record({
        source: fc.constantFrom("bmc", "vendor:a", "vendor:b", "cmdb", "x"),
        field: fc.constantFrom("rack", "sku" as FieldName),
        value: fc.constantFrom("1", "2"),
        observedAt: fc.integer({ min: 0, max: 20 * DAY }),
      }),
      { selector: ({ source }) => source, minLength: 1 },
    )
    .map((rows) => rows.map(({ source, field, value, observedAt }) => claim(source, field, value, observedAt)));
  fc.assert(
    fc.property(claims, (all) => {
      const values = currentValues(all, precedence);
      expect(currentValues([...all].reverse(), precedence)).toEqual(values);
      for (const field of FieldName.options)
        expect(values[field] === undefined ? 0 : 1 + values[field].losing.length).toBe(
          all.filter(({ fields }) => fields[field] !== undefined).length,
        );
    }),
  );
});

test.each([
  { default: { sources: ["a*b"], owner: "x" } },
  { default: { sources: [], owner: "x" } },
  { default: { sources: ["a"], owner: "x" }, fields: { colour: { sources: ["a"], owner: "x" } } },
])("a precedence file with %j is refused", (file) => {
  expect(Precedence.safeParse({ schema: "slipway/precedence@1", ...file }).success).toBe(false);
});
