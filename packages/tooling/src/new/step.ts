import { join } from "node:path";
import type { Choices } from "./choices.ts";
import type { NewPlugin } from "./new-plugin.ts";
import { refuse, requireId } from "./plugin-id.ts";
import { copyParts, templates, writeManifest } from "./template.ts";
import { isTitle, TITLE_RULE } from "./title.ts";

/** The step whose package.json all others are made like. */
const EXEMPLAR = "plugins/steps/open-repair/package.json";

/**
 * A new step as its caller wants it.
 *
 * @throws SlipwayError of kind `input` for an id, a title or a choice that does not fit, or an id that is taken
 */
export function newStep(root: string, id: string, { title: chosen, ...others }: Choices): NewPlugin {
  requireId(root, "step", id, "cordon-node");
  for (const [option, value] of Object.entries(others))
    if (value !== undefined) refuse("step", id, `--${option} is of checks alone`);
  const title = (chosen ?? "A service of the node does not start at boot").trim().replace(/\.$/, "");
  if (!isTitle(title)) refuse("step", id, `--title is ${TITLE_RULE}`);
  return {
    id,
    dir: `plugins/steps/${id}`,
    write: (target) => {
      writeManifest(root, EXEMPLAR, target, { kind: "step", id, title });
      return 1 + copyParts([join(templates, "step")], target, { __ID__: id, __TITLE__: title });
    },
    next: "Next: its input and `observe` in src/index.ts, its cases in src/index.test.ts",
  };
}
