import type { Labels } from "./model.ts";

/** Racks of 72 GPUs in one NVLink domain are those of the Grace Blackwell SKUs. */
const NVL72 = /GB[23]00|NVL72/i;

/** What has to be said of intervals over these rows: every formula here takes nodes for independent. */
export const dependenceNote = (rows: readonly { readonly labels: Labels }[]): string | false =>
  rows.some(({ labels }) => NVL72.test(labels["sku"] ?? "")) &&
  "intervals assume independent nodes, and nodes of one NVL72 rack fail together";
