import { child, descendants, innermost, type SmiGpu, type XmlElement } from "@slipway/plugin-sdk";

/** One field of a GPU's `<fabric>`. */
export interface FabricField {
  /** What the tool prints; undefined when the field is absent, empty or printed twice with two values. */
  readonly text: string | undefined;
  /** The field, or the innermost of its parents that is there. */
  readonly element: XmlElement;
}

/** What `nvidia-smi -q -x` says of one GPU's place in the NVLink fabric. */
export interface Fabric {
  readonly state: FabricField;
  readonly status: FabricField;
  readonly clusterUuid: FabricField;
  readonly cliqueId: FabricField;
  readonly summary: FabricField;
  /** Every other health field, as `name value`. */
  readonly healthDetails: readonly string[];
}

export function readFabric(gpu: SmiGpu): Fabric {
  const health = child(gpu.element, "fabric", "health");
  return {
    state: field(gpu, "state"),
    status: field(gpu, "status"),
    clusterUuid: field(gpu, "clusterUuid"),
    cliqueId: field(gpu, "cliqueId"),
    summary: field(gpu, "health", "summary"),
    healthDetails: (health?.children ?? [])
      .filter(({ name }) => name !== "summary")
      .map(({ name, text }) => `${name} ${text}`),
  };
}

function field(gpu: SmiGpu, ...path: readonly string[]): FabricField {
  const [first, ...others] = descendants(gpu.element, "fabric", ...path);
  if (first === undefined) return { text: undefined, element: innermost(gpu.element, "fabric", ...path) };
  const readable = first.text !== "" && first.children.length === 0 && others.every(({ text }) => text === first.text);
  return { text: readable ? first.text : undefined, element: first };
}

/** A status word, compared without regard to case. */
export function isWord(text: string | undefined, word: string): boolean {
  return text?.toLowerCase() === word.toLowerCase();
}

/** A cluster's UUID in lower case; undefined for N/A and whatever else is no UUID. */
export function uuidOf({ text }: FabricField): string | undefined {
  return text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
    ? text.toLowerCase()
    : undefined;
}

/** The UUID of a GPU that is in no cluster. */
export const NO_CLUSTER = "00000000-0000-0000-0000-000000000000";

/** A clique's number; undefined for N/A and whatever else is no number. */
export function cliqueOf({ text }: FabricField): string | undefined {
  return text !== undefined && /^\d{1,20}$/.test(text) ? text : undefined;
}
