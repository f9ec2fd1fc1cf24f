/**
 * Words that tools and drivers print of themselves, in lower case: states, units, names of tests and models, and the
 * fixed parts of messages. Only these are kept in free text; every other word may be a name that somebody chose.
 */
const WORDS = `
100g 200g 200g_2x 400g 800g __realtime_timestamp _hostname _kgspisheartbeattimedout _kgsplogrpctimeout _transport a
a100 a10g aarch64 able above access access_reg access_timeout_recovery access_type_virt_read accounted_processes
accounting_mode accounting_mode_buffer_size acctg acrn action activate active activestate actual additional addrconf
address addresses addressing_mode ae affect after again agg aggregate aggregate_uncorrectable_sram_sources ahci
alert algbw all all_reduce_perf allocate allocated allow allowed allowing allows allreduce already amazon amd64
ampere an and another answered any anyof api append apple application applications apr architecture are argument
arm64 armed array as assuming at atomic_caps_inbound atomic_caps_outbound ats attach attached_gpus audit aug auth
authenticating authentication authority auto auxiliary available average average_power_draw avg b b200 b300
bandwidth bandwidthdivisor bank base based bd be because becomes been before beginning behavior being below ber
between bf16 bhyve bidirectional bind bind_interface_ip binutils bios bit blacklist blackwell blocks board board_id
board_part_number bochs body boot boot_image booting bounds bridge_chip_fw bridge_chip_type brought buffer bug build
bus busbw busy but button by bytes c ca cable call can capabilities capability capable case catalog category cause
caused cc cd cdata ce cert certificate certificates cfg ch changed channel channel_repair_pending channels check
check_mechanicals check_uvm ci circuitry class clean cleanup clear client cliqueid clocks clusteruuid cn code
collective com combined comm command commands common communicate communication compiled complete completed
component_reset compromised compute compute_mode concluded config configuration configure configured conjunction
connect connected connection connections connectivity console consult contact_support contained container containing
context continuing control controller controls cooling copies copper copy core coreos corporation corrupted could
couldn count counter counters cpu cpu_eud cpus crash crc create createdcgmgroups creating credential crit critical
cs ctl ctx cu cuctxcreate cuda cuda_version cuda_visible_devices cudacontext current_dm current_ecc current_gom
current_link_gen current_link_width current_mig current_power_limit currently currenttimems d daemon daemonize data
dbe dcdiag dcgm dcgm_version ddr de deactivated dead debug dec decoder_util default default_power_limit defer
defined degraded denied denylist deployment deprecated dereference description desired details detected detecting
detects determine determined determines dev device device_current_link_gen device_id devices df diagnostic did diff
different differentiate directory disable disabled disconnected disengaged display_active display_attached
display_mode dla dlreq dmar do docker doctype documentation does domain double double_bit_retirement down drain dram
dram_correctable dram_uncorrectable dramutil driver driver_model driver_version drivers drops ds dtd due
duplicate_request during dvs e ecc ecc_errors ecc_mode ecc_object edk edr effect effective efi eflags egm egress
element elements emerg emitted empty enable enabled enabling encoder_util encoding encrypted encryption end ended
engine engmask entire entities entity entity_group entity_group_id entity_groups entity_id enum env_path env_val
environment environmental err errno error error_category error_id error_severity error_status_hex errors errorstring
es esr established establishing etc eth_an_fsm_enable ethernet eud event every example exceed exceeds exception
excessive_buffer_overrun_errors exhausted exist existing expect expected expires exports ext4 extended exterr fabric
factor fail failed failing failure failures fallen false fan_speed fast fatal fault fault_pde faulted
fb_memory_usage fbpa fdr fe feb fec ff fields file filename files filesystem find finished firmware first float
following for found fp16 fp8 free fri from fs ft full function functional functionality further gb gb200 gb300 gcc
generated generated_by generic get gflops gh200 gib gid global_errors gnu google gpu gpu0 gpu1 gpu2 gpu3 gpu4 gpu5
gpu6 gpu7 gpu_fabric_guid gpu_fru_part_number gpu_id gpu_ids gpu_operation_mode gpu_part_number gpu_power_readings
gpu_recovery_action gpu_target_temperature gpu_temp gpu_util gpu_virtualization_mode gpuid grace graph graphics
graphics_clock grep group grpc gs gsp gsp_firmware_version gsp_rm_control gss_auth_encrypt gss_auth_only gssapi guid
h100 h200 had half halt hammer handle hanging hardware has have hbm3 hbm3e hdr header headers health healthy
heartbeat hid high hitting hopper host host_id host_vgpu_mode hostname hosts how http hv hw hw_counters hwmon hyper
hypervisor i ib ibmnpu ibpanic ibv_reg_mr id identified identifier identify ids if ignore ignored ii illegal image
imex img_version immediately implied_nak_seq_err imported importers imports in inactive inc incompatible
incorrect_configuration indefinite indefinitely indeterminate inf infiniband infinity info information inforom
inforom_bbx_flush inforom_version init init_on_alloc initialization initialize initialized initializing initiated
input installed instance instant_power_draw instead insufficient int32 int64 int8 integer integration integrity
intel_iommu interface interfaces interleaved_standard_rs internal interpreted interrupt interval into intr invalid
inventory iommu ip ip_tables ipv4 ipv6 irqbypass is iso issue it items iters its jan journald jpeg_util json jul jun
kb kern kernel key keys known kthread kvm kvm_intel l l40s label lane last latency later latest latest_duration
latest_timestamp launch launcher layer ld leak least left legend length level levels libnccl library libvirt lid
lifespan lifetime like likely limit limited line link link_downed link_error_recovery link_layer link_widths linked
linkerrorrecovery links linkup linux list listen lmc loaded loading loadstate local local_ack_timeout_err
local_link_integrity_errors localhost log log_append_to_log log_file_max_size log_file_name log_level
log_max_rotate_count log_use_syslog logging logrotate logs long loop loopback lost low lowering lxc m machine main
major make manager map mar marked mask match matched matching max max_clocks max_device_link_gen max_host_link_gen
max_link_gen max_link_width max_power_limit maxbytes may mb mechanism mem_clock memhp_default_state memory
memory_bandwidth memory_temp memory_util mer message metadata mft mhz mib micro microsoft mig mig_devices mig_mode
min min_pci_width min_power_limit minbytes minimum minion minor minor_number mismatch miss mmu mnemonic mnubergemm
mode modeset module module_id module_power_readings modules mon monitor more most mounted mpi mpi_error mpirun mse
mse_watchdog msg mtls multi multicast multigpu_board multiple multiple_single_bit_retirement multipled must mutual n
n001 name names nan nccl nccl_debug ndr necessary negotiation net netdev netdev_change netir netir_ber_event
netir_int netir_link_down netir_link_evt netir_mfde_event netlink network network_interface never never_connected
new newer nfs ngpus no node nodes nodes_config non none nonfatal nono normal not not_supported note notice nouveau
nov npeers nspawn nthread null num_entities num_hosts number nvbandwidth nvgpu nvidia nvidia0 nvidia_smi_log nvl
nvl72 nvlink nvlpw nvlpw_ctrl nvls nvme nvml nvrm nvswitch nvswitch0 nvswitch1 nvswitch2 nvswitch3 nvswitch4
nvswitch5 nvswitches o object observed occurred oct oem_object of ofa ofa_util off ok oldest on once one
online_movable only oops op opcode open opened openvz operation operational optional optionally options or oracle
ordered org orterun os osfp other ou out out_of_buffer out_of_sequence outcome output over overall override
overwrite overwritten p p2p packet_seq_err page parallel parallels parameter parameters part particulars
partition_assigned partitioned pass passed passive passthrough path paths pci pci_base_class pci_bridge_chip pci_bus
pci_bus_id pci_device pci_device_id pci_domain pci_gpu_link_info pci_sub_class pci_sub_system_id pcie pcie_bus_safe
pcie_fatal_timeout pcie_gen pdi peer peer_type peermem peers pending pending_blacklist pending_dm pending_ecc
pending_gom pending_mig pending_retirement per perf perf_event_max_sample_rate performance_state period permission
permissions persist persistenc persistence persistence_mode pgd phy phys_state physical pid pkeys place placeholder
platforminfo please pm pod podman pointer poll polling port ports possible potentially pouch power power_state
powervm preempt_dynamic preemptive premul prevent prevents previous previously principal prior priority priv
privilege probe process process_info process_name processes processing processor prod progress proot properly
properties protected provided providing provisioned prterun pt public purged purposes push pwr_object q qdr qemu
querying queue queues quiet quorum quota r rack ran rank rate raw rc5424 reachable reached reaches read ready
realloc reboot recommendation recovering recovery redirect redirected redop reengaged reestablished references
regardless region related relative relaxed_ordering_mode release remap remapped remapped_row_corr
remapped_row_corr_inactive remapped_row_failure remapped_row_pending remapped_row_unc remapped_row_unc_inactive
remapped_rows remapper remapping replay_counter replay_rollover_counter replays report requested
requested_power_limit required requires res reserved reset reset_gpu resolution resource resources responding
response restart restart_app restart_bm restart_vm restarted result results retired_count retired_pagelist
retired_pages retirement retrieve retry retrying returned returns reused rings rip rkt rlw rlw_ctrl rlw_remap
rlw_rspcol rlw_rxpipe rlw_src_track rlw_tagstate rm_init_adapter rminitadapter rnr_nak_retry_err ro root rotate
rotated rotation route_recovery_in_progress route_unhealthy routine row rows rpc rst rules run running runtime_error
rx_util s safely same sat saw saw_egr saw_mvb schema screen scsi sdr sec seconds security see seen segfault sent sep
serial serial_num serials server server_port service set setting settings severity sha256 should shutdown silent
since single size skip skipped skipping sleep slot slot_number slowly sm sm_clock sm_stress smbpbi smi smmu
smoothing smp so socket soe software source sourcetrack sp sparse_operation_mode specified speed sram
sram_correctable sram_microcontroller sram_other sram_pcie sram_sm sram_threshold_exceeded sram_uncorrectable
sram_uncorrectable_parity sram_uncorrectable_secded sre srun ssl ssl_tls st stack start started starting startup
stat state static stats stats_file_name status stderr stdout step stopped stream stress string sub subject
subpartition subscribed substate subsys subsystem succeed success successfully such sum summary sun supermicro
support supported supported_clocks supported_graphics_clock supported_mem_clock sure sw switch sxid sxm4 sxm5 symbol
symbol_error sys sys_write syslog syslog_identifier sysrq system systemd t table tag tainted take target targeted
targeted_power targeted_stress task tcp temperature temporary tensorengineactive terminate termination tesla test
test_categories test_summary tests tflops than that the them then thermal these this threshold through thu ti tid
time timed timeout timeouts times timestamp tlw tlw_ctrl tlw_rx tlw_tx to too tool total totaling tpc_repair_pending
trace traffic training transmit tray_index treated tree trigger triggered triggering triggreed troubleshooting true
try tty1 ttyama0 ttys0 tue tx_util type ubuntu uefi uid uint32 uint64 uint8 uml unable unavailable uncontained
uncorrectable unexpected unexpectedly unhandled unhealthy unitfilestate unix unknown unlisted unrecoverable
unrecovered unrepairable_memory unsafe until unused up update_swfw upto us usage usb usb_common use used used_memory
user using utc utf utf8 utilisation utility utilization uuid uvm v valid validation value values var variable
variables vbios_version vendor verify version vgpu vgpu_heterogeneous_mode via video video_clock violation
violations virtual virtualization virtualization_mode vl15_dropped vm vmlinuz vmname vmware volatile w wait waiting
waiting_for_peers want warmup warn warning warnings was wasn watch watchdog we weak wear wed were when whether which
width will with without wpr write written wrong wsl x x86_64 xdr xen xhci_hcd xhci_pci xid xlsx xml yes yet you zero
zvm
hostingsystemeditionid hostingsystemosmajor hostingsystemosminor hostingsystemprocessorarchitecture
physicalhostname physicalhostnamefullyqualified virtualmachinedynamicmemorybalancingenabled virtualmachineid
virtualmachinename bios_date bios_vendor bios_version board_name board_serial board_vendor board_version chassis_asset_tag
chassis_serial chassis_type chassis_vendor chassis_version modalias product_family product_name product_serial product_sku
product_uuid product_version sys_vendor dns slots per dcgmi diag slipway show systemctl property detect dmesg
journalctl mlxlink ibstat ibdev2netdev lspci getent hyperv kvp sysfs resolve dmi short pager smi sigkill
sigterm sigsegv sigabrt sigint sighup sigpipe sigbus unreachable
`;

const KNOWN = new Set(WORDS.split(/\s+/));

/** Whether tools print this word of themselves, in whatever case. */
export function isToolWord(word: string): boolean {
  return KNOWN.has(word.toLowerCase());
}

/** Whether some word of a tool has this text inside. */
export function isInToolWord(text: string): boolean {
  return WORDS.includes(text.toLowerCase());
}
