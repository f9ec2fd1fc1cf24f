import { checkContract } from "@slipway/testkit";
import check from "./index.ts";

type Shuffle = <T>(items: readonly T[]) => T[];

/** Reorders every list whose elements are objects: categories, tests, rows, warnings, hosts and entities all carry their own id. */
function reorder(value: unknown, shuffle: Shuffle): unknown {
  if (Array.isArray(value)) {
    const inner = value.map((element) => reorder(element, shuffle));
    return inner.every((element) => typeof element === "object") ? shuffle(inner) : inner;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, reorder(element, shuffle)]));
}

/** Said of the run and its parts, and judged by no rule. */
const REMARKS = [
  /^\/metadata(\/|$)/,
  /\/(test_summary(\/status)?|info(\/\d+)?|entity_group_id|device_id|dcgm_version|driver_version|num_entities)$/,
];
/** A row without a group is a GPU (D6). */
const GPU_GROUPS = [
  /^\/DCGM Diagnostic\/.*\/results\/\d+\/entity_group$/,
  /^\/entity_groups\/0\/entity_group$/,
  /^\/test_categories\/.*\/results\/\d+\/entity_group$/,
];
/** pass-gb300-level-2: cpu_eud was not asked for, and the CPUs are no GPUs. */
const CPUS = [
  /^\/DCGM Diagnostic\/test_categories\/1\/tests\/1(\/results(\/\d+(\/entity_id)?)?)?$/,
  /^\/entity_groups\/1(\/(entity_group|entities(\/\d+(\/(entity_id|serial_num))?)?))?$/,
];
/** A category is read for the deployment tests of 2.x and 3.x alone. */
const CATEGORIES = [
  /^\/DCGM Diagnostic\/.*\/category$/,
  /^\/test_categories\/\d+\/category$/,
  /^\/DCGM GPU Diagnostic\/test_categories\/[12]\/category$/,
];
/** pass-text-info: two deployment tests that were not asked for. */
const UNASKED = [/^\/DCGM GPU Diagnostic\/test_categories\/0\/tests\/[12](\/results(\/\d+)?)?$/];
/** pass-multi-node: the other host's rows, and what either of name and serials can tell of this host. */
const OTHER_HOST = [
  /^\/test_categories\/0\/tests\/0\/status$/,
  /^\/hosts\/[01]\/(hostname|entities(\/.*)?)$/,
  /^\/test_categories\/0\/tests\/0\/results\/[467](\/.*)?$/,
  /^\/test_categories\/0\/tests\/0\/results\/5\/(entity_id|warnings(\/.*)?)$/,
];

checkContract(check, import.meta.url, {
  spare: { "dcgm-diag": [...REMARKS, ...GPU_GROUPS, ...CPUS, ...CATEGORIES, ...UNASKED, ...OTHER_HOST] },
  shuffle: {
    "dcgm-diag": (text, shuffle) => {
      const start = text.indexOf("{");
      return `${text.slice(0, start)}${JSON.stringify(reorder(JSON.parse(text.slice(start)), shuffle))}\n`;
    },
  },
});
