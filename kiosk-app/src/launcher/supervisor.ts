/** Keeps a kiosk's shell running, as a process of the release that is in force, and goes back where a new one does not come up. */
import type { ClockPort, LogPort } from '../main/ports.ts';
import { nextStart, type ReleaseStore } from './release/store.ts';

export interface ShellProcess {
  /** Resolves with what it ended by, such as `exit 1` or `SIGKILL`. */
  readonly ended: Promise<string>;
  /** Ends it; the hard way where `isHung`. */
  stop(isHung: boolean): void;
}

export interface ShellEvents {
  onHealthy(): void;
  onAlive(isAtRest: boolean): void;
}

export interface SupervisorPorts {
  clock: ClockPort;
  log: LogPort;
  releases: Pick<ReleaseStore, 'choose' | 'confirm' | 'fail' | 'read'>;
  /** Starts the shell of a release; null is the one that was installed with this launcher. */
  startShell(version: string | null, events: ShellEvents): ShellProcess;
}

/** A release that has not shown a page that the agent answered by then does not come up. */
export const HEALTH_MS = 90_000;
/** A shell says that it lives every few seconds; opening a page again and again takes it longest. */
export const SILENT_MS = 60_000;
const WATCH_MS = 2_000;
const RESTART_MIN_MS = 250;
const RESTART_MAX_MS = 30_000;
/** After so long without an end, the next restart is quick again. */
const CALM_MS = 60_000;

export class Supervisor {
  readonly #ports: SupervisorPorts;
  readonly #counts = new Map<string, number>();
  #isStopped = false;
  #process: ShellProcess | null = null;

  constructor(ports: SupervisorPorts) {
    this.#ports = ports;
  }

  /** Runs until `stop`. Throws RELEASE_NONE where releases were installed and none of them is whole. */
  async run(): Promise<void> {
    const { clock, releases } = this.#ports;
    let restarts = 0;
    while (!this.#isStopped) {
      const version = await releases.choose();
      if (this.#isStopped) return;
      const startedAt = clock.nowMs();
      this.#say('SHELL_STARTED', version ?? 'as installed');
      const isWanted = await this.#once(version);
      if (this.#isStopped) return;
      restarts = isWanted || clock.nowMs() - startedAt > CALM_MS ? 0 : restarts + 1;
      const delayMs = restarts === 0 ? 0 : Math.min(RESTART_MAX_MS, RESTART_MIN_MS * 2 ** Math.min(restarts - 1, 16));
      await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#process?.stop(false);
  }

  #say(code: string, detail: string): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    this.#ports.log.write({ code, detail, count });
  }

  /** One life of a shell. Resolves to whether its end was wanted, for another release. */
  async #once(version: string | null): Promise<boolean> {
    const { clock, releases } = this.#ports;
    let isHealthy = false;
    let isAtRest = true;
    let isWanted = false;
    let aliveAt = clock.nowMs();
    const isOnTrial = version !== null && releases.read().trying === version;
    const shell = this.#ports.startShell(version, {
      onHealthy: () => {
        if (isHealthy) return;
        isHealthy = true;
        if (!isOnTrial) return;
        releases.confirm();
        this.#say('RELEASE_CONFIRMED', version ?? '');
      },
      onAlive: (isNobodyThere) => {
        aliveAt = clock.nowMs();
        isAtRest = isNobodyThere;
      },
    });
    this.#process = shell;
    const startedAt = clock.nowMs();
    let cancel = (): void => undefined;
    const watch = (): void => {
      const now = clock.nowMs();
      if (now - aliveAt > SILENT_MS) {
        this.#say('SHELL_SILENT', `${SILENT_MS} ms`);
        shell.stop(true);
        return;
      }
      if (isOnTrial && !isHealthy && now - startedAt > HEALTH_MS) {
        releases.fail();
        isWanted = true;
        this.#say('RELEASE_GONE_BACK', version ?? '');
        shell.stop(false);
        return;
      }
      // Somebody installed another one, or went back: it waits until nobody stands there.
      if (isAtRest && (isHealthy || !isOnTrial) && this.#wanted() !== version) {
        isWanted = true;
        shell.stop(false);
        return;
      }
      cancel = clock.after(WATCH_MS, watch);
    };
    cancel = clock.after(WATCH_MS, watch);
    const reason = await shell.ended;
    cancel();
    this.#process = null;
    if (!isWanted && !this.#isStopped) this.#say('SHELL_ENDED', reason);
    return isWanted;
  }

  #wanted(): string | null {
    return nextStart(this.#ports.releases.read()).chosen;
  }
}
