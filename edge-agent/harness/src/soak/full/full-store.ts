import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_ERRORS, CallError, callAgent } from '@tillside/agent-contract';
import { businessDateNow } from '@tillside/demo';
import { createLogger, parseConfig, type RunningAgent, startAgent } from '@tillside/edge-agent';
import type { Journal } from '@tillside/edge-agent/journal';
import { HarnessError } from '../../errors.ts';
import { readImage } from '../../fault/power-cut.ts';
import type { SoakFailure } from '../../output/schema.ts';
import type { Chance } from '../../random.ts';
import { until } from '../../store/measured-store.ts';
import { audit, readHeld } from '../crash/audit.ts';
import { bringGoods, GOODS, itemFile, pairTerminal } from '../crash/goods.ts';
import type { CrashHub } from '../crash/hub.ts';
import { CrashLedger } from '../crash/ledger.ts';
import { CrashTerminal } from '../crash/terminal.ts';

const TERMINALS = 4;
const OTHER_ITEMS = 400;
/** What is left when the room is taken: a few commits' worth, or none. */
const LEFT_BYTES = [0, 400_000] as const;
/** Refusals that are waited for before the room comes back. */
const REFUSALS = [3, 40] as const;
/** Answers of a store with room, before the next time without. */
const ANSWERS = [5, 60] as const;
/** Of each wait. A machine that does much else may be slow; what waits longer is stuck. */
const TIMEOUT_MS = 300_000;

/** What runs out. */
export interface Room {
  /** Of the agent. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Takes all the room but about so many bytes. */
  take(journal: Journal, left: number): void;
  giveBack(journal: Journal): void;
}

export interface FullStoreOptions {
  readonly id: string;
  readonly root: string;
  /** Where copies are looked at: not on the disk that has no room. */
  readonly scratch: string;
  readonly hub: CrashHub;
  readonly room: Room;
  readonly chance: Chance;
  readonly failures: SoakFailure[];
  readonly signal: AbortSignal;
}

/** A store that sells, imports and syncs, and runs out of room again and again. Its agent runs in this process: whatever it throws aside from an answer ends the soak. */
export class FullStore {
  readonly #options: FullStoreOptions;
  readonly #ledger: CrashLedger;
  readonly counts = { timesFull: 0, refusals: 0, unanswered: 0, imports: 0, importsRefused: 0, sales: 0, events: 0 };
  #agent: RunningAgent | undefined;
  #admin = { url: '', credential: '' };
  #works: Promise<void>[] = [];
  #answered = 0;
  /** The code of the last refusal. */
  #refused = 'none';
  #isOver = false;

  constructor(options: FullStoreOptions) {
    this.#options = options;
    this.#ledger = new CrashLedger(options.failures);
  }

  async start(): Promise<void> {
    const { id, root, hub, room, chance, signal } = this.#options;
    mkdirSync(root, { recursive: true });
    const config = parseConfig({
      version: 1,
      storeId: id,
      storeName: { zh: id, en: id },
      dataDir: join(root, 'data'),
      port: 0,
      hub: { url: hub.url, pairingCode: await hub.addStore(id) },
      logLevel: 'silent',
      ...room.config,
    });
    this.#agent = await startAgent(config, { log: createLogger(config) });
    const { url } = this.#agent;
    this.#admin = { url, credential: readFileSync(join(config.dataDir, 'secrets', 'admin.token'), 'utf8') };
    await bringGoods(this.#admin);
    const ports = {
      ledger: this.#ledger,
      skus: GOODS,
      businessDate: businessDateNow(),
      place: () => ({ log: 0, bytes: 0 }),
      up: () => Promise.resolve(),
      passes: (refusal: CallError) => this.#passes(refusal),
      answered: () => {
        this.#answered += 1;
      },
    };
    for (let n = 1; n <= TERMINALS; n++) {
      const terminal = new CrashTerminal(`t${n}`, await pairTerminal(this.#admin, `t${n}`, `${n}`), ports);
      this.#works.push(terminal.work(chance.fork(), () => this.#isOver || signal.aborted));
    }
  }

  /** Once: sells a while, runs out of room, is refused, has room again and goes on, an import beside it. */
  async fill(): Promise<void> {
    const { chance, room, failures } = this.#options;
    await this.#reached(() => this.#answered, chance.between(...ANSWERS), 'answers');
    const importing = this.#import(chance.between(1, 9_999));
    room.take(this.#journal(), chance.between(...LEFT_BYTES));
    this.counts.timesFull += 1;
    await this.#reached(() => this.counts.refusals, chance.between(...REFUSALS), 'refusals');
    // A small write that still finds room takes the condition away until the next refusal.
    await this.#until('its status says that it is full', async () =>
      (await callAgent(this.#admin, 'status', {})).conditions.some(({ code }) => code === 'STORAGE_FULL')
        ? true
        : undefined,
    );
    room.giveBack(this.#journal());
    let isImported = false;
    const ended = (): void => {
      isImported = true;
    };
    importing.then(ended, ended);
    await this.#until('the import ends once there is room', async () => isImported || undefined);
    if (failures.length === 0) await this.#reached(() => this.#answered, 1, 'answers with room again');
  }

  /** Lets the terminals and the hub end, and compares. */
  async end(): Promise<void> {
    const { id, root, scratch, hub, failures } = this.#options;
    this.#isOver = true;
    let areDone = false;
    void Promise.all(this.#works).then(() => {
      areDone = true;
    });
    await this.#until('every terminal ends its sale', async () => areDone || undefined);
    await this.#until('the hub has every event', async () =>
      failures.length > 0 || (await callAgent(this.#admin, 'status', {})).sync.waiting === 0 ? true : undefined,
    );
    await this.close();
    const held = readHeld(readImage(join(root, 'data')), id, scratch);
    audit(held, id, this.#ledger, { acknowledged: this.#ledger.acknowledged, mayBeTrimmed: true });
    if (held.sales.length !== this.#ledger.acknowledged.length)
      this.#ledger.fail('SALE_TWICE', `${held.sales.length} sales, ${this.#ledger.acknowledged.length} answers`);
    this.counts.sales = held.sales.length;
    if (failures.length === 0) this.counts.events = await hub.compare(id, held, this.#ledger);
  }

  async close(): Promise<void> {
    this.#isOver = true;
    const agent = this.#agent;
    this.#agent = undefined;
    await agent?.stop();
  }

  #journal(): Journal {
    if (this.#agent === undefined) throw new Error('the store does not run');
    return this.#agent.app.journal;
  }

  /** Every refusal is STORAGE_FULL, with its hint in the language that was asked for. */
  #passes({ status, code, body }: CallError): boolean {
    // Nobody answered in time: asked again, as a till does. An agent that never answers again ends a wait above.
    if (status === 0) {
      this.counts.unanswered += 1;
      return true;
    }
    this.#refused = code;
    if (code !== 'STORAGE_FULL') return false;
    this.counts.refusals += 1;
    const { hint } = AGENT_ERRORS.STORAGE_FULL;
    if (status !== 507 || ![hint.zh, hint.en].includes(body.hint))
      this.#ledger.fail('HINT_MISSING', `${status} ${body.message} ${body.hint}`);
    return true;
  }

  async #import(priceFen: number): Promise<void> {
    const { signal } = this.#options;
    this.counts.imports += 1;
    for (;;) {
      try {
        await bringGoods(this.#admin, itemFile(OTHER_ITEMS, priceFen));
        return;
      } catch (error) {
        if (!(error instanceof CallError) || !this.#passes(error)) {
          this.#ledger.fail('IMPORT_REFUSED', String(error));
          return;
        }
        if (error.status !== 0) this.counts.importsRefused += 1;
        signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async #reached(count: () => number, more: number, what: string): Promise<void> {
    const { failures } = this.#options;
    const from = count();
    await this.#until(`${more} ${what}`, async () => count() - from >= more || failures.length > 0 || undefined);
  }

  /** A wait that ends without what it waits for says where the store stood. */
  async #until(what: string, ask: () => Promise<true | undefined>): Promise<void> {
    const { id, signal } = this.#options;
    const { timesFull, refusals } = this.counts;
    const place = `${id}, ${timesFull} times full, ${this.#answered} answers and ${refusals} refusals before`;
    await until(`${what} (${place})`, TIMEOUT_MS, signal, ask).catch((error: unknown) => {
      const now = `now ${this.#answered} answers and ${this.counts.refusals} refusals, the last ${this.#refused}`;
      throw error instanceof HarnessError ? new HarnessError(error.code, `${error.message}; ${now}`) : error;
    });
  }
}
