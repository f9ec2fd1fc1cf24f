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

/** The folder of the templates, by kind of plugin. */
export const templates = join(import.meta.dirname, "..", "..", "templates");

/** The parts of the template of a check: what all have, and one for each choice. */
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

/** Copies the template of a check with its placeholders filled, and returns the number of files. */
export const copyTemplate = (target: string, check: NewCheck): number =>
  copyParts(
    partsOf(check).map((part) => join(templates, "check", part)),
    target,
    placeholders(check),
  );

/** Copies folders of a template with their placeholders filled, in file names too, and returns the number of files. */
export function copyParts(parts: readonly string[], target: string, values: Readonly<Record<string, string>>): number {
  const fill = (text: string): string => text.replaceAll(/__[A-Z]+(?:_[A-Z]+)*__/g, (name) => values[name] ?? name);
  const files = parts.flatMap((part) =>
    globSync("**/*", { cwd: part })
      .map((file) => ({ file, from: join(part, file) }))
      .filter(({ from }) => statSync(from).isFile()),
  );
  for (const { file, from } of files) {
    const to = join(target, fill(file));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, fill(readFileSync(from, "utf8")));
  }
  return files.length;
}

/** What the package.json of a new plugin says of itself. */
interface Own {
  readonly kind: "check" | "step";
  readonly id: string;
  readonly title: string;
}

/** Writes the package.json of a new plugin: that of the one that all others are made like, with its own facts. */
export function writeManifest(root: string, exemplar: string, target: string, { kind, id, title }: Own): void {
  const manifest = {
    ...(JSON.parse(readFileSync(join(root, exemplar), "utf8")) as object),
    name: `@slipway/${kind}-${id}`,
    version: "0.1.0",
    description: `${title}.`,
    slipway: { kind, id },
  };
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
