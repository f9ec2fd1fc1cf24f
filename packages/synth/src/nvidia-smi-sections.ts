import type { GpuFacts } from "./nvidia-smi.ts";

function element(indent: number, name: string, value: string | null): string {
  return value === null ? "" : `${"\t".repeat(indent)}<${name}>${value}</${name}>\n`;
}

/** ECC errors, retired pages and remapped rows of one `<gpu>` element. */
export function memoryXml({ memory }: GpuFacts, banks: number): string {
  const { sram } = memory;
  const sramFields =
    sram === null
      ? ""
      : "single" in sram
        ? element(4, "sram_uncorrectable", sram.single)
        : element(4, "sram_uncorrectable_parity", sram.parity) + element(4, "sram_uncorrectable_secded", sram.secded);
  return `		<ecc_errors>
			<volatile>
				<sram_correctable>0</sram_correctable>
${sramFields}				<dram_correctable>${memory.dramCorrectable}</dram_correctable>
${element(4, "dram_uncorrectable", memory.dramUncorrectable)}			</volatile>
			<aggregate>
				<sram_correctable>0</sram_correctable>
				<sram_uncorrectable_parity>0</sram_uncorrectable_parity>
				<sram_uncorrectable_secded>0</sram_uncorrectable_secded>
				<dram_correctable>${memory.dramCorrectable}</dram_correctable>
				<dram_uncorrectable>${memory.aggregateDramUncorrectable}</dram_uncorrectable>
				<sram_threshold_exceeded>${memory.sramThresholdExceeded}</sram_threshold_exceeded>
			</aggregate>
			<aggregate_uncorrectable_sram_sources>
				<sram_l2>0</sram_l2>
				<sram_sm>0</sram_sm>
				<sram_microcontroller>0</sram_microcontroller>
				<sram_pcie>0</sram_pcie>
				<sram_other>0</sram_other>
			</aggregate_uncorrectable_sram_sources>
			<channel_repair_pending>${memory.channelRepairPending}</channel_repair_pending>
			<tpc_repair_pending>${memory.tpcRepairPending}</tpc_repair_pending>
			<unrepairable_memory>${memory.unrepairable}</unrepairable_memory>
		</ecc_errors>
		<retired_pages>
			<multiple_single_bit_retirement>
				<retired_count>N/A</retired_count>
				<retired_pagelist>N/A</retired_pagelist>
			</multiple_single_bit_retirement>
			<double_bit_retirement>
				<retired_count>N/A</retired_count>
				<retired_pagelist>N/A</retired_pagelist>
			</double_bit_retirement>
			<pending_blacklist>N/A</pending_blacklist>
			<pending_retirement>N/A</pending_retirement>
		</retired_pages>
		<remapped_rows>
			<remapped_row_corr>${memory.remappedCorrectable}</remapped_row_corr>
			<remapped_row_corr_inactive>0</remapped_row_corr_inactive>
			<remapped_row_unc>0</remapped_row_unc>
			<remapped_row_unc_inactive>0</remapped_row_unc_inactive>
${element(3, "remapped_row_pending", memory.pending)}${element(3, "remapped_row_failure", memory.failure)}			<row_remapper_histogram>
				<row_remapper_histogram_max>${String(banks)} bank(s)</row_remapper_histogram_max>
				<row_remapper_histogram_high>0 bank(s)</row_remapper_histogram_high>
				<row_remapper_histogram_partial>0 bank(s)</row_remapper_histogram_partial>
				<row_remapper_histogram_low>0 bank(s)</row_remapper_histogram_low>
				<row_remapper_histogram_none>0 bank(s)</row_remapper_histogram_none>
			</row_remapper_histogram>
		</remapped_rows>
`;
}

/** The NVLink fabric section of one `<gpu>` element. */
export function fabricXml({ fabric }: GpuFacts, bandwidth: string, flag: string): string {
  return `		<fabric>
${element(3, "state", fabric.state)}			<status>${fabric.status}</status>
			<cliqueId>${fabric.cliqueId}</cliqueId>
			<clusterUuid>${fabric.clusterUuid}</clusterUuid>
			<health>
${element(4, "summary", fabric.summary)}				<bandwidth>${bandwidth}</bandwidth>
				<route_recovery_in_progress>${flag}</route_recovery_in_progress>
				<route_unhealthy>${flag}</route_unhealthy>
				<access_timeout_recovery>${flag}</access_timeout_recovery>
				<incorrect_configuration>N/A</incorrect_configuration>
				<partition_assigned>N/A</partition_assigned>
			</health>
		</fabric>
`;
}
