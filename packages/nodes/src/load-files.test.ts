import { memoryStore } from "@slipway/store/memory";
import { expect, it } from "vitest";
import { loadFiles } from "./load-files.ts";
import type { ReadSightings } from "./read-sightings.ts";
import { NOW, precedence, sightingOf } from "./testing/sighted-store.ts";

const rows = (file: string, ...names: readonly string[]): ReadSightings & { file: string } => ({
  file,
  sightings: names.map((node_name, index) => ({
    sighting: sightingOf({ node_name, cluster: "c1" }),
    path: `${file}:${String(index + 1)}`,
    line: index + 1,
  })),
  bad: [],
});
const bad = { file: "b.csv", line: 9, field: "x", message: "is wrong" };

/** Loads two files, of which the second has a bad row. */
async function loaded(skipBad: boolean) {
  const store = memoryStore({ clock: { now: () => NOW } });
  const heard: (string | boolean)[][] = [];
  const summary = await loadFiles(store, {
    files: [rows("a.csv", "n1"), { ...rows("b.csv", "n2", "n3"), bad: [bad] }],
    skipBad,
    precedence,
    onFile: ({ file, loaded: isLoaded }) => heard.push([file, isLoaded]),
  });
  const names = store.snapshot("placements").map(({ node_name }) => node_name);
  return { summary, heard, names };
}

it("loads nothing of a file with a bad row, and the others whole", async () => {
  const { summary, heard, names } = await loaded(false);
  expect(heard).toEqual([
    ["a.csv", true],
    ["b.csv", false],
  ]);
  expect([summary?.sightings, names]).toEqual([1, ["n1"]]);
});

it("loads the good rows too where bad ones are to be skipped", async () => {
  const { summary, names } = await loaded(true);
  expect([summary?.sightings, new Set(names)]).toEqual([3, new Set(["n1", "n2", "n3"])]);
});

it("takes a row whose time has not come by the store's clock for a bad one", async () => {
  const store = memoryStore({ clock: { now: () => Date.UTC(2025, 0, 1) } });
  const files: { bad: number; loaded: boolean }[] = [];
  const onFile = ({ bad: wrong, loaded: isLoaded }: { readonly bad: readonly object[]; readonly loaded: boolean }) =>
    files.push({ bad: wrong.length, loaded: isLoaded });
  const request = { files: [rows("a.csv", "n1")], skipBad: false, precedence, onFile };
  expect(await loadFiles(store, request)).toBeUndefined();
  expect([files, store.snapshot("sightings")]).toEqual([[{ bad: 1, loaded: false }], []]);
});
