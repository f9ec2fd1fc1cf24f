/** Exit codes of the commands: 0-3 are those of `slipway judge`; 3 is also for every wrong use and unreadable input. */
export const EXIT = { ok: 0, fail: 1, inconclusive: 2, usage: 3, interrupted: 130 } as const;
