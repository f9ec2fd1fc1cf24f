/** Data or a question that has no answer as it is put; the command line ends with 3 and the message. */
export class StatsInputError extends Error {
  override readonly name = "StatsInputError";
  readonly code = "SLIPWAY_STATS_INPUT";
}
