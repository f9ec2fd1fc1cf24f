import { expect, it } from "vitest";
import { documents } from "./catalog.ts";
import { documentsPage, documentSchema } from "./page.ts";

const page = documentsPage();

it("has a section for each document, with the commands that print it", () => {
  for (const { id, commands } of documents.values()) {
    expect(page).toContain(`## ${id}\n`);
    for (const command of commands) expect(page).toContain(`\`${command}\``);
  }
});

it("says of a field its type, whether it may be absent, and what it means", () => {
  expect(page).toContain("| `lifted_by` | string or null |");
  expect(page).toContain(
    "| `still_banned_by` | list of whole number | may be absent; `bans lift`: its other open bans |",
  );
  expect(page).toContain("| `placement.rack` | string or null |");
  expect(page).toContain('| `event` | "bad-row" |');
});

it("gives the JSON Schema of a document by its id, and of nothing else", () => {
  expect(documentSchema("slipway/ban@1")).toMatchObject({ properties: { node_name: {}, times: { type: "object" } } });
  expect(documentSchema("slipway/nothing@1")).toBeUndefined();
});
