import { defineStep, NodeReach, readBootId, type ActContext, type Observed } from "@slipway/plugin-sdk";
import { z } from "zod";

const Input = NodeReach.extend({
  bootIdBefore: z.string().min(1).describe("The boot that it was on before"),
});

/** Between two looks at a node that boots. */
const LOOK_AGAIN_MS = 5_000;

/** A boot is proven by a boot id other than the one before, read on the node, and by nothing else. */
export default defineStep({
  id: "await-boot",
  version: "1.0.0",
  title: "A node came back on another boot",
  input: Input,
  class: "read",
  disturbs: false,
  needs: ({ way }) => [way],
  observe,
});

async function observe(context: ActContext, { host, bootIdBefore }: z.output<typeof Input>): Promise<Observed> {
  const read = await readBootId(context, host);
  switch (read.state) {
    case "silent":
      return { state: "not-yet", facts: {}, reason: read.why, lookAgainMs: LOOK_AGAIN_MS };
    case "unreadable":
      return { state: "unclear", facts: {}, reason: read.why, lookAgainMs: LOOK_AGAIN_MS };
    case "read": {
      const facts = { bootId: read.bootId };
      if (read.bootId !== bootIdBefore) return { state: "already", facts };
      return {
        state: "not-yet",
        facts,
        reason: "it is still on the boot it was on before",
        lookAgainMs: LOOK_AGAIN_MS,
      };
    }
  }
}
