import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Forms of a tool's output that there is a template for. */
export const FORMATS = ["lines", "json", "xml"] as const;
export type TemplateFormat = (typeof FORMATS)[number];

/** What a new check is made of. */
export interface NewCheck {
  readonly id: string;
  /** What it proves, in one line. */
  readonly title: string;
  readonly section: {
    readonly name: string;
    /** The key of it that the check needs. */
    readonly key: string;
    /** A value that the section's schema takes for the key. */
    readonly example: string | number;
    /** Name of the schema in the SDK where the section is shared; undefined for one of the check's own. */
    readonly schema: string | undefined;
  };
  readonly probe: {
    readonly id: string;
    readonly argv: readonly string[];
    readonly usualSeconds: number;
    /** Name of the probe in the SDK's catalog; undefined for one of the check's own. */
    readonly name: string | undefined;
  };
  readonly format: TemplateFormat;
}

/** The folder of the template's parts: what all have, and one part for each choice. */
export const checkTemplate = join(import.meta.dirname, "..", "..", "templates", "check");

const partsOf = ({ section, probe, format }: NewCheck): readonly string[] => [
  "base",
  section.schema === undefined ? "section-own" : "section-shared",
  probe.name === undefined ? "probe-own" : "probe-shared",
  `format-${format}`,
];

/** `host-memory` → `hostMemory`. */
export function sectionOf(id: string): string {
  return id.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** What stands for each placeholder of the template. */
function placeholders({ id, title, section, probe }: NewCheck): Readonly<Record<string, string>> {
  const number = typeof section.example === "number";
  return {
    __ID__: id,
    __TITLE__: title,
    __SECTION__: section.name,
    __KEY__: section.key,
    __EXPECTED__: JSON.stringify(section.example),
    __VALUE__: String(section.example),
    __WANTED__: number ? "String(wanted)" : "wanted",
    __SCHEMA__: section.schema ?? "",
    __PROBE__: probe.id,
    __PROBE_NAME__: probe.name ?? "",
    __ARGV__: JSON.stringify(probe.argv),
    __COMMAND__: probe.argv.join(" "),
    __PERMISSION__: probe.name === undefined ? "any user" : "as in packages/plugin-sdk/src/probes/catalog.ts",
    __SECONDS__: String(probe.usualSeconds),
  };
}

/** Copies the parts of the template with their placeholders filled, in file names too, and returns the number of files. */
export function copyTemplate(target: string, check: NewCheck): number {
  const values = placeholders(check);
  const fill = (text: string): string => text.replaceAll(/__[A-Z]+(?:_[A-Z]+)*__/g, (name) => values[name] ?? name);
  const files = partsOf(check).flatMap((part) =>
    globSync("**/*", { cwd: join(checkTemplate, part) })
      .map((file) => ({ file, from: join(checkTemplate, part, file) }))
      .filter(({ from }) => statSync(from).isFile()),
  );
  for (const { file, from } of files) {
    const to = join(target, fill(file));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, fill(readFileSync(from, "utf8")));
  }
  return files.length;
}

/** The check that all others are made like. */
const EXEMPLAR = "plugins/checks/ib-xdr/package.json";

/** package.json of a new check: the exemplar's, with the new check's own facts. */
export function checkManifest(root: string, { id, title }: NewCheck): string {
  const exemplar = JSON.parse(readFileSync(join(root, EXEMPLAR), "utf8")) as object;
  const manifest = {
    ...exemplar,
    name: `@slipway/check-${id}`,
    version: "0.1.0",
    description: `${title}.`,
    slipway: { kind: "check", id },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
