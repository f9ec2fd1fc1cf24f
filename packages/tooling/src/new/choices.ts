import * as sdk from "@slipway/plugin-sdk";
import { importChecks } from "../generate/readme.ts";
import { readWorkspace } from "../workspace.ts";
import type { NewPlugin } from "./new-plugin.ts";
import { refuse as refusePlugin, requireId } from "./plugin-id.ts";
import { copyTemplate, FORMATS, sectionOf, writeManifest, type NewCheck, type TemplateFormat } from "./template.ts";
import { isTitle, TITLE_RULE } from "./title.ts";

const { expectationSections, probes } = sdk;

/** What the caller of `new check` may choose. */
export interface Choices {
  readonly title?: string;
  /** A section of the domain, or a name for one of the check's own; its id in camel case when absent. */
  readonly section?: string;
  /** `own`, or the id of a probe that the SDK has. */
  readonly probe?: string;
  readonly format?: string;
}

const SECTION = /^[a-z][a-zA-Z0-9]{0,39}$/;

/** A command that prints a firmware version in each form, for a check with a probe of its own. */
const OWN_COMMANDS: Readonly<Record<TemplateFormat, readonly string[]>> = {
  lines: ["ethtool", "-i", "eth0"],
  json: ["hostnamectl", "--json=short"],
  xml: ["lshw", "-quiet", "-xml"],
};

/** Probes of the SDK that print no line text. */
const FORMAT_OF_PROBE: Readonly<Record<string, TemplateFormat>> = {
  "nvidia-smi": "xml",
  "dcgm-diag": "json",
  "imex-domain": "json",
};

const refuse = (id: string, why: string, hint?: string): never => refusePlugin("check", id, why, hint);

/** The check whose package.json all others are made like. */
const EXEMPLAR = "plugins/checks/ib-xdr/package.json";

/** A new check as its caller wants it, ready to be written. @throws as {@link chosenCheck} does */
export async function newCheck(root: string, id: string, choices: Choices): Promise<NewPlugin> {
  const check = await chosenCheck(root, id, choices);
  return {
    id,
    dir: `plugins/checks/${id}`,
    write: (target) => {
      writeManifest(root, EXEMPLAR, target, { kind: "check", id, title: check.title });
      return 1 + copyTemplate(target, check);
    },
    next: "Next: real output into its examples (./slipway bundle add), then src/",
  };
}

/**
 * A new check as its caller wants it.
 *
 * @throws SlipwayError of kind `input` for an id or a choice that does not fit, or that is taken
 */
export async function chosenCheck(root: string, id: string, choices: Choices): Promise<NewCheck> {
  requireId(root, "check", id, "host-memory");
  const title = (choices.title ?? "The node runs the firmware that is expected of it").trim().replace(/\.$/, "");
  if (!isTitle(title)) refuse(id, `--title is ${TITLE_RULE}`);
  const section = await chosenSection(root, id, choices.section);
  const format = chosenFormat(id, choices);
  return { id, title, section, probe: chosenProbe(id, choices.probe ?? "own", format), format };
}

function chosenFormat(id: string, { format, probe = "own" }: Choices): TemplateFormat {
  const chosen = format ?? FORMAT_OF_PROBE[probe] ?? "lines";
  return FORMATS.find((one) => one === chosen) ?? refuse(id, `--format is one of ${FORMATS.join(", ")}`);
}

function chosenProbe(id: string, chosen: string, format: TemplateFormat): NewCheck["probe"] {
  const known = Object.entries(probes).map(([name, probe]) => ({ name, probe }));
  if (chosen === "own") {
    if (known.some(({ probe }) => probe.id === id))
      refuse(id, "a probe has this id already", `take another id, or read that probe: --probe ${id}`);
    return { id, argv: OWN_COMMANDS[format], usualSeconds: 0.1, name: undefined };
  }
  const shared = known.find(({ probe }) => probe.id === chosen);
  const command = shared?.probe.commands({})[0];
  const unusable =
    shared === undefined
      ? "the SDK has no such probe"
      : "its commands hang on expectations: begin with --probe own and imitate plugins/checks/ib-xdr";
  if (shared === undefined || command === undefined)
    return refuse(
      id,
      `--probe ${chosen}: ${unusable}`,
      `own, or one of ${known.map(({ probe }) => probe.id).join(", ")}`,
    );
  return { id: command.id, argv: command.argv, usualSeconds: command.usualSeconds, name: shared.name };
}

async function chosenSection(root: string, id: string, chosen: string | undefined): Promise<NewCheck["section"]> {
  const name = chosen ?? sectionOf(id);
  if (!SECTION.test(name) || name === "checks")
    refuse(id, `--section ${name}: a section is named in camel case, at most 40 letters and digits, and not checks`);
  if (!Object.hasOwn(expectationSections, name)) {
    const others = await importChecks(root, readWorkspace(root));
    const owner = others.find((other) => Object.hasOwn(other.sections, name));
    if (owner !== undefined) refuse(id, `the section ${name} is the check ${owner.id}'s own: take another name`);
    return { name, key: "firmware", example: "16.35.2000", schema: undefined };
  }
  if (chosen === undefined)
    refuse(
      id,
      `the expectations have a section ${name} already`,
      `take another id, or read that section: --section ${name}`,
    );
  return sharedSection(id, name as keyof typeof expectationSections);
}

/** Values of which a key that holds one value takes at least one. */
const CANDIDATES: readonly (string | number)[] = [4, "4", "0x8001", "required"];

function sharedSection(id: string, name: keyof typeof expectationSections): NewCheck["section"] {
  const schema = expectationSections[name];
  const exported = Object.entries(sdk).find(([, value]) => value === schema)?.[0];
  for (const key of Object.keys(schema.shape))
    for (const example of CANDIDATES)
      if (schema.safeParse({ [key]: example }).success) return { name, key, example, schema: exported };
  return refuse(id, `--section ${name}: no key of it holds a single value: begin with a section of your own`);
}
