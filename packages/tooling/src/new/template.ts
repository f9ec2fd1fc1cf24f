import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What stands in a template for what the new plugin brings. */
export interface TemplateValues {
  readonly id: string;
  /** Name of the plugin's section of expectations: its id in camel case. */
  readonly section: string;
  /** What it proves, in one line. */
  readonly title: string;
}

export const checkTemplate = join(import.meta.dirname, "..", "..", "templates", "check");

/** `host-memory` → `hostMemory`. */
export function sectionOf(id: string): string {
  return id.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Copies a template with its placeholders filled, in file names too, and returns the number of files. */
export function copyTemplate(template: string, target: string, { id, section, title }: TemplateValues): number {
  const fill = (text: string): string =>
    text.replaceAll("__ID__", id).replaceAll("__SECTION__", section).replaceAll("__TITLE__", title);
  const files = globSync("**/*", { cwd: template }).filter((file) => statSync(join(template, file)).isFile());
  for (const file of files) {
    const to = join(target, fill(file));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, fill(readFileSync(join(template, file), "utf8")));
  }
  return files.length;
}

/** The check that all others are made like. */
const EXEMPLAR = "plugins/checks/ib-xdr/package.json";

/** package.json of a new check: the exemplar's, with the new check's own facts. */
export function checkManifest(root: string, { id, title }: TemplateValues): string {
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
