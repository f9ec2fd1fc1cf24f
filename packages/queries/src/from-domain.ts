import { NodeJudgement, RackJudgement, Sighting } from "@slipway/domain";
import type { AnyDocument } from "./document.ts";

/** Documents of packages/domain that commands print as they are. */
export const judgementDocument: AnyDocument = {
  id: "slipway/judgement@1",
  about: "What the checks say of a node.",
  commands: ["judge"],
  schema: NodeJudgement,
};
export const rackJudgementDocument: AnyDocument = {
  id: "slipway/rack-judgement@1",
  about: "What the checks say of a rack.",
  commands: ["judge"],
  schema: RackJudgement,
};
export const sightingDocument: AnyDocument = {
  id: "slipway/sighting@1",
  about: "A node's current values, as a sighting that can be loaded again.",
  commands: ["nodes export"],
  schema: Sighting,
};
