import type { Board } from "./nvidia-smi-boards.ts";
import type { GpuFacts } from "./nvidia-smi-facts.ts";

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

/** Memory in use, and how busy the engines are: not at all, as no job runs while probes do. */
export function usageXml(board: Board): string {
  const [total, reserved] = board.framebuffer;
  return `		<sparse_operation_mode>N/A</sparse_operation_mode>
		<fb_memory_usage>
			<total>${String(total)} MiB</total>
			<reserved>${String(reserved)} MiB</reserved>
			<used>0 MiB</used>
			<free>${String(total - reserved)} MiB</free>
		</fb_memory_usage>
		<bar1_memory_usage>
			<total>${String(board.bar1)} MiB</total>
			<used>0 MiB</used>
			<free>${String(board.bar1)} MiB</free>
		</bar1_memory_usage>
		<compute_mode>Default</compute_mode>
		<utilization>
			<gpu_util>0 %</gpu_util>
			<memory_util>0 %</memory_util>
			<encoder_util>0 %</encoder_util>
			<decoder_util>0 %</decoder_util>
			<jpeg_util>0 %</jpeg_util>
			<ofa_util>0 %</ofa_util>
		</utilization>
		<ecc_mode>
			<current_ecc>Enabled</current_ecc>
			<pending_ecc>Enabled</pending_ecc>
		</ecc_mode>
`;
}

export function temperatureXml(gpu: GpuFacts): string {
  return `		<temperature>
			<gpu_temp>${String(gpu.temperature)} C</gpu_temp>
			<gpu_temp_tlimit>${String(87 - gpu.temperature)} C</gpu_temp_tlimit>
			<gpu_temp_max_tlimit_threshold>-5 C</gpu_temp_max_tlimit_threshold>
			<gpu_temp_slow_tlimit_threshold>-2 C</gpu_temp_slow_tlimit_threshold>
			<gpu_temp_max_gpu_tlimit_threshold>0 C</gpu_temp_max_gpu_tlimit_threshold>
			<gpu_target_temperature>N/A</gpu_target_temperature>
			<memory_temp>${String(gpu.temperature)} C</memory_temp>
			<gpu_temp_max_mem_tlimit_threshold>0 C</gpu_temp_max_mem_tlimit_threshold>
		</temperature>
`;
}

export function powerXml(gpu: GpuFacts, board: Board): string {
  const drawn = gpu.powerWatts.toFixed(2);
  const watts = (value: string): string => (value === "N/A" ? value : `${value} W`);
  const [moduleAverage, moduleInstant, moduleLimit, moduleMinimum] = board.modulePower;
  return `		<gpu_power_readings>
			<power_state>P0</power_state>
			<average_power_draw>${drawn} W</average_power_draw>
			<instant_power_draw>${drawn} W</instant_power_draw>
			<current_power_limit>${board.powerLimit} W</current_power_limit>
			<requested_power_limit>${board.powerLimit} W</requested_power_limit>
			<default_power_limit>${board.powerLimit} W</default_power_limit>
			<min_power_limit>200.00 W</min_power_limit>
			<max_power_limit>${board.powerLimit} W</max_power_limit>
		</gpu_power_readings>
		<module_power_readings>
			<power_state>P0</power_state>
			<average_power_draw>${watts(moduleAverage)}</average_power_draw>
			<instant_power_draw>${watts(moduleInstant)}</instant_power_draw>
			<current_power_limit>${watts(moduleLimit)}</current_power_limit>
			<requested_power_limit>${watts(moduleLimit)}</requested_power_limit>
			<default_power_limit>${watts(moduleLimit)}</default_power_limit>
			<min_power_limit>${watts(moduleMinimum)}</min_power_limit>
			<max_power_limit>${watts(moduleLimit)}</max_power_limit>
		</module_power_readings>
`;
}

export function clocksXml(board: Board): string {
  return `		<clocks>
			<graphics_clock>120 MHz</graphics_clock>
			<sm_clock>120 MHz</sm_clock>
			<mem_clock>${String(board.memoryClock)} MHz</mem_clock>
			<video_clock>600 MHz</video_clock>
		</clocks>
		<max_clocks>
			<graphics_clock>${String(board.graphicsClock)} MHz</graphics_clock>
			<sm_clock>${String(board.graphicsClock)} MHz</sm_clock>
			<mem_clock>${String(board.memoryClock)} MHz</mem_clock>
			<video_clock>${String(board.videoClock)} MHz</video_clock>
		</max_clocks>
`;
}
