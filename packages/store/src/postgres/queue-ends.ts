/**
 * Ends jobs in groups: those that end while others are being ended share the next statement and its commit. Jobs are
 * ended queue by queue, because a statement names one.
 */
export class JobEnds<J> {
  readonly #end: (queue: string, jobs: readonly J[]) => Promise<unknown>;
  /** Of each queue, the group that is being ended. */
  readonly #under = new Map<string, Promise<unknown>>();
  /** Of each queue, the group that comes next. */
  readonly #next = new Map<string, { readonly jobs: J[]; readonly ended: Promise<unknown> }>();

  /** @param end ends jobs of one queue; it reports what fails itself, and does not reject */
  constructor(end: (queue: string, jobs: readonly J[]) => Promise<unknown>) {
    this.#end = end;
  }

  /** Resolves when these jobs are ended. */
  async add(queue: string, jobs: readonly J[]): Promise<void> {
    let group = this.#next.get(queue);
    if (group === undefined) {
      const own: J[] = [];
      const ended = (this.#under.get(queue) ?? Promise.resolve()).then(() => {
        this.#next.delete(queue);
        return this.#end(queue, own);
      });
      group = { jobs: own, ended };
      this.#next.set(queue, group);
      this.#under.set(queue, ended);
    }
    group.jobs.push(...jobs);
    await group.ended;
  }
}
