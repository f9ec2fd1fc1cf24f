import { carryOut, nothingKept, type StepClause } from "./carry-out.ts";
import { at } from "./mishaps.ts";

const crashes: StepClause = {
  title: "resumed after a crash between any two of its calls, it ends as without one and does nothing twice",
  async *faults(subject) {
    const whole = subject.open();
    const { calls } = await carryOut(subject, whole, nothingKept());
    for (const [number, { name }] of calls.entries())
      for (const when of ["before", "after"] as const) {
        const world = subject.open();
        const kept = nothingKept();
        await carryOut(subject, world, kept, at(number, { kind: "crash", when }));
        world.settle?.();
        const { ended } = await carryOut(subject, world, kept);
        const changes = world.changes();
        const crash = `after a crash ${when} ${name} (call ${String(number + 1)})`;
        if (ended !== "already" && !(ended === "person" && changes.length === 0)) yield `${crash} it ended ${ended}`;
        if (changes.length > whole.changes().length) yield `${crash} it changed more: ${changes.join(", ")}`;
      }
  },
};

/** What a step keeps when its worker dies. */
export const crashing: readonly StepClause[] = [crashes];
