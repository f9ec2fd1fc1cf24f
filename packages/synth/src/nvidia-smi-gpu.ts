import { PROFILES, type GpuIdentity, type Identity } from "./identity.ts";
import { fabricXml, memoryXml } from "./nvidia-smi-sections.ts";
import type { GpuFacts } from "./nvidia-smi.ts";
import { inforomTimestamp } from "./timestamps.ts";
import type { SynthProfile } from "./types.ts";

const BOARDS = {
  gb300: {
    board: "900-2G548-B301-000",
    part: "31C2-895-A1",
    image: "G548.0301.00.04",
    vbios: "97.10.4C.00.3A",
    subsystem: "21E910DE",
    linkGen: "6",
    framebuffer: [284_208, 1024],
    bar1: 524_288,
    powerLimit: "1400.00",
    modulePower: ["452.10", "453.88", "2800.00", "500.00"],
    graphicsClock: 2032,
    memoryClock: 3996,
    videoClock: 1860,
    banks: 4096,
    bandwidth: "Full",
    flag: "False",
    addressing: "ATS",
    c2c: "Enabled",
    egm: "disabled",
  },
  h100: {
    board: "692-2G520-0200-000",
    part: "2330-885-A1",
    image: "G520.0200.00.05",
    vbios: "96.00.99.00.0D",
    subsystem: "16C110DE",
    linkGen: "5",
    framebuffer: [81_559, 551],
    bar1: 131_072,
    powerLimit: "700.00",
    modulePower: ["N/A", "N/A", "N/A", "N/A"],
    graphicsClock: 1980,
    memoryClock: 2619,
    videoClock: 1545,
    banks: 2560,
    bandwidth: "N/A",
    flag: "N/A",
    addressing: "None",
    c2c: "Disabled",
    egm: "N/A",
  },
} as const satisfies Record<SynthProfile, unknown>;

/** The clock list, cut to its first entries: the full list is 250 lines that no check reads. */
export function supportedClocks(profile: SynthProfile): string {
  const { graphicsClock, memoryClock } = BOARDS[profile];
  const clocks = Array.from(
    { length: 8 },
    (_, step) =>
      `\t\t\t\t<supported_graphics_clock>${String(Math.floor(graphicsClock - step * 7.5))} MHz</supported_graphics_clock>\n`,
  );
  return `\t\t\t<supported_mem_clock>
\t\t\t\t<value>${String(memoryClock)} MHz</value>
${clocks.join("")}\t\t\t</supported_mem_clock>
`;
}

/** A GPU's PCI address as nvidia-smi prints it: `00000008:01:00.0`. */
export function busIdOf({ pci }: GpuIdentity): string {
  return `0000${pci.toUpperCase()}.0`;
}

/** One `<gpu>` element of `nvidia-smi -q -x`, DTD v13. */
export function gpuXml(gpu: GpuFacts, machine: Identity, atMs: number, clocks: string): string {
  const board = BOARDS[machine.profile];
  const rackScale = machine.profile === "gb300";
  const [domain = "", bus = "", device = ""] = gpu.identity.pci.toUpperCase().split(":");
  const busId = busIdOf(gpu.identity);
  const [total, reserved] = board.framebuffer;
  const power = gpu.powerWatts.toFixed(2);
  const watts = (value: string): string => (value === "N/A" ? value : `${value} W`);
  const [moduleAverage, moduleInstant, moduleLimit, moduleMinimum] = board.modulePower;
  const guid = gpu.identity.uuid.replaceAll("-", "").slice(3, 19);
  return `	<gpu id="${busId}">
		<product_name>${gpu.productName}</product_name>
		<product_brand>NVIDIA</product_brand>
		<product_architecture>${PROFILES[machine.profile].architecture}</product_architecture>
		<display_mode>Requested functionality has been deprecated</display_mode>
		<display_attached>Yes</display_attached>
		<display_active>Disabled</display_active>
		<persistence_mode>Enabled</persistence_mode>
		<addressing_mode>${board.addressing}</addressing_mode>
		<mig_mode>
			<current_mig>${gpu.mig}</current_mig>
			<pending_mig>${gpu.mig}</pending_mig>
		</mig_mode>
		<mig_devices>
			None
		</mig_devices>
		<accounting_mode>Disabled</accounting_mode>
		<accounting_mode_buffer_size>4000</accounting_mode_buffer_size>
		<driver_model>
			<current_dm>N/A</current_dm>
			<pending_dm>N/A</pending_dm>
		</driver_model>
		<serial>${gpu.serial}</serial>
		<uuid>${gpu.uuid}</uuid>
		<pdi>0x${guid}</pdi>
		<minor_number>${String(gpu.index)}</minor_number>
		<vbios_version>${board.vbios}</vbios_version>
		<multigpu_board>No</multigpu_board>
		<board_id>0x${bus.toLowerCase()}00</board_id>
		<board_part_number>${board.board}</board_part_number>
		<gpu_part_number>${board.part}</gpu_part_number>
		<gpu_fru_part_number>N/A</gpu_fru_part_number>
		<platformInfo>
			<chassis_serial_number>${rackScale ? machine.chassisSerial : ""}</chassis_serial_number>
			<slot_number>${rackScale ? String(machine.index + (machine.index < 8 ? 1 : 10)) : "N/A"}</slot_number>
			<tray_index>${rackScale ? String(machine.index) : "N/A"}</tray_index>
			<host_id>1</host_id>
			<peer_type>Switch Connected</peer_type>
			<module_id>${String(gpu.index + 1)}</module_id>
			<gpu_fabric_guid>0x${guid}</gpu_fabric_guid>
		</platformInfo>
		<inforom_version>
			<img_version>${board.image}</img_version>
			<oem_object>2.1</oem_object>
			<ecc_object>7.16</ecc_object>
			<pwr_object>N/A</pwr_object>
		</inforom_version>
		<inforom_bbx_flush>
			<latest_timestamp>${inforomTimestamp(atMs - 41_322_497)}</latest_timestamp>
			<latest_duration>61655 us</latest_duration>
		</inforom_bbx_flush>
		<gpu_operation_mode>
			<current_gom>N/A</current_gom>
			<pending_gom>N/A</pending_gom>
		</gpu_operation_mode>
		<c2c_mode>${board.c2c}</c2c_mode>
		<gpu_virtualization_mode>
			<virtualization_mode>${rackScale ? "Pass-Through" : "None"}</virtualization_mode>
			<host_vgpu_mode>N/A</host_vgpu_mode>
			<vgpu_heterogeneous_mode>N/A</vgpu_heterogeneous_mode>
		</gpu_virtualization_mode>
		<gpu_recovery_action>${gpu.recoveryAction}</gpu_recovery_action>
		<gsp_firmware_version>${machine.driverVersion}</gsp_firmware_version>
		<ibmnpu>
			<relaxed_ordering_mode>N/A</relaxed_ordering_mode>
		</ibmnpu>
		<pci>
			<pci_bus>${bus}</pci_bus>
			<pci_device>${device}</pci_device>
			<pci_domain>${domain}</pci_domain>
			<pci_base_class>3</pci_base_class>
			<pci_sub_class>2</pci_sub_class>
			<pci_device_id>${PROFILES[machine.profile].deviceId.toUpperCase()}10DE</pci_device_id>
			<pci_bus_id>${busId}</pci_bus_id>
			<pci_sub_system_id>${board.subsystem}</pci_sub_system_id>
			<pci_gpu_link_info>
				<pcie_gen>
					<max_link_gen>${board.linkGen}</max_link_gen>
					<current_link_gen>${board.linkGen}</current_link_gen>
					<device_current_link_gen>${board.linkGen}</device_current_link_gen>
					<max_device_link_gen>${board.linkGen}</max_device_link_gen>
					<max_host_link_gen>N/A</max_host_link_gen>
				</pcie_gen>
				<link_widths>
					<max_link_width>16x</max_link_width>
					<current_link_width>16x</current_link_width>
				</link_widths>
			</pci_gpu_link_info>
			<pci_bridge_chip>
				<bridge_chip_type>N/A</bridge_chip_type>
				<bridge_chip_fw>N/A</bridge_chip_fw>
			</pci_bridge_chip>
			<replay_counter>0</replay_counter>
			<replay_rollover_counter>0</replay_rollover_counter>
			<tx_util>0 KB/s</tx_util>
			<rx_util>0 KB/s</rx_util>
			<atomic_caps_outbound>N/A</atomic_caps_outbound>
			<atomic_caps_inbound>FETCHADD_32 FETCHADD_64 SWAP_32 SWAP_64 CAS_32 CAS_64 </atomic_caps_inbound>
		</pci>
		<fan_speed>N/A</fan_speed>
		<performance_state>P0</performance_state>
		<clocks_event_reasons>
			<clocks_event_reason_gpu_idle>Active</clocks_event_reason_gpu_idle>
			<clocks_event_reason_applications_clocks_setting>Not Active</clocks_event_reason_applications_clocks_setting>
			<clocks_event_reason_sw_power_cap>Not Active</clocks_event_reason_sw_power_cap>
			<clocks_event_reason_hw_slowdown>Not Active</clocks_event_reason_hw_slowdown>
			<clocks_event_reason_hw_thermal_slowdown>Not Active</clocks_event_reason_hw_thermal_slowdown>
			<clocks_event_reason_hw_power_brake_slowdown>Not Active</clocks_event_reason_hw_power_brake_slowdown>
			<clocks_event_reason_sync_boost>Not Active</clocks_event_reason_sync_boost>
			<clocks_event_reason_sw_thermal_slowdown>Not Active</clocks_event_reason_sw_thermal_slowdown>
			<clocks_event_reason_display_clocks_setting>Not Active</clocks_event_reason_display_clocks_setting>
		</clocks_event_reasons>
		<sparse_operation_mode>N/A</sparse_operation_mode>
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
${memoryXml(gpu, board.banks)}		<temperature>
			<gpu_temp>${String(gpu.temperature)} C</gpu_temp>
			<gpu_temp_tlimit>${String(87 - gpu.temperature)} C</gpu_temp_tlimit>
			<gpu_temp_max_tlimit_threshold>-5 C</gpu_temp_max_tlimit_threshold>
			<gpu_temp_slow_tlimit_threshold>-2 C</gpu_temp_slow_tlimit_threshold>
			<gpu_temp_max_gpu_tlimit_threshold>0 C</gpu_temp_max_gpu_tlimit_threshold>
			<gpu_target_temperature>N/A</gpu_target_temperature>
			<memory_temp>${String(gpu.temperature)} C</memory_temp>
			<gpu_temp_max_mem_tlimit_threshold>0 C</gpu_temp_max_mem_tlimit_threshold>
		</temperature>
		<gpu_power_readings>
			<power_state>P0</power_state>
			<average_power_draw>${power} W</average_power_draw>
			<instant_power_draw>${power} W</instant_power_draw>
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
		<clocks>
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
${fabricXml(gpu, board.bandwidth, board.flag)}		<supported_clocks>
${clocks}		</supported_clocks>
		<processes>
		</processes>
		<accounted_processes>
		</accounted_processes>
		<capabilities>
			<egm>${board.egm}</egm>
		</capabilities>
	</gpu>

`;
}
