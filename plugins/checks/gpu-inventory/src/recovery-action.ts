import { asciiLower, descendants, noValue, type SmiGpu, type XmlElement } from "@slipway/plugin-sdk";

/** What the driver asks for to make a GPU usable again (rule V3). */
export interface Recovery {
  readonly state: "none" | "due" | "unreadable";
  /** As the tool prints it; empty where it prints nothing. */
  readonly text: string;
  readonly element: XmlElement;
}

/** The actions, in nvidia-smi's words and in those that Xid 154 prints (`GPU Reset Required`). */
const DUE = /^(?:(?:gpu|node|os) )?(?:reset|reboot|drain p2p|drain and reset)(?: required)?$/;

function stateOf({ text, children }: XmlElement): Recovery["state"] {
  if (children.length > 0) return "unreadable";
  const word = asciiLower(text);
  if (word === "none" || noValue(text) === "nothing") return "none";
  return DUE.test(word) ? "due" : "unreadable";
}

/** Reads `gpu_recovery_action`, which older drivers do not print; of one printed several times, the worst counts. */
export function recoveryOf({ element: gpu }: SmiGpu): Recovery {
  const readings = descendants(gpu, "gpu_recovery_action").map((element): Recovery => ({
    state: stateOf(element),
    text: element.text,
    element,
  }));
  const worst = readings.find(({ state }) => state === "due") ?? readings.find(({ state }) => state === "unreadable");
  return worst ?? readings[0] ?? { state: "none", text: "", element: gpu };
}
