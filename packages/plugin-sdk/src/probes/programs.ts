// Constant POSIX sh programs of the composite probes. They run with the node's own sh, read only,
// and take data as positional parameters alone. Exit 127: nothing there to read; 126: not allowed.

/** `path:content` lines of the InfiniBand ports in sysfs. */
export const IB_SYSFS = `
root=\${1:-/sys/class/infiniband}
[ -e "$root" ] || exit 127
[ -r "$root" ] && [ -x "$root" ] || exit 126
show() {
  [ -f "$1" ] && [ -r "$1" ] || return 0
  value=
  IFS= read -r value 2>/dev/null <"$1"
  printf '%s:%s\\n' "$1" "$value"
}
for port in "$root"/*/ports/*; do
  [ -d "$port" ] || continue
  for name in rate state phys_state link_layer; do show "$port/$name"; done
  for file in "$port"/pkeys/* "$port"/counters/* "$port"/hw_counters/*; do show "$file"; done
done
exit 0
`;

/** Two readings of the error counters of each InfiniBand port, 30 s apart: `<1|2> <uptime s> path:value` lines. */
export const IB_COUNTERS = `
root=\${1:-/sys/class/infiniband}
pause=\${2:-30}
clock=\${3:-/proc/uptime}
[ -e "$root" ] && [ -e "$clock" ] || exit 127
[ -r "$root" ] && [ -x "$root" ] && [ -r "$clock" ] || exit 126
reading() {
  for port in "$root"/*/ports/*; do
    [ -d "$port" ] || continue
    IFS=' ' read -r uptime idle <"$clock"
    for file in "$port"/counters/* "$port"/hw_counters/*; do
      [ -f "$file" ] && [ -r "$file" ] || continue
      value=
      IFS= read -r value 2>/dev/null <"$file"
      printf '%s %s %s:%s\\n' "$1" "$uptime" "$file" "$value"
    done
  done
}
reading 1
sleep "$pause"
reading 2
exit 0
`;

/** `file:content` lines of the DMI identity; serial numbers show only where the caller may read them. */
export const DMI = `
root=\${1:-/sys/class/dmi/id}
[ -e "$root" ] || exit 127
[ -r "$root" ] && [ -x "$root" ] || exit 126
for file in "$root"/*; do
  [ -f "$file" ] && [ -r "$file" ] || continue
  value=
  IFS= read -r value 2>/dev/null <"$file"
  printf '%s:%s\\n' "\${file##*/}" "$value"
done
exit 0
`;

/** Each name of the IMEX nodes file, a tab, and the addresses it resolves to here, or \`!\` and the error. */
export const IMEX_RESOLVE = `
file=\${1:-/etc/nvidia-imex/nodes_config.cfg}
[ -e "$file" ] || exit 127
[ -r "$file" ] || exit 126
command -v getent >/dev/null 2>&1 || exit 127
tab=$(printf '\\t')
while IFS= read -r name || [ -n "$name" ]; do
  name=\${name%%#*}
  name=\${name#"\${name%%[![:space:]]*}"}
  name=\${name%"\${name##*[![:space:]]}"}
  [ -n "$name" ] || continue
  found=
  answer=$(getent ahosts -- "$name" 2>/dev/null)
  while read -r address rest; do
    case " $found " in *" $address "*) ;; *) found="$found\${found:+ }$address" ;; esac
  done <<END
$answer
END
  printf '%s%s%s\\n' "$name" "$tab" "\${found:-! Name or service not known}"
done <"$file"
exit 0
`;

/** Hyper-V KVP pool 3 (what the host tells the guest) as \`key<TAB>value\` lines: records of 512 + 2048 bytes. */
export const HYPERV_KVP = `
pool=\${1:-/var/lib/hyperv/.kvp_pool_3}
[ -e "$pool" ] || exit 127
[ -r "$pool" ] || exit 126
size=$(wc -c <"$pool")
end=$(printf '\\001')
LC_ALL=C tr '\\000\\n\\t' '\\001\\001 ' <"$pool" | LC_ALL=C fold -b -w 512 | {
  record=0
  while [ $(((record + 1) * 2560)) -le "$size" ]; do
    IFS= read -r key
    value=
    for part in 1 2 3 4; do
      IFS= read -r block
      value=$value$block
    done
    printf '%s\\t%s\\n' "\${key%%"$end"*}" "\${value%%"$end"*}"
    record=$((record + 1))
  done
}
exit 0
`;
