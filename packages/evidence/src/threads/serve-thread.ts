import { parentPort, workerData } from "node:worker_threads";
import type { ThreadSaid } from "./protocol.ts";

/** Answers one question, in any number of parts. */
export type Answer<Ask, Said> = (ask: Ask, say: (said: Said) => void) => Promise<void> | void;

/**
 * The thread's side of a pool: opens what it needs once, then answers questions one after the other.
 *
 * @param open what it rejects with is why the thread cannot be used
 */
export function serveThread<Data, Ask, Said>(open: (data: Data) => Promise<Answer<Ask, Said>>): void {
  // What a check prints is no part of the answer, and a stream that is read keeps the process from ending.
  for (const stream of [process.stdout, process.stderr]) stream.write = () => true;
  const post = (message: ThreadSaid<Said>): void => parentPort?.postMessage(message);
  open(workerData as Data).then(
    (answer) => {
      let turn = Promise.resolve();
      parentPort?.on("message", (ask: Ask) => {
        // What it rejects with ends the thread, for the pool to tell.
        turn = turn.then(async () => {
          await answer(ask, (said) => post({ said }));
          post({ ended: true });
        });
      });
      post({ ready: true });
    },
    (error: unknown) => post({ refused: error instanceof Error ? error.message : String(error) }),
  );
}
