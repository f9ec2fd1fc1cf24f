import type { ProbeCommand } from "@slipway/plugin-sdk";
import { SlipwayError } from "@slipway/plugin-sdk";

// Constant POSIX sh programs that run on the node. Data reaches them as positional parameters only.

/** Every process of a run has this environment variable with the run's nonce, by which the reaper finds it. */
export const MARKER = "SLIPWAY_PROBE";

/** Folders of vendors' tools that the PATH of a login over ssh does not have. */
export const MORE_PATH = "/usr/local/sbin:/usr/sbin:/sbin";
/** The PATH where the login has none. */
export const USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

const ENVIRONMENT = `
nonce=$1
shift
PATH=\${PATH:-${USUAL_PATH}}:${MORE_PATH} LC_ALL=C ${MARKER}=$nonce
export PATH LC_ALL ${MARKER}
announce() {
  printf 'slipway %s started %s%s\\n' "$nonce" "$$" "\${SHELL:+ \${SHELL##*/}}" >&2
  printf 'slipway %s\\n' "$nonce"
}
`;

/** Parameters: nonce, then the command. Announces on stderr whether the command can start, then execs it. */
const RUN = `${ENVIRONMENT}
state=not-found
look() {
  [ -e "$1" ] && [ ! -d "$1" ] || return 1
  state=permission
  [ -x "$1" ] && state=found
}
case $1 in
*/*) look "$1" ;;
*)
  set -f
  IFS=:
  for dir in $PATH; do look "\${dir:-.}/$1" && break; done
  unset IFS
  set +f
  ;;
esac
if [ $state != found ]; then
  printf 'slipway %s %s\\n' "$nonce" $state >&2
  exit 127
fi
announce
shopt -s execfail 2>/dev/null
trap 'printf "slipway %s failed %s\\n" "$nonce" $? >&2' EXIT
exec "$@" </dev/null
`;

/** Precedes a composite probe's own program; parameters: nonce, then those of the program. */
const PRELUDE = `${ENVIRONMENT}
announce
exec </dev/null
`;

/**
 * The reaper: ends the processes that a run left. Parameters: nonce, and the pid of its first process while that is
 * known to live. To the run belong all processes with the marker, their descendants, the groups and sessions that
 * these lead, and the sudo above them (which halts when they are stopped). They get TERM, are then stopped until no
 * new one appears, and are killed: a process that forks cannot escape that. Prints `slipway NONCE left PID…`.
 */
export const REAPER = `
nonce=$1
leader=$2
if [ ! -r /proc/self/status ] || ! command -v grep >/dev/null 2>&1; then
  [ -n "$leader" ] && kill -KILL -- "-$leader" 2>/dev/null
  printf 'slipway %s left ?\\n' "$nonce"
  exit 0
fi
ours=" $leader "
up=$leader
while [ -n "$up" ] && up=$(grep -s '^PPid:' "/proc/$up/status") && up=\${up##*[!0-9]} &&
  read -r name 2>/dev/null <"/proc/$up/comm" && [ "$name" = sudo ]; do
  ours="$ours$up "
done
scan() {
  alive=
  for file in $(grep -ls "${MARKER}=$nonce" /proc/[0-9]*/environ); do
    file=\${file#/proc/}
    case $ours in *" \${file%/environ} "*) ;; *) ours="$ours\${file%/environ} " ;; esac
  done
  field=
  for word in $(grep -Es '^(State|PPid|NSpgid|NSsid):' /proc/[0-9]*/status); do
    case $word in
    /proc/*)
      pid=\${word#/proc/}
      pid=\${pid%%/*}
      field=\${word%:}
      field=\${field##*:}
      continue
      ;;
    esac
    case $field in
    State) state=$word ;;
    PPid) parent=$word ;;
    NSpgid) group=$word ;;
    NSsid)
      case $state$pid in Z* | X* | ?$$) field=; continue ;; esac
      case $ours in
      *" $pid "*) alive="$alive $pid" ;;
      *" $parent "* | *" $group "* | *" $word "*)
        ours="$ours$pid "
        alive="$alive $pid"
        ;;
      esac
      ;;
    esac
    field=
  done
}
nap() { sleep 0.1 2>/dev/null || sleep 1; }
scan
[ -n "$alive" ] && kill -TERM $alive 2>/dev/null
for try in 1 2 3 4 5 6 7 8 9 10; do
  [ -n "$alive" ] || break
  nap
  scan
done
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ -n "$alive" ] || break
  before=$ours
  kill -STOP $alive 2>/dev/null
  [ -n "$leader" ] && kill -STOP -- "-$leader" 2>/dev/null
  scan
  [ "$ours" = "$before" ] && break
done
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ -n "$alive" ] || break
  kill -KILL $alive 2>/dev/null
  nap
  scan
done
printf 'slipway %s left%s\\n' "$nonce" "$alive"
`;

/** The argv that bundle.json records. */
export function recordedArgv(command: ProbeCommand, sudo = false): string[] {
  return [...(sudo ? ["sudo", "-n"] : []), ...command.argv];
}

/** The argv that runs a command on a node with the wrapper around it, which announces itself by the nonce. */
export function wrappedArgv(command: ProbeCommand, nonce: string, sudo = false): string[] {
  const root = sudo ? ["sudo", "-n"] : [];
  if (command.program !== undefined) {
    return [...root, "sh", "-c", `${PRELUDE}${command.program}`, "slipway-probe", nonce, ...command.argv.slice(2)];
  }
  return [...root, "sh", "-c", RUN, "slipway", nonce, ...command.argv];
}

/** Login shells that can run the programs of this file as POSIX sh would. */
const POSIX_SHELLS: ReadonlySet<string> = new Set(["sh", "dash", "bash", "ash", "ksh"]);

/**
 * What the login shell of a node is given to run a command by. A shell that is known to be a POSIX
 * one runs the wrapper itself, which spares the node a process for each probe.
 *
 * @param loginShell its name, as an earlier run on the same connection announced it
 */
export function loginShellCommand(
  command: ProbeCommand,
  nonce: string,
  sudo: boolean,
  loginShell: string | undefined,
): string {
  const argv = wrappedArgv(command, nonce, sudo);
  if (sudo || loginShell === undefined || !POSIX_SHELLS.has(loginShell)) return shellCommand(argv);
  const [, , program = "", , ...parameters] = argv;
  return `set -- ${parameters.map(quote).join(" ")}\n${program}`;
}

/** What a run announced: the pid of its first process, and the name of the login shell. */
export function readAnnouncement(
  announcement: string | undefined,
): { readonly pid: number; readonly loginShell: string | undefined } | undefined {
  const match = /^started (\d+)(?: (\S+))?$/.exec(announcement ?? "");
  return match === null ? undefined : { pid: Number(match[1]), loginShell: match[2] };
}

/** The argv that runs the reaper for the run with this nonce. */
export function reaperArgv(nonce: string, leader: number | undefined, sudo = false): string[] {
  return [
    ...(sudo ? ["sudo", "-n"] : []),
    "sh",
    "-c",
    REAPER,
    "slipway",
    nonce,
    leader === undefined ? "" : String(leader),
  ];
}

/** Bytes kept of what a reaper prints: its answer is its last line. */
export const LAST_WORDS = 64 * 1024;

/** The end of what was said, with the next piece. */
export const withLast = (said: string, chunk: Buffer): string => (said + chunk.toString("latin1")).slice(-LAST_WORDS);

/** Pids that the reaper could not end, from its output; undefined when the reaper itself did not end. */
export function readReaper(stdout: string, nonce: string): readonly number[] | undefined {
  const answer = new RegExp(`^slipway ${nonce} left((?: \\d+)*)$`, "m").exec(stdout);
  return answer?.[1]?.split(" ").filter(Boolean).map(Number);
}

/** Quotes one argument for a POSIX shell: it arrives there byte for byte. */
export function quote(argument: string): string {
  if (argument.includes("\0")) throw new SlipwayError("input", "an argument of a probe holds a NUL byte");
  return `'${argument.replaceAll("'", "'\\''")}'`;
}

/** One command line for the login shell of the node, which is replaced by the command. */
export function shellCommand(argv: readonly string[]): string {
  return `exec ${argv.map(quote).join(" ")}`;
}
