import { PROFILES, type GpuIdentity, type Identity } from "./identity.ts";
import { BOARDS, type Board } from "./nvidia-smi-boards.ts";
import { clocksXml, fabricXml, memoryXml, powerXml, temperatureXml, usageXml } from "./nvidia-smi-sections.ts";
import type { GpuFacts } from "./nvidia-smi-facts.ts";
import { inforomTimestamp } from "./timestamps.ts";

/** A GPU's PCI address as nvidia-smi prints it: `00000008:01:00.0`. */
export function busIdOf({ pci }: GpuIdentity): string {
  return `0000${pci.toUpperCase()}.0`;
}

/** One `<gpu>` element of `nvidia-smi -q -x`, DTD v13. */
export function gpuXml(gpu: GpuFacts, machine: Identity, atMs: number, clocks: string): string {
  const board = BOARDS[machine.profile];
  return [
    `\t<gpu id="${busIdOf(gpu.identity)}">\n`,
    productXml(gpu, machine, board),
    platformXml(gpu, machine),
    inforomXml(board, atMs),
    modesXml(gpu, machine, board),
    pciXml(gpu, machine, board),
    STATE,
    usageXml(board),
    memoryXml(gpu, board.banks),
    temperatureXml(gpu),
    powerXml(gpu, board),
    clocksXml(board),
    fabricXml(gpu, board.bandwidth, board.flag),
    `\t\t<supported_clocks>\n${clocks}\t\t</supported_clocks>\n`,
    closingXml(board),
  ].join("");
}

/** A GPU's id in the fabric and on its board: digits of its UUID. */
const guidOf = ({ identity }: GpuFacts): string => identity.uuid.replaceAll("-", "").slice(3, 19);

function productXml(gpu: GpuFacts, machine: Identity, board: Board): string {
  return `		<product_name>${gpu.productName}</product_name>
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
		<pdi>0x${guidOf(gpu)}</pdi>
		<minor_number>${String(gpu.index)}</minor_number>
		<vbios_version>${board.vbios}</vbios_version>
		<multigpu_board>No</multigpu_board>
		<board_id>0x${gpu.identity.pci.toLowerCase().split(":")[1] ?? ""}00</board_id>
		<board_part_number>${board.board}</board_part_number>
		<gpu_part_number>${board.part}</gpu_part_number>
		<gpu_fru_part_number>N/A</gpu_fru_part_number>
`;
}

function platformXml(gpu: GpuFacts, machine: Identity): string {
  const rackScale = machine.profile === "gb300";
  return `		<platformInfo>
			<chassis_serial_number>${rackScale ? machine.chassisSerial : ""}</chassis_serial_number>
			<slot_number>${rackScale ? String(machine.index + (machine.index < 8 ? 1 : 10)) : "N/A"}</slot_number>
			<tray_index>${rackScale ? String(machine.index) : "N/A"}</tray_index>
			<host_id>1</host_id>
			<peer_type>Switch Connected</peer_type>
			<module_id>${String(gpu.index + 1)}</module_id>
			<gpu_fabric_guid>0x${guidOf(gpu)}</gpu_fabric_guid>
		</platformInfo>
`;
}

function inforomXml(board: Board, atMs: number): string {
  return `		<inforom_version>
			<img_version>${board.image}</img_version>
			<oem_object>2.1</oem_object>
			<ecc_object>7.16</ecc_object>
			<pwr_object>N/A</pwr_object>
		</inforom_version>
		<inforom_bbx_flush>
			<latest_timestamp>${inforomTimestamp(atMs - 41_322_497)}</latest_timestamp>
			<latest_duration>61655 us</latest_duration>
		</inforom_bbx_flush>
`;
}

function modesXml(gpu: GpuFacts, machine: Identity, board: Board): string {
  return `		<gpu_operation_mode>
			<current_gom>N/A</current_gom>
			<pending_gom>N/A</pending_gom>
		</gpu_operation_mode>
		<c2c_mode>${board.c2c}</c2c_mode>
		<gpu_virtualization_mode>
			<virtualization_mode>${machine.profile === "gb300" ? "Pass-Through" : "None"}</virtualization_mode>
			<host_vgpu_mode>N/A</host_vgpu_mode>
			<vgpu_heterogeneous_mode>N/A</vgpu_heterogeneous_mode>
		</gpu_virtualization_mode>
		<gpu_recovery_action>${gpu.recoveryAction}</gpu_recovery_action>
		<gsp_firmware_version>${machine.driverVersion}</gsp_firmware_version>
		<ibmnpu>
			<relaxed_ordering_mode>N/A</relaxed_ordering_mode>
		</ibmnpu>
`;
}

function pciXml({ identity }: GpuFacts, machine: Identity, board: Board): string {
  const [domain = "", bus = "", device = ""] = identity.pci.toUpperCase().split(":");
  return `		<pci>
			<pci_bus>${bus}</pci_bus>
			<pci_device>${device}</pci_device>
			<pci_domain>${domain}</pci_domain>
			<pci_base_class>3</pci_base_class>
			<pci_sub_class>2</pci_sub_class>
			<pci_device_id>${PROFILES[machine.profile].deviceId.toUpperCase()}10DE</pci_device_id>
			<pci_bus_id>${busIdOf(identity)}</pci_bus_id>
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
`;
}

const STATE = `		<fan_speed>N/A</fan_speed>
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
`;

function closingXml(board: Board): string {
  return `		<processes>
		</processes>
		<accounted_processes>
		</accounted_processes>
		<capabilities>
			<egm>${board.egm}</egm>
		</capabilities>
	</gpu>

`;
}
