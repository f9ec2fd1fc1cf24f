import type { ProbeCommand } from "@slipway/plugin-sdk";
import type { Client, ClientChannel } from "ssh2";
import { loginShellCommand, readAnnouncement, readReaper, reaperArgv, shellCommand, withLast } from "../program.ts";
import { CannotStart, runProbe, watchEnd, type Launcher, type RunningProgram } from "../run-probe.ts";
import { hangUp } from "./client.ts";
import { partialReasons, type Connection, type ExecOptions, type ExecResult, type Reached } from "@slipway/plugin-sdk";

const REAP_LIMIT_MS = 15_000;
/** Time limit of the reaper: a login shell that hung for the probe may hang for it too. */
const STUCK_REAP_LIMIT_MS = 4000;

/** A held connection to one host: each probe is one channel of it. */
export class SshConnection implements Connection {
  #lost: string | undefined;
  /** Name of the login shell, once a run has announced it. */
  #loginShell: string | undefined;
  readonly #client: Client;

  readonly reached: Reached;

  /** @param client one that has logged in */
  constructor(client: Client, reached: Reached) {
    this.#client = client;
    this.reached = reached;
    client.on("error", (error) => (this.#lost ??= error.message));
    client.on("close", () => (this.#lost ??= "the host closed the connection"));
  }

  get lost(): string | undefined {
    return this.#lost;
  }

  exec(command: ProbeCommand, options: ExecOptions): Promise<ExecResult> {
    const sudo = options.sudo === true;
    const launcher: Launcher = {
      announced: true,
      announcedBy: (announcement) => (this.#loginShell ??= readAnnouncement(announcement)?.loginShell),
      launch: (nonce) => this.#open(loginShellCommand(command, nonce, sudo, this.#loginShell)),
      reap: (nonce, leader) => this.#reap(nonce, leader, sudo),
    };
    return runProbe(launcher, command, options);
  }

  close(): void {
    this.#lost ??= "closed";
    hangUp(this.#client);
  }

  #open(command: string): Promise<RunningProgram> {
    return new Promise((resolve, reject) => {
      const cannot = (error: Error): void =>
        reject(new CannotStart(this.#lost === undefined ? "channel" : partialReasons.connectionLost, error.message));
      if (this.#lost !== undefined) {
        cannot(new Error(this.#lost));
        return;
      }
      try {
        this.#client.exec(command, (error, channel) => {
          if (error === undefined)
            resolve({ stdout: channel, stderr: channel.stderr, abandon: () => giveUp(channel), ...watchEnd(channel) });
          else setImmediate(cannot, error); // the channels of a lost connection get their events first
        });
      } catch (error) {
        this.#lost ??= (error as Error).message;
        cannot(error as Error);
      }
    });
  }

  async #reap(nonce: string, leader: number | undefined, sudo: boolean): Promise<readonly number[] | undefined> {
    const reaper = await this.#open(shellCommand(reaperArgv(nonce, leader, sudo)));
    let said = "";
    reaper.stdout.on("data", (chunk: Buffer) => (said = withLast(said, chunk)));
    reaper.stderr.resume();
    let limit: NodeJS.Timeout | undefined;
    await Promise.race([
      reaper.closed,
      new Promise((done) => (limit = setTimeout(done, leader === undefined ? STUCK_REAP_LIMIT_MS : REAP_LIMIT_MS))),
    ]);
    clearTimeout(limit);
    reaper.abandon();
    return readReaper(said, nonce);
  }
}

/** Has sshd itself end a login shell that hangs before the probe began: it has no marker for the reaper. */
function giveUp(channel: ClientChannel): void {
  channel.signal("KILL");
  channel.close();
}
