#!/bin/sh
# What LBNL Node Health Check looks at on a host without GPUs, in its way: one process, one line when something is
# wrong. NHC itself is in no package archive here, so the bench names this a script like it.
die() { echo "ERROR: nhc: $*"; exit 1; }
[ -r /proc/sys/kernel/random/boot_id ] || die "no boot id"
[ "$(grep -c ^processor /proc/cpuinfo)" -ge 1 ] || die "check_hw_cpuinfo"
[ "$(awk '/^MemTotal/ {print $2}' /proc/meminfo)" -ge 1048576 ] || die "check_hw_physmem"
grep -q ' / ' /proc/mounts || die "check_fs_mount /"
[ "$(df -P / | awk 'NR == 2 {sub("%", "", $5); print $5}')" -le 99 ] || die "check_fs_used /"
ps -e -o comm= | grep -q sshd || die "check_ps_service sshd"
ip -o link show up | grep -q . || die "check_hw_eth"
dmesg 2>/dev/null | grep -qE 'NVRM: Xid' && die "check_dmesg Xid"
echo "OK $(cat /proc/sys/kernel/random/boot_id)"
