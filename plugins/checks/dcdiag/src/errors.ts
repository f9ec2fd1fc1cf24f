import type { Cause } from "@slipway/plugin-sdk";

/** What DCGM's error of one number says about a failing row (rule D0). */
export interface DcgmError {
  readonly id: number;
  /** Its name in dcgm_errors.h, without `DCGM_FR_`. */
  readonly name: string;
  /** The texts of a warning that the row applies to; every text where it is absent. */
  readonly when?: RegExp;
  /** `by-xid`: the number that the text names decides. */
  readonly verdict: "fail" | "inconclusive" | "by-xid";
  /** The causes that the rule allows; empty for `by-xid`. */
  readonly causes: readonly Cause[];
}

/** An error of the GPU, of what it stands in, or of how the node is set up. */
const fault = (id: number, name: string, ...causes: readonly [Cause, ...Cause[]]): DcgmError => ({
  id,
  name,
  verdict: "fail",
  causes,
});
/** The diagnostic could not run, or was disturbed: no word about the GPU. */
const disturbed = (id: number, name: string, when?: RegExp): DcgmError => ({
  id,
  name,
  ...(when === undefined ? {} : { when }),
  verdict: "inconclusive",
  causes: ["tool"],
});
const byXid = (id: number, name: string): DcgmError => ({ id, name, verdict: "by-xid", causes: [] });

const WIDE = ["hardware", "fabric", "platform", "configuration", "unknown"] as const;

/** The errors of dcgm_errors.h of DCGM 4, in the order of their ids; of two rows of one id the first that applies counts. */
export const ERRORS: readonly DcgmError[] = [
  fault(0, "OK", "unknown", "hardware"),
  fault(1, "UNKNOWN", "unknown", "hardware"),
  fault(2, "UNRECOGNIZED", "unknown", "hardware"),
  fault(3, "PCI_REPLAY_RATE", "hardware"),
  fault(4, "VOLATILE_DBE_DETECTED", "hardware"),
  fault(5, "VOLATILE_SBE_DETECTED", "hardware"),
  fault(6, "PENDING_PAGE_RETIREMENTS", "hardware"),
  fault(7, "RETIRED_PAGES_LIMIT", "hardware"),
  fault(8, "RETIRED_PAGES_DBE_LIMIT", "hardware"),
  fault(9, "CORRUPT_INFOROM", "hardware"),
  fault(10, "CLOCKS_EVENT_THERMAL", "hardware"),
  fault(11, "POWER_UNREADABLE", "hardware"),
  fault(12, "CLOCKS_EVENT_POWER", "hardware"),
  fault(13, "NVLINK_ERROR_THRESHOLD", "hardware", "fabric"),
  fault(14, "NVLINK_DOWN", "hardware", "fabric"),
  fault(15, "NVSWITCH_FATAL_ERROR", "hardware", "fabric"),
  fault(16, "NVSWITCH_NON_FATAL_ERROR", "hardware", "fabric"),
  fault(17, "NVSWITCH_DOWN", "hardware", "fabric"),
  disturbed(18, "NO_ACCESS_TO_FILE"),
  fault(19, "NVML_API", "unknown", "hardware"),
  fault(20, "DEVICE_COUNT_MISMATCH", "hardware", "platform", "configuration", "unknown"),
  fault(21, "BAD_PARAMETER", "unknown", "hardware"),
  fault(22, "CANNOT_OPEN_LIB", "unknown", "hardware"),
  fault(23, "DENYLISTED_DRIVER", "configuration"),
  fault(24, "NVML_LIB_BAD", "unknown", "hardware"),
  disturbed(25, "GRAPHICS_PROCESSES"),
  disturbed(26, "HOSTENGINE_CONN"),
  disturbed(27, "FIELD_QUERY"),
  fault(28, "BAD_CUDA_ENV", "configuration"),
  fault(29, "PERSISTENCE_MODE", "configuration"),
  fault(30, "LOW_BANDWIDTH", "hardware"),
  fault(31, "HIGH_LATENCY", "hardware"),
  fault(32, "CANNOT_GET_FIELD_TAG", "unknown", "hardware"),
  fault(33, "FIELD_VIOLATION", "hardware"),
  fault(34, "FIELD_THRESHOLD", ...WIDE),
  fault(35, "FIELD_VIOLATION_DBL", ...WIDE),
  fault(36, "FIELD_THRESHOLD_DBL", ...WIDE),
  fault(37, "UNSUPPORTED_FIELD_TYPE", "unknown", "hardware"),
  fault(38, "FIELD_THRESHOLD_TS", ...WIDE),
  fault(39, "FIELD_THRESHOLD_TS_DBL", ...WIDE),
  fault(40, "THERMAL_VIOLATIONS", "hardware"),
  fault(41, "THERMAL_VIOLATIONS_TS", "hardware"),
  fault(42, "TEMP_VIOLATION", "hardware"),
  fault(43, "CLOCKS_EVENT_VIOLATION", "hardware"),
  fault(44, "INTERNAL", "unknown", "hardware"),
  fault(45, "PCIE_GENERATION", "hardware", "platform"),
  fault(46, "PCIE_WIDTH", "hardware", "platform"),
  disturbed(47, "ABORTED"),
  disturbed(48, "TEST_DISABLED"),
  fault(49, "CANNOT_GET_STAT", "unknown", "hardware"),
  fault(50, "STRESS_LEVEL", ...WIDE),
  disturbed(51, "CUDA_API", /busy|unavailable/i),
  fault(51, "CUDA_API", "unknown", "hardware"),
  fault(52, "FAULTY_MEMORY", "hardware"),
  fault(53, "CANNOT_SET_WATCHES", "unknown", "hardware"),
  fault(54, "CUDA_UNBOUND", "unknown", "hardware"),
  fault(55, "ECC_DISABLED", "configuration"),
  disturbed(56, "MEMORY_ALLOC"),
  fault(57, "CUDA_DBE", "hardware"),
  fault(58, "MEMORY_MISMATCH", "hardware"),
  fault(59, "CUDA_DEVICE", "unknown", "hardware"),
  fault(60, "ECC_UNSUPPORTED", "configuration"),
  fault(61, "ECC_PENDING", "hardware"),
  fault(62, "MEMORY_BANDWIDTH", ...WIDE),
  fault(63, "TARGET_POWER", "hardware"),
  fault(64, "API_FAIL", "unknown", "hardware"),
  fault(65, "API_FAIL_GPU", "unknown", "hardware"),
  disturbed(66, "CUDA_CONTEXT"),
  fault(67, "DCGM_API", "unknown", "hardware"),
  disturbed(68, "CONCURRENT_GPUS"),
  fault(69, "TOO_MANY_ERRORS", "unknown", "hardware"),
  fault(70, "NVLINK_CRC_ERROR_THRESHOLD", "hardware", "fabric"),
  fault(71, "NVLINK_ERROR_CRITICAL", "hardware", "fabric"),
  fault(72, "ENFORCED_POWER_LIMIT", "configuration"),
  disturbed(73, "MEMORY_ALLOC_HOST"),
  fault(74, "GPU_OP_MODE", "configuration"),
  fault(75, "NO_MEMORY_CLOCKS", "hardware"),
  fault(76, "NO_GRAPHICS_CLOCKS", "hardware"),
  fault(77, "HAD_TO_RESTORE_STATE", "unknown", "hardware"),
  fault(78, "L1TAG_UNSUPPORTED", "configuration"),
  fault(79, "L1TAG_MISCOMPARE", "hardware"),
  fault(80, "ROW_REMAP_FAILURE", "hardware"),
  fault(81, "UNCONTAINED_ERROR", "hardware"),
  disturbed(82, "EMPTY_GPU_LIST"),
  fault(83, "DBE_PENDING_PAGE_RETIREMENTS", "hardware"),
  fault(84, "UNCORRECTABLE_ROW_REMAP", "hardware"),
  fault(85, "PENDING_ROW_REMAP", "hardware"),
  fault(86, "BROKEN_P2P_MEMORY_DEVICE", "hardware"),
  fault(87, "BROKEN_P2P_WRITER_DEVICE", "hardware"),
  fault(88, "NVSWITCH_NVLINK_DOWN", "hardware", "fabric"),
  disturbed(89, "EUD_BINARY_PERMISSIONS"),
  disturbed(90, "EUD_NON_ROOT_USER"),
  disturbed(91, "EUD_SPAWN_FAILURE"),
  disturbed(92, "EUD_TIMEOUT"),
  disturbed(93, "EUD_ZOMBIE"),
  fault(94, "EUD_NON_ZERO_EXIT_CODE", "unknown", "hardware"),
  fault(95, "EUD_TEST_FAILED", "hardware"),
  disturbed(96, "FILE_CREATE_PERMISSIONS"),
  disturbed(97, "PAUSE_RESUME_FAILED"),
  fault(98, "PCIE_H_REPLAY_VIOLATION", "hardware"),
  fault(99, "GPU_EXPECTED_NVLINKS_UP", "hardware", "fabric"),
  fault(100, "NVSWITCH_EXPECTED_NVLINKS_UP", "hardware", "fabric"),
  byXid(101, "XID_ERROR"),
  fault(102, "SBE_VIOLATION", "hardware"),
  fault(103, "DBE_VIOLATION", "hardware"),
  fault(104, "PCIE_REPLAY_VIOLATION", "hardware"),
  fault(105, "SBE_THRESHOLD_VIOLATION", "hardware"),
  fault(106, "DBE_THRESHOLD_VIOLATION", "hardware"),
  fault(107, "PCIE_REPLAY_THRESHOLD_VIOLATION", "hardware"),
  fault(108, "CUDA_FM_NOT_INITIALIZED", "fabric", "platform", "configuration", "unknown"),
  fault(109, "SXID_ERROR", "fabric", "hardware"),
  fault(110, "GFLOPS_THRESHOLD_VIOLATION", ...WIDE),
  fault(111, "NAN_VALUE", "hardware"),
  fault(112, "FABRIC_MANAGER_TRAINING_ERROR", "fabric", "platform", "configuration", "unknown"),
  fault(113, "BROKEN_P2P_PCIE_MEMORY_DEVICE", "hardware"),
  fault(114, "BROKEN_P2P_PCIE_WRITER_DEVICE", "hardware"),
  fault(115, "BROKEN_P2P_NVLINK_MEMORY_DEVICE", "hardware", "fabric"),
  fault(116, "BROKEN_P2P_NVLINK_WRITER_DEVICE", "hardware", "fabric"),
  disturbed(117, "TEST_SKIPPED"),
  fault(118, "SRAM_THRESHOLD", "hardware"),
  fault(119, "NVLINK_EFFECTIVE_BER_THRESHOLD", "hardware", "fabric"),
  fault(120, "FALLEN_OFF_BUS", "hardware"),
  fault(121, "NVLINK_SYMBOL_BER_THRESHOLD", "hardware", "fabric"),
  fault(122, "IMEX_UNHEALTHY", ...WIDE),
  fault(123, "FABRIC_PROBE_STATE", "hardware", "fabric"),
  disturbed(124, "BINARY_PERMISSIONS"),
  fault(125, "GPU_RECOVERY_RESET", "hardware"),
  fault(126, "GPU_RECOVERY_REBOOT", "hardware"),
  fault(127, "GPU_RECOVERY_DRAIN_P2P", "hardware"),
  fault(128, "GPU_RECOVERY_DRAIN_RESET", "hardware"),
  fault(129, "NCCL_ERROR", "hardware", "fabric", "platform", "unknown"),
  disturbed(130, "RETEST_REQUESTED"),
  fault(131, "CONTAINED_ERROR", "hardware"),
  fault(132, "UNCORRECTABLE_ROW_REMAP_LIMIT", "hardware"),
];

const BY_ID: ReadonlyMap<number, readonly DcgmError[]> = Map.groupBy(ERRORS, ({ id }) => id);

/** The rows of the table about an error, in order; none for an id that it does not list. */
export function errorsOf(id: number): readonly DcgmError[] {
  return BY_ID.get(id) ?? [];
}
