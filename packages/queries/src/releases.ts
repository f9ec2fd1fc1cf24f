import { ReleaseDocument, type ReleaseDocument as Release } from "@slipway/domain";
import type { Store } from "@slipway/store";
import { z } from "zod";
import { defineDocument, type Document } from "./document.ts";
import { list, nodeName } from "./fields.ts";

/** What `release export` signs, with the node's name first. */
export const releaseDocument: Document<
  Omit<Release, "schema"> & { readonly node_name: string; readonly id?: number; readonly by?: string }
> = {
  id: "slipway/release@1",
  about: "A release: what was proven of a machine when it was let in.",
  commands: ["release show", "override"],
  schema: ReleaseDocument.extend({
    node_name: z.string().describe("the node's name when it was released"),
    id: z.int().optional().describe("`override`: the same as release"),
    by: z.string().optional().describe("`override`: the same as decided_by"),
  }) as Document<Omit<Release, "schema"> & { node_name: string }>["schema"],
};

export const releaseKeyDocument = defineDocument(
  "slipway/release-key@1",
  { about: "A new key that releases are signed by.", commands: ["release keygen"] },
  { kid: z.string(), privateFile: z.string(), publicFile: z.string() },
);

export const releaseVerificationDocument = defineDocument(
  "slipway/release-verification@1",
  { about: "Whether a signed release is what somebody with a known key signed.", commands: ["release verify"] },
  {
    node_name: nodeName("the node's name when it was released; null where the file is not verified"),
    file: z.string(),
    verified: z.boolean(),
    problems: list(z.string()),
    kid: z.string().optional().describe("the key that signed it"),
    release: ReleaseDocument.optional(),
  },
);

/** The number of a machine's newest release; undefined when it was never released. */
export const lastRelease = (store: Store, machine: number): Promise<number | undefined> =>
  store.report(
    async (tx) =>
      (await tx.find("releases", { where: { machine }, orderBy: ["-at", "-id"], limit: 1, columns: ["id"] }))[0]?.id,
  );
