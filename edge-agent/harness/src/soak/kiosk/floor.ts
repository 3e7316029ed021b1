import { join } from 'node:path';
import { KioskBrowser } from '../../kiosk/browser.ts';
import { diskFindings } from '../../kiosk/disk.ts';
import { Hand } from '../../kiosk/hand.ts';
import { movableClock, setClock } from '../../kiosk/page-clock.ts';
import { createShopper, KIOSK_LANE, type Shopper } from '../../kiosk/shopper.ts';

import type { Ending, Errand } from '../../kiosk/visit.ts';
import type { Finding } from '../../kiosk/watch.ts';
import { KioskWire, type Wire } from '../../kiosk/wire.ts';
import type { Chance } from '../../random.ts';
import type { MeasuredStore } from '../../store/measured-store.ts';
import { faultScript, type KioskFault } from './faults.ts';

/** Sessions between two kills of the agent, and of the browser. */
const AGENT_LIVES = 60;
const BROWSER_LIVES = 150;
/** The longest wait of a page before it tries the agent again is 15 s. */
const BACK_MS = 40_000;
const READY_MS = 30_000;
const HEARD_MS = 2_000;
const HEARD_EVERY_MS = 20;

/** The kiosk and all around it: store, agent, wire and browser, and what breaks them. */
export class KioskFloor {
  readonly seed: number;
  readonly wire: KioskWire;
  readonly counts: Record<string, number> = { sessions: 0, touches: 0, agentKills: 0, browserKills: 0, badWires: 0 };
  #store: MeasuredStore;
  #profile: string;
  #fault: KioskFault;
  #browser: KioskBrowser | undefined;
  #hadCodes = true;
  #phones = new Set<string>();

  constructor(store: MeasuredStore, folder: string, seed: number, fault: KioskFault) {
    this.#store = store;
    this.#profile = join(folder, 'profile');
    this.seed = seed;
    this.#fault = fault;
    this.wire = new KioskWire(store.demo.agentUrl);
  }

  get browser(): KioskBrowser {
    if (this.#browser === undefined) throw new Error('the kiosk is not open');
    return this.#browser;
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.wire.listen();
    await this.#store.openForKiosks(signal);
    this.#hadCodes = await this.#store.sendPhoneCodes(true);
    const code = await this.#store.demo.pairingCode('kiosk', `soak kiosk ${this.seed}`, KIOSK_LANE);
    await this.#start(`#pair=${code}`);
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.wire.close();
    await this.#store.sendPhoneCodes(this.#hadCodes);
  }

  shopper(chance: Chance, place: number): Shopper {
    const shopper = createShopper(this.#store, chance, this.seed, place);
    this.#phones.add(shopper.phone);
    return {
      ...shopper,
      scan: async (code) => {
        await this.#heard();
        await shopper.scan(code);
      },
    };
  }

  /** After an hour that was skipped the page asks for its events anew; nobody holds a code up that fast. */
  async #heard(): Promise<void> {
    if (this.wire.wire !== 'well') return;
    for (let waitedMs = 0; !this.wire.isHeard && waitedMs < HEARD_MS; waitedMs += HEARD_EVERY_MS)
      await new Promise((resolve) => setTimeout(resolve, HEARD_EVERY_MS));
  }

  spoil(wire: Wire): void {
    this.counts.badWires = (this.counts.badWires ?? 0) + 1;
    this.wire.become(wire);
  }

  mend(): void {
    this.wire.become('well');
  }

  /** Whether the attract screen shows offers that can be touched. */
  async isBack(hand: Hand): Promise<boolean> {
    const seen = await hand.see(BACK_MS, ({ targets, screen }) =>
      screen === 'attract' && targets.some(({ look }) => look === 'member') ? true : undefined,
    );
    return seen === true;
  }

  /** The machine's clock is set. */
  async jump(byMs: number): Promise<void> {
    await setClock(this.browser.page, byMs);
  }

  count(errand: Errand, ending: Ending, wire: Wire, touches: number): void {
    for (const [name, by] of [
      ['sessions', 1],
      ['touches', touches],
      [named('did', errand), 1],
      [named('left', ending), 1],
      ...(wire === 'well' ? [] : [[named('wire', wire), 1] as const]),
    ] as const)
      this.counts[name] = (this.counts[name] ?? 0) + by;
  }

  /** Between two shoppers: now and then a kill of the agent, or of the browser. */
  async between(place: number): Promise<Finding[]> {
    if (place % AGENT_LIVES === AGENT_LIVES - 1) {
      this.counts.agentKills = (this.counts.agentKills ?? 0) + 1;
      await this.#store.demo.stopAgent('SIGKILL');
      await this.#store.demo.startAgent();
      if (!(await this.isBack(new Hand(this.browser))))
        return [{ code: 'NOT_BACK', message: 'after the agent restarted' }];
    }
    if (place % BROWSER_LIVES !== BROWSER_LIVES - 1) return [];
    this.counts.browserKills = (this.counts.browserKills ?? 0) + 1;
    await this.browser.kill();
    const findings = this.searchDisk();
    await this.#start('');
    return findings;
  }

  searchDisk(): Finding[] {
    return diskFindings(this.#profile, this.#phones);
  }

  /** The page as new, whatever state it is in. */
  async startOver(): Promise<void> {
    await this.browser.close();
    await this.#start('');
    this.wire.told.take();
  }

  async #start(hash: string): Promise<void> {
    const browser = await KioskBrowser.start({ profile: this.#profile, url: 'about:blank' });
    this.#browser = browser;
    await browser.layOut();
    await browser.paintCoarsely();
    await browser.reduceMotion();
    await browser.page.addInitScript(movableClock);
    const script = faultScript(this.#fault);
    if (script !== undefined) await browser.page.addInitScript(script);
    await browser.page.goto(`${this.wire.url}/kiosk/${hash}`, { timeout: READY_MS });
    const isReady = await new Hand(browser).see(READY_MS, ({ screen }) => (screen === 'attract' ? true : undefined));
    if (isReady === undefined) throw new Error('the kiosk does not open');
  }
}

const named = (before: string, word: string): string =>
  before +
  word
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
