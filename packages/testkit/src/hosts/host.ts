import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { boot, cutPower, reloadSshd, type Boot } from "./boot.ts";
import { putFile, putTool, machinery } from "./disk.ts";
import { makeKey, type SshKey } from "./keys.ts";
import { layBoot, layDisk, type Given } from "./layout.ts";
import { plugIn, unplug, type Port } from "./network.ts";
import { processesByNamespace } from "./processes.ts";
import { assertTool, type FakeTool, type HostSpec } from "./spec.ts";

/** A machine with a network, a disk, tools and an sshd of its own. */
export interface Host {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Pulls the plug: its processes are gone, and whoever talks to it hears nothing more. */
  powerOff(): Promise<void>;
  /** Resolves when its sshd listens. Disk and homes are as they were; /run, /tmp and the tools are new. */
  powerOn(): Promise<void>;
  /** Power off, then on. */
  reboot(): Promise<void>;
  /** Of the run that is on, or of the last one. */
  bootId(): string;
  /** Command lines of processes alive inside the host, its sshd among them; none when it is off. */
  processes(): string[];
  /** From now on it answers with another host key; the farm's known_hosts keeps the old one. */
  replaceHostKey(): Promise<void>;
  /** The public host key it answers with, `ssh-ed25519 AAAA…`. */
  hostKey(): string;
  /** Installs or replaces a tool while the host runs; null takes it away. */
  setTool(name: string, tool: FakeTool | null): void;
}

/** What the farm decides for a host. */
export interface Place {
  spec: HostSpec;
  folder: string;
  port: Port;
  authorized: Given["authorized"];
  openssh: { penalises: boolean };
}

export class NamespaceHost implements Host {
  readonly name: string;
  readonly address: string;
  readonly port = 22;
  readonly #place: Place;
  readonly #tools: Map<string, FakeTool>;
  #key: SshKey;
  #boot: Boot | null = null;
  /** True from being plugged in to the first boot: a network that has been booted in is never used again. */
  #freshNetwork = false;
  #toolVersion = 0;
  #retired = false;
  /** Acts on one host wait for each other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(place: Place) {
    this.#place = place;
    this.name = place.spec.name;
    this.address = place.port.address;
    this.#tools = new Map(Object.entries(place.spec.tools ?? {}));
    this.#key = makeKey(this.name);
    layDisk(place);
  }

  powerOn(): Promise<void> {
    return this.#inTurn(() => this.#start());
  }

  powerOff(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  reboot(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#stop();
      await this.#start();
    });
  }

  bootId(): string {
    return readFileSync(join(this.#place.folder, machinery, "boot_id"), "utf8").trim();
  }

  processes(): string[] {
    if (this.#boot === null) return [];
    return (processesByNamespace("pid").get(this.#boot.namespace) ?? []).map((process) => process.commandLine);
  }

  replaceHostKey(): Promise<void> {
    return this.#inTurn(async () => {
      this.#key = makeKey(this.name);
      if (this.#boot === null) return;
      putFile(this.#place.folder, `${machinery}/host_key`, { content: this.#key.privateFile, mode: 0o600 });
      await reloadSshd(this.#boot);
    });
  }

  hostKey(): string {
    return this.#key.publicLine;
  }

  setTool(name: string, tool: FakeTool | null): void {
    if (tool === null) this.#tools.delete(name);
    else {
      assertTool(name, tool);
      this.#tools.set(name, tool);
    }
    this.#toolVersion += 1;
    putTool(this.#place.folder, name, tool, this.#toolVersion);
  }

  /** Told when the farm has plugged in all hosts at once, which is much cheaper than one by one. */
  pluggedIn(): void {
    this.#freshNetwork = true;
  }

  /** Resolves with the run to end, after the acts that are under way; no act begins after it. */
  async retire(): Promise<Boot | null> {
    this.#retired = true;
    await this.#last;
    const running = this.#boot;
    this.#boot = null;
    return running;
  }

  async #start(): Promise<void> {
    if (this.#boot !== null) return;
    const { folder, spec, port, authorized, openssh } = this.#place;
    const given = {
      folder,
      spec,
      port,
      authorized,
      bootId: randomUUID(),
      hostKey: this.#key.privateFile,
      tools: this.#tools,
    };
    layBoot(given, openssh);
    if (!this.#freshNetwork) {
      await unplug([port.link]);
      await plugIn([port]);
    }
    this.#freshNetwork = false;
    const running = await boot({ folder, name: this.name, link: port.link });
    this.#boot = running;
    // Brought down from inside, it is off like any other.
    const wentDown = (): Promise<void> =>
      this.#inTurn(() => (this.#boot === running ? this.#stop() : Promise.resolve()));
    void running.ended.then(wentDown).catch(() => undefined);
  }

  async #stop(): Promise<void> {
    // The cable first: a dying process must not say goodbye.
    if (this.#boot === null) return;
    await unplug([this.#place.port.link]);
    const running = this.#boot;
    this.#boot = null;
    await cutPower([running]);
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    if (this.#retired) return Promise.reject(new Error(`${this.name}: its farm is closed`));
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
