import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CallError, callAgent } from '@tillside/agent-contract';
import { businessDateNow } from '@tillside/demo';
import { type Image, readImage } from '../../fault/power-cut.ts';
import type { SoakFailure } from '../../output/schema.ts';
import type { Chance } from '../../random.ts';
import { until } from '../../store/measured-store.ts';
import { audit, type Held, readHeld } from './audit.ts';
import { FaultyDisk } from './disk.ts';
import { bringGoods, GOODS, pairTerminal } from './goods.ts';
import type { CrashHub } from './hub.ts';
import { type Acknowledged, CrashLedger, type Place } from './ledger.ts';
import { StandbyAgent } from './standby.ts';
import { CrashTerminal } from './terminal.ts';

const TERMINALS = 4;
/** Answers between two crashes, all terminals together. */
const ANSWERS = [3, 60] as const;
/** The crash comes so long after the last of them, at most. */
const MAX_DELAY_MS = 12;
/** How often the crash comes while the agent starts, and how late. */
const AT_START = 0.15;
const START_MS = 250;
const HUB_CRASHES = 0.03;
/** How often the power is cut where a process under the fault layer ends; else it was only killed, and what it did not sync is in the system's memory still. */
const POWER_CUTS = 0.8;
const ANSWERS_TIMEOUT_MS = 300_000;
const DRAIN_TIMEOUT_MS = 300_000;
const TO_ITS_END = new AbortController().signal;

export interface CrashStoreOptions {
  readonly id: string;
  /** A folder of its own. */
  readonly root: string;
  readonly port: number;
  readonly hub: CrashHub;
  readonly chance: Chance;
  readonly failures: SoakFailure[];
  /** False: the control, whose agent waits for no disk. */
  readonly waits: boolean;
  /** The fault layer's library; undefined: crashes are kills only, on the real disk. */
  readonly library: string | undefined;
  /** Power cuts that are looked at within the log of each process, beside the one that the store goes on from. */
  readonly points: number;
  /** Ends the life of a store after its next crash; all is compared as ever. */
  readonly signal: AbortSignal;
}

interface Gate {
  readonly passed: Promise<void>;
  open(): void;
}

function gate(): Gate {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One store through many crashes: set up once, then killed or cut off again and again while its terminals sell. */
export class CrashStore {
  readonly #options: CrashStoreOptions;
  readonly #dir: string;
  readonly #config: string;
  readonly #ledger: CrashLedger;
  #disk: FaultyDisk | undefined;
  #terminals: CrashTerminal[] = [];
  readonly #agents = new Set<StandbyAgent>();
  #up = gate();
  #answered = 0;
  #isOver = false;
  readonly counts = { kills: 0, powerCuts: 0, pointsChecked: 0, sales: 0, events: 0, retries: 0 };

  constructor(options: CrashStoreOptions) {
    this.#options = options;
    this.#dir = join(options.root, 'data');
    this.#config = join(options.root, 'agent.json');
    this.#ledger = new CrashLedger(options.failures);
  }

  /** Pairs the store and its terminals and brings it goods. Not yet under the fault layer: what is set up here is durable. */
  async setUp(): Promise<void> {
    const { id, root, hub, port, library } = this.#options;
    mkdirSync(root, { recursive: true });
    const pairingCode = await hub.addStore(id);
    const config = {
      version: 1,
      storeId: id,
      storeName: { zh: id, en: id },
      dataDir: this.#dir,
      port,
      hub: { url: hub.url, pairingCode },
      logLevel: 'silent',
    };
    writeFileSync(this.#config, JSON.stringify(config));
    const agent = this.#spawn(undefined);
    const url = await agent.go();
    const admin = { url, credential: readFileSync(join(this.#dir, 'secrets', 'admin.token'), 'utf8') };
    await bringGoods(admin);
    const ports = {
      ledger: this.#ledger,
      skus: GOODS,
      businessDate: businessDateNow(),
      place: (): Place => this.#disk?.place() ?? { log: 0, bytes: 0 },
      up: () => this.#up.passed,
      passes: ({ status, code }: CallError) => status === 0 || code === 'NOT_READY',
      answered: () => {
        this.#answered += 1;
      },
    };
    for (let n = 1; n <= TERMINALS; n++) {
      const name = `t${n}`;
      this.#terminals.push(new CrashTerminal(name, await pairTerminal(admin, name, `${n}`), ports));
    }
    await agent.end('SIGTERM');
    if (library !== undefined) this.#disk = new FaultyDisk({ dir: this.#dir, root, library });
  }

  /** Crashes so many times while it sells; then lets the terminals end, the hub hear all, and compares. `ticked` is told of each crash. */
  async live(crashes: number, ticked: () => void): Promise<void> {
    const { chance, signal } = this.#options;
    const works = this.#terminals.map((terminal) => terminal.work(chance.fork(), () => this.#isOver));
    let log = this.#disk?.newLog();
    let next = this.#spawn(log);
    for (let n = 0; n < crashes && !signal.aborted; n++) {
      const [agent, itsLog] = [next, log];
      log = this.#disk?.newLog();
      if (itsLog !== undefined) this.#disk?.begins(itsLog);
      const started = agent.go();
      next = this.#spawn(log);
      await this.#crash(agent, started);
      this.#agents.delete(agent);
      if (this.#options.failures.length > 0) return;
      ticked();
    }
    if (log !== undefined) this.#disk?.begins(log);
    await this.#end(next, works);
  }

  async #crash(agent: StandbyAgent, started: Promise<string>): Promise<void> {
    const { chance } = this.#options;
    if (chance.happens(AT_START)) {
      started.catch(() => undefined);
      await later(chance.next() * START_MS);
    } else {
      await this.#sell(started);
      // The one before is open; who waits at a closed one waits on.
      this.#up = gate();
    }
    await agent.end('SIGKILL');
    this.counts.kills += 1;
    if (this.#disk === undefined) this.#audit(readImage(this.#dir), this.#ledger.acknowledged);
    else this.#play(this.#disk);
  }

  /** Until so many calls are answered, and a little longer. */
  async #sell(started: Promise<string>): Promise<void> {
    const { chance, hub, failures, id } = this.#options;
    const from = this.#answered;
    await started;
    this.#up.open();
    const hubCrash = chance.happens(HUB_CRASHES) ? hub.crash() : undefined;
    const wanted = chance.between(...ANSWERS);
    await until(`${wanted} answers of ${id}`, ANSWERS_TIMEOUT_MS, TO_ITS_END, async () =>
      this.#answered - from >= wanted || failures.length > 0 ? true : undefined,
    );
    await later(chance.next() * MAX_DELAY_MS);
    await hubCrash;
  }

  /** What power cuts would have left at some places of what the process did, above all where a terminal had just been answered; then what the last one leaves. */
  #play(disk: FaultyDisk): void {
    const { chance, points } = this.#options;
    const { log } = disk.place();
    const answers = this.#ledger.acknowledged.flatMap(({ at }) => (at?.log === log ? [at.bytes] : []));
    const half = Math.ceil(points / 2);
    disk.played(new Set(chance.sample(answers, half)), points - half, chance, (image, place) => {
      this.counts.pointsChecked += 1;
      this.#audit(image, this.#ledger.by(place));
    });
    if (!chance.happens(POWER_CUTS)) return;
    const image = disk.cut(chance);
    this.counts.powerCuts += 1;
    this.#ledger.cut();
    this.#audit(image, this.#ledger.acknowledged);
  }

  #audit(image: Image, acknowledged: readonly Acknowledged[]): Held | undefined {
    const { id, root } = this.#options;
    try {
      const held = readHeld(image, id, root);
      audit(held, id, this.#ledger, { acknowledged, mayBeTrimmed: false });
      return held;
    } catch (error) {
      this.#ledger.fail('STORE_LOST', `${id} does not open: ${(error as Error).message}`);
      return undefined;
    }
  }

  async #end(agent: StandbyAgent, works: Promise<void>[]): Promise<void> {
    const { id, hub, failures } = this.#options;
    const url = await agent.go();
    this.#isOver = true;
    this.#up.open();
    await Promise.all(works);
    const admin = { url, credential: readFileSync(join(this.#dir, 'secrets', 'admin.token'), 'utf8') };
    if (failures.length === 0)
      await until('the hub has every event', DRAIN_TIMEOUT_MS, TO_ITS_END, async () =>
        (await callAgent(admin, 'status', {})).sync.waiting === 0 ? true : undefined,
      ).catch((error: Error) => this.#ledger.fail('EVENTS_NOT_ACKNOWLEDGED', `${id}: ${error.message}`));
    await agent.end('SIGTERM');
    const held = this.#audit(readImage(this.#dir), this.#ledger.acknowledged);
    if (held === undefined || failures.length > 0) return;
    if (held.sales.length !== this.#ledger.acknowledged.length)
      this.#ledger.fail('SALE_TWICE', `${held.sales.length} sales, ${this.#ledger.acknowledged.length} answers`);
    if (new Set(held.events.map(({ epoch }) => epoch)).size > 1)
      this.#ledger.fail('EPOCH_CHANGED', `${id}: the hub knew events that the store had lost`);
    this.counts.events = await hub.compare(id, held, this.#ledger);
    this.counts.sales = held.sales.length;
    this.counts.retries = this.#ledger.retries;
  }

  #spawn(log: string | undefined): StandbyAgent {
    const { waits } = this.#options;
    const environment = log === undefined ? {} : (this.#disk?.environment(log) ?? {});
    const agent = StandbyAgent.spawn(this.#config, waits, environment);
    this.#agents.add(agent);
    return agent;
  }

  /** Leaves no process behind. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#up.open();
    await Promise.all([...this.#agents].map((agent) => agent.end('SIGKILL')));
  }
}
