import type { Expected, FindingOf, GpuExpectations, NvlinkExpectations } from "@slipway/plugin-sdk";
import type { z } from "zod";
import type { Code } from "./codes.ts";

export type Found = FindingOf<Code>;
export type Sections = { gpus: typeof GpuExpectations; nvlink: typeof NvlinkExpectations };

/** What is judged against, once the node is known to have links. */
export interface Expectation {
  readonly gpus: Expected<Sections>["gpus"];
  readonly nvlink: z.output<typeof NvlinkExpectations> & { readonly links: number };
}
