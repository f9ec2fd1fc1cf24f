import { excerpt, toolsWords, type EvidencePointer, type ProbeOutput } from "@slipway/plugin-sdk";

/** Words by which nccl-tests, NCCL, CUDA and launchers say what stopped a run, those that say most first (rule N7). */
const FAILURES: readonly RegExp[] = [
  /Test (?:NCCL|CUDA) failure|Test failure/i,
  /\bnccl[A-Z][A-Za-z]{2,40}(?:Error|Usage|Argument)\b|unhandled (?:cuda|system) error|NCCL error|NCCL failure/i,
  /out of memory|CUDA (?:error|failure)|\bcudaError[A-Z]\w*/i,
  /error while loading shared libraries|No such file or directory|command not found|symbol lookup error/i,
  /MPI_ABORT|exited on signal|Segmentation fault|Bus error|Killed|terminated by signal|Aborted/i,
  /DUE TO TIME LIMIT|timed? ?out|watchdog/i,
  /\b(?:srun|mpirun|prterun|slurmstepd|orterun): (?:error|fatal)/i,
  /\bNCCL WARN\b/,
];

/** A run's own line about its failure, and where it stands. */
export interface Failure {
  readonly words: string;
  readonly at: EvidencePointer;
}

/** The lines in which a run says why it failed, one of each kind; else the first that it wrote to stderr. */
export function failureLines({ probe, stdout, stderr }: ProbeOutput): Failure[] {
  const lines = [
    ...stdout.split("\n").map((text, index) => ({ text, at: { probe, line: index + 1 } })),
    ...stderr.split("\n").map((text, index) => ({ text, at: { probe, stream: "err" as const, line: index + 1 } })),
  ];
  const said = FAILURES.map((pattern) => lines.find(({ text }) => pattern.test(text))).filter(
    (line) => line !== undefined,
  );
  const failures = [...new Set(said)].map(({ text, at }) => ({ words: excerpt(text.trim()), at }));
  if (failures.length > 0) return failures;
  const words = toolsWords(probe, { stderr });
  return words === undefined ? [] : [words];
}
