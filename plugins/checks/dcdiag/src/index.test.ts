import { checkContract, shuffles } from "@slipway/testkit";
import check from "./index.ts";

/** Said of the run and its parts, and judged by no rule; a category is read for deployment tests of 2.x and 3.x alone. */
const METADATA = /^\/metadata(\/|$)/;
const REMARKS =
  /\/(test_summary(\/status)?|info(\/\d+)?|entity_group_id|device_id|dcgm_version|driver_version|num_entities)$/;
/** A row without a group is a GPU (D6). */
const GPU_GROUPS = [/^\/DCGM Diagnostic\/.*\/results\/\d+\/entity_group$/, /^\/entity_groups\/0\/entity_group$/];
const HOST_GROUPS = [/^\/test_categories\/.*\/results\/\d+\/entity_group$/];
/** pass-gb300-level-2: cpu_eud was not asked for, and the CPUs are no GPUs. */
const CPUS = [
  /^\/DCGM Diagnostic\/test_categories\/1\/tests\/1(\/results(\/\d+(\/entity_id)?)?)?$/,
  /^\/entity_groups\/1(\/(entity_group|entities(\/\d+(\/(entity_id|serial_num))?)?))?$/,
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
  spare: {
    "pass-gb300-level-2": { "dcgm-diag": [METADATA, REMARKS, ...GPU_GROUPS, ...CPUS, /\/category$/] },
    "pass-multi-node": { "dcgm-diag": [METADATA, REMARKS, ...HOST_GROUPS, ...OTHER_HOST, /\/category$/] },
    "pass-text-info": {
      "dcgm-diag": [REMARKS, ...UNASKED, /^\/DCGM GPU Diagnostic\/test_categories\/[12]\/category$/],
    },
  },
  // An expected serial is somewhere in the document (D10), whatever other ones are.
  repeats: { "pass-gb300-level-2": { "dcgm-diag": [/\/serial_num$/] } },
  // Categories, tests, rows, warnings, hosts and entities all carry their own id.
  shuffle: { "dcgm-diag": shuffles.json() },
});
