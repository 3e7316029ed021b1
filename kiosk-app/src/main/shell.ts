import type { Gate } from './gate.ts';
import {
  DARK_PATH,
  isKeyBlocked,
  isNavigationAllowed,
  originOf,
  restartDelayMs,
  startAddress,
  WAITING_PATH,
} from './policy.ts';
import type { ClockPort, DeniedCode, DisplayPort, LogPort, PagePort, PageRules } from './ports.ts';

/** How often the page is looked at. */
export const LOOK_MS = 500;
/** A page that says nothing for so long hangs: no work of ours keeps a page busy for a tenth of it. */
export const HANG_MS = 1_500;
/** A page that has just been opened may take longer on a cold disk. */
export const OPENING_MS = 20_000;
/** After so long without a fault, the next one is put right at once again. */
export const CALM_MS = 60_000;
/** How long the screen stays lit outside its hours after a touch, or after the last shopper left. */
export const AWAKE_MS = 120_000;

/** A page that has grown too large is opened anew, but not more often than this. */
export const MEMORY_MS = 600_000;

/** Screens on which nobody is. */
const AT_REST = new Set(['attract', 'pairing']);
/** Screens of the kiosk's page that say that it works. */
const NOT_OURS = new Set(['', 'waiting', 'dark', 'woken']);

export interface ShellPorts {
  page: PagePort;
  clock: ClockPort;
  log: LogPort;
  gate: Pick<Gate, 'hasAgentAnswered'>;
  agent: { isReady(): Promise<boolean> };
  display: DisplayPort;
  /** Whether the store's hours want the screen lit now. */
  isLit: () => boolean;
  /** Called at every look that found the page sound, with whether nobody is there. */
  onLook: (isAtRest: boolean) => void;
}

export interface ShellOptions {
  /** Where the gate is: the custom protocol's origin, or loopback's. */
  origin: string;
  isKiosk: boolean;
  pairingCode: string | null;
  /** With nobody there, a page above it is opened anew. */
  memoryCeilingBytes: number;
}

type Shows = 'nothing' | 'waiting' | 'kiosk' | 'dark';

/** Keeps one page on the screen, locked to the gate, and brings it back from whatever happens to it. */
export class Shell {
  readonly #ports: ShellPorts;
  readonly #options: ShellOptions;
  readonly #counts = new Map<string, number>();
  #shows: Shows = 'nothing';
  #isStopped = false;
  #cancel: (() => void) | null = null;
  #isGone: string | null = null;
  #restarts = 0;
  #calmSince = 0;
  #awakeUntil = 0;
  #isHealthy = false;
  #hasPaired = false;
  #isAtRest = true;

  constructor(ports: ShellPorts, options: ShellOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Opens the page and watches it until `stop`. */
  async start(): Promise<void> {
    await this.#restart(null);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    this.#cancel = null;
    await this.#ports.page.close();
  }

  #say(code: string, detail: string): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    this.#ports.log.write({ code, detail, count });
  }

  #rules(): PageRules {
    return {
      isNavigationAllowed: (address) => isNavigationAllowed(address, this.#options.origin),
      isKeyBlocked: (input) => this.#options.isKiosk && isKeyBlocked(input),
      onDenied: (code: DeniedCode, detail) => this.#say(code, detail),
      onGone: (reason) => {
        this.#isGone = reason;
        if (this.#cancel !== null) this.#next(0);
      },
    };
  }

  #next(delayMs: number): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#isStopped) return;
    this.#cancel = this.#ports.clock.after(delayMs, () => {
      this.#cancel = null;
      void this.#look();
    });
  }

  /** Resolves to undefined when it took longer than `timeoutMs`. */
  async #within<T>(work: Promise<T>, timeoutMs: number): Promise<T | undefined> {
    let cancel = (): void => undefined;
    const late = new Promise<undefined>((resolve) => {
      cancel = this.#ports.clock.after(timeoutMs, () => resolve(undefined));
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      cancel();
    }
  }

  async #look(): Promise<void> {
    try {
      const reason = await this.#fault();
      if (this.#isStopped) return;
      if (reason === null) {
        this.#ports.onLook(this.#isAtRest);
        this.#next(LOOK_MS);
      } else await this.#restart(reason);
    } catch (error) {
      await this.#restart(`SHELL_FAULT ${error instanceof Error ? error.message : ''}`);
    }
  }

  /** Looks at the page once and does what its screen asks for. Resolves to what is wrong with it, or null. */
  async #fault(): Promise<string | null> {
    if (this.#isGone !== null) return `RENDERER_GONE ${this.#isGone}`;
    const { clock, page } = this.#ports;
    const screen = await this.#within(
      page.screen().catch((error: unknown) => ({ error })),
      HANG_MS,
    );
    if (this.#isGone !== null) return `RENDERER_GONE ${this.#isGone}`;
    if (screen === undefined) return `RENDERER_HANGS ${HANG_MS} ms`;
    if (typeof screen !== 'string') return `RENDERER_GONE ${nameOf(screen.error)}`;
    if (clock.nowMs() - this.#calmSince > CALM_MS) this.#restarts = 0;
    switch (this.#shows) {
      case 'kiosk':
        return await this.#ofKiosk(screen);
      case 'dark':
        if (screen === 'woken') this.#awakeUntil = clock.nowMs() + AWAKE_MS;
        if (screen === 'woken' || this.#ports.isLit()) await this.#light();
        return null;
      default:
        if (await this.#ports.agent.isReady()) await this.#show('kiosk');
        return null;
    }
  }

  async #ofKiosk(screen: string): Promise<string | null> {
    const { clock, page, gate, isLit } = this.#ports;
    const now = clock.nowMs();
    if (!this.#isHealthy && !NOT_OURS.has(screen) && gate.hasAgentAnswered) {
      this.#isHealthy = true;
      this.#say('KIOSK_HEALTHY', screen);
    }
    if (NOT_OURS.has(screen)) return now - this.#calmSince > OPENING_MS ? 'PAGE_EMPTY' : null;
    this.#isAtRest = AT_REST.has(screen);
    if (!this.#isAtRest) {
      this.#awakeUntil = now + AWAKE_MS;
      return null;
    }
    if (!isLit() && now >= this.#awakeUntil) {
      await this.#show('dark');
      await this.#ports.display.set(false).catch((error: unknown) => this.#say('DISPLAY_FAULT', nameOf(error)));
      return null;
    }
    if (now - this.#calmSince < MEMORY_MS) return null;
    const bytes = await this.#within(
      page.memoryBytes().catch(() => 0),
      HANG_MS,
    );
    const ceiling = this.#options.memoryCeilingBytes;
    return bytes !== undefined && bytes > ceiling ? `MEMORY_CEILING ${Math.round(bytes / 2 ** 20)} MiB` : null;
  }

  async #light(): Promise<void> {
    await this.#ports.display.set(true).catch((error: unknown) => this.#say('DISPLAY_FAULT', nameOf(error)));
    await this.#show('kiosk');
  }

  async #show(what: Exclude<Shows, 'nothing'>): Promise<void> {
    const { origin, pairingCode } = this.#options;
    // The code works once: what is loaded later goes without it.
    const start = startAddress(origin, this.#hasPaired ? null : pairingCode);
    const address = what === 'kiosk' ? start : `${origin}${what === 'dark' ? DARK_PATH : WAITING_PATH}`;
    await this.#ports.page.load(address);
    if (what === 'kiosk') this.#hasPaired = true;
    this.#shows = what;
    this.#calmSince = this.#ports.clock.nowMs();
  }

  /** `fault` is a code and what is known of it; null at the start. Ends when the page is open again. */
  async #restart(first: string | null): Promise<void> {
    const { clock, page } = this.#ports;
    for (let fault = first; ; ) {
      if (fault !== null) {
        const [code = '', ...detail] = fault.split(' ');
        this.#say(code, detail.join(' '));
        const delayMs = restartDelayMs(this.#restarts);
        this.#restarts += 1;
        await new Promise<void>((resolve) => clock.after(delayMs, resolve));
      }
      if (this.#isStopped) return;
      this.#isGone = null;
      try {
        if (await this.#within(this.#open(), OPENING_MS)) break;
        fault = `PAGE_NOT_OPENED after ${OPENING_MS} ms`;
      } catch (error) {
        fault = `PAGE_NOT_OPENED ${nameOf(error)}`;
      }
    }
    if (this.#isStopped) await page.close();
    else this.#next(LOOK_MS);
  }

  async #open(): Promise<true> {
    const { agent, page } = this.#ports;
    // Asked at once, so that neither waits for the other.
    const [isReady] = await Promise.all([agent.isReady(), page.open(this.#rules())]);
    // A page that has talked to the agent once says by itself, and calmly, when it is away.
    await this.#show(isReady || this.#hasPaired ? 'kiosk' : 'waiting');
    return true;
  }
}

/** What a fault says, without addresses. */
const nameOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .split('\n', 1)[0]
    ?.replace(/\w+:\/\/\S+/g, (found) => originOf(found)) ?? '';
