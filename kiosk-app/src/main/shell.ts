import { isKeyBlocked, isNavigationAllowed, reloadDelayMs, startAddress, waitingPage } from './policy.ts';
import type { ClockPort, LogPort, PagePort } from './ports.ts';
import type { ShellSettings } from './settings.ts';

export interface ShellPorts {
  page: PagePort;
  clock: ClockPort;
  log: LogPort;
}

/** Keeps one page on the screen: locked to the agent, and brought back when agent or renderer come back. */
export class Shell {
  readonly #ports: ShellPorts;
  readonly #settings: ShellSettings;
  #attempt = 0;
  #isStopped = false;
  #cancel: (() => void) | null = null;
  /** The code works once: later loads go without it. */
  #hasLoaded = false;

  constructor(ports: ShellPorts, settings: ShellSettings) {
    this.#ports = ports;
    this.#settings = settings;
  }

  /** Sets every rule before the first byte is loaded. */
  async start(): Promise<void> {
    const { page, log } = this.#ports;
    page.decidePermissions((permission) => {
      log.write({ code: 'PERMISSION_DENIED', detail: permission });
      return false;
    });
    page.decideWindowOpen(() => false);
    page.denyDownloads();
    page.onAttachWebview((event) => event.preventDefault());
    page.onNavigate((event, address) => {
      if (isNavigationAllowed(address, this.#settings)) return;
      event.preventDefault();
      log.write({ code: 'NAVIGATION_DENIED', detail: URL.canParse(address) ? new URL(address).origin : 'unreadable' });
    });
    page.onKey((event, input) => {
      if (this.#settings.isKiosk && isKeyBlocked(input)) event.preventDefault();
    });
    page.onGone((reason) => {
      log.write({ code: 'RENDERER_GONE', detail: reason });
      this.#again();
    });
    await this.#load();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  async #load(): Promise<void> {
    const { page, log } = this.#ports;
    const settings = this.#hasLoaded ? { ...this.#settings, pairingCode: null } : this.#settings;
    try {
      await page.load(startAddress(settings));
      this.#attempt = 0;
      this.#hasLoaded = true;
    } catch (error) {
      if (this.#isStopped) return;
      log.write({ code: 'AGENT_AWAY', detail: error instanceof Error ? error.name : 'unknown' });
      if (this.#attempt === 0) await page.load(waitingPage()).catch(() => undefined);
      this.#again();
    }
  }

  #again(): void {
    if (this.#isStopped || this.#cancel !== null) return;
    const delayMs = reloadDelayMs(this.#attempt);
    this.#attempt += 1;
    this.#cancel = this.#ports.clock.after(delayMs, () => {
      this.#cancel = null;
      void this.#load();
    });
  }
}
