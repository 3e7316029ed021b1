import type { DesiredKind } from '@tillside/protocol';
import { type Chance, createChance } from '../../random.ts';
import { Violation } from '../check.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../plan.ts';
import type { Plant } from '../plants.ts';
import { VirtualTime } from '../time.ts';
import type { Trace, WorldReport } from '../world.ts';
import { DownCheck } from './check.ts';
import { SimHq } from './hq.ts';
import { Line } from './line.ts';
import type { DownFault, DownPlan } from './plan.ts';
import { DownStore, FOLDERS, JOURNAL } from './store.ts';

const START_MS = Date.UTC(2024, 2, 1);
/** As a hub signs again what ages. */
const MAINTAIN_EVERY_MS = 6 * HOUR_MS;
const MOST_REQUESTS_AN_HOUR = 4_000;
const REPORT = { published: 0, applied: 0, attacked: 0, downRequests: 0, downFaults: 0, trusted: 0 };
export type DownCounts = typeof REPORT;

/** Runs HQ's side of a world to its end, or to the first thing that is wrong. `keysDir`: where HQ's keys lie, made at the first need. */
export async function runDownWorld(
  plan: DownPlan,
  { plant, keysDir, trace }: { plant: Plant; keysDir: string; trace: Trace },
): Promise<Omit<WorldReport, 'counts'> & { counts: DownCounts }> {
  const world = new DownWorld(plan, plant, keysDir, trace);
  try {
    await world.run();
    return { counts: world.counts, failure: undefined };
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    const { code, message } = error;
    trace(world.dayMs, `FOUND ${code}: ${message}`);
    return { counts: world.counts, failure: { code, message, atDay: Math.floor(world.dayMs / DAY_MS) } };
  }
}

class DownWorld {
  readonly counts: DownCounts = { ...REPORT };
  readonly #plan: DownPlan;
  readonly #plant: Plant;
  readonly #trace: Trace;
  readonly #time = new VirtualTime(START_MS);
  readonly #chance: Chance;
  readonly #hq: SimHq;
  readonly #line: Line;
  readonly #check: DownCheck;
  #stores: DownStore[] = [];
  /** Work that takes turns of its own, done before time goes on. */
  #turns: (() => Promise<void>)[] = [];
  #hqSkewMs = 0;
  #isSilent = false;
  #asked = new Map<DownStore, number>();

  constructor(plan: DownPlan, plant: Plant, keysDir: string, trace: Trace) {
    this.#plan = plan;
    this.#plant = plant;
    this.#trace = trace;
    this.#chance = createChance(plan.seed);
    this.#hq = new SimHq({
      stores: Array.from({ length: plan.stores }, (_, place) => `store-${place}`),
      keysDir,
      chance: this.#chance.fork(),
      nowMs: () => this.#time.nowMs + this.#hqSkewMs,
    });
    this.#line = new Line({ time: this.#time, chance: this.#chance.fork(), hq: this.#hq });
    this.#check = new DownCheck({ time: this.#time, hq: this.#hq, patienceMs: this.#patienceMs() });
  }

  get dayMs(): number {
    return this.#time.nowMs - START_MS;
  }

  async run(): Promise<void> {
    const time = this.#time;
    await this.#hq.maintain();
    const root = await this.#hq.root();
    this.#stores = Array.from({ length: this.#plan.stores }, (_, place) => this.#store(place, root));
    for (const store of this.#stores) await store.start();
    for (const { atMs, kind, stores, isBad } of this.#plan.publishings)
      time.after(atMs, () => this.#turns.push(() => this.#publish(kind, stores, isBad)));
    for (const fault of this.#plan.faults) this.#arm(fault);
    const upkeep = (): void => {
      time.after(MAINTAIN_EVERY_MS, upkeep);
      this.#turns.push(() => this.#maintain());
    };
    upkeep();
    const endMs = START_MS + this.#plan.days * DAY_MS;
    for (let hourMs = START_MS + HOUR_MS; hourMs <= endMs; hourMs += HOUR_MS) {
      await this.#until(hourMs);
      this.#hourly();
    }
    await this.#settleDown(endMs);
  }

  async #until(untilMs: number): Promise<void> {
    for (;;) {
      await this.#quiet();
      if (!this.#time.step(untilMs)) return;
    }
  }

  /** Nothing is left to do at this instant: promises have their turn, and HQ's work its own. */
  async #quiet(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const work = this.#turns.shift();
      this.#check.rethrow();
      if (work === undefined) return;
      await work();
    }
  }

  async #settleDown(endMs: number): Promise<void> {
    this.#line.mend();
    this.#hqSkewMs = 0;
    this.#isSilent = false;
    for (const store of this.#stores) {
      store.skewMs = 0;
      if (store.disk.isOut) store.disk.restart(true);
      await store.start();
    }
    await this.#maintain();
    const quietMs = this.#patienceMs() + HOUR_MS;
    await this.#until(endMs + quietMs);
    for (const store of this.#stores) {
      this.#check.newest(store, START_MS + this.#plan.days * DAY_MS + 1);
      this.counts.downRequests += store.requests;
    }
    this.counts.attacked += this.#line.attacked;
  }

  /** How long HQ's state may be under way where nothing is wrong. */
  #patienceMs(): number {
    return this.#plan.pollMs + 2 * this.#plan.backoffCapMs + MAINTAIN_EVERY_MS + HOUR_MS;
  }

  #hourly(): void {
    for (const store of this.#stores) {
      const asked = store.requests - (this.#asked.get(store) ?? 0);
      this.#asked.set(store, store.requests);
      if (asked > MOST_REQUESTS_AN_HOUR) throw new Violation('HUB_HAMMERED', `${store.name}: ${asked} in an hour`);
      this.#check.hourly(store);
    }
  }

  async #maintain(): Promise<void> {
    if (this.#isSilent || this.#line.isHqDown) return;
    await this.#hq.maintain();
  }

  async #publish(kind: DesiredKind, places: readonly number[], isBad: boolean): Promise<void> {
    if (this.#isSilent || this.#line.isHqDown) return;
    const stores = places.flatMap((place) => this.#stores[place] ?? []);
    await this.#hq.publish(
      kind,
      stores.map(({ name }) => name),
      isBad,
    );
    this.counts.published += stores.length;
    this.#tell(() => `HQ publishes ${kind} to ${stores.map((store) => this.#versionAt(store, kind)).join(', ')}`);
    for (const store of stores) {
      this.#check.published(store, kind);
      // A wake-up may be lost, late or come twice.
      const copies = this.#chance.pick([0, 1, 1, 1, 2]);
      for (let copy = 0; copy < copies; copy += 1) {
        const delayMs = this.#chance.happens(0.2) ? this.#chance.between(0, 3 * HOUR_MS) : this.#chance.between(1, 200);
        this.#time.after(delayMs, () => {
          if (!this.#line.isCutOff(store)) store.check();
        });
      }
    }
  }

  #versionAt(store: DownStore, kind: DesiredKind): string {
    return `${store.name} ${this.#hq.newest(store.name, kind)}`;
  }

  #store(place: number, root: string): DownStore {
    const chance = this.#chance.fork();
    const { pollMs, backoffCapMs } = this.#plan;
    return new DownStore({
      name: `store-${place}`,
      time: this.#time,
      plant: this.#plant,
      pollMs,
      backoffCapMs,
      root,
      unit: () => chance.next(),
      get: (store, name, from) => this.#line.get(store, name, from),
      opened: (store) => this.#check.guard(() => this.#check.opened(store)),
      persisted: (store) => {
        this.counts.trusted += 1;
        this.#check.guard(() => this.#check.persisted(store));
      },
      applied: (store, kind, bytes) => {
        this.counts.applied += 1;
        this.#tell(() => `${store.name} applies ${kind} ${store.inForce(kind)?.version}`);
        this.#check.guard(() => this.#check.applied(store, kind, bytes));
      },
      checked: (store) => {
        this.#tell(() => `${store.name} checked: ${store.state?.problem?.code ?? 'well'}`);
        this.#check.guard(() => this.#check.checked(store));
      },
    });
  }

  #arm(fault: DownFault): void {
    const time = this.#time;
    const at = (atMs: number, work: () => void): void => {
      time.after(Math.max(0, START_MS + atMs - time.nowMs), work);
    };
    let restore = (): void => {};
    if (fault.kind === 'hq-restored') at(fault.atMs - fault.ageMs, () => (restore = this.#hq.backup()));
    if (fault.kind === 'store-restored')
      at(fault.atMs - fault.ageMs, () => {
        const folders = fault.what === 'disk' ? FOLDERS : [JOURNAL];
        restore = this.#at(fault.store).disk.backup(folders);
      });
    at(fault.atMs, () => {
      this.#tell(() => JSON.stringify(fault));
      this.counts.downFaults += 1;
      const end = this.#begin(fault, restore);
      const forMs = 'forMs' in fault ? fault.forMs : 0;
      const whose = 'store' in fault ? [this.#at(fault.store)] : this.#stores;
      for (const store of whose) this.#check.troubled(store, time.nowMs + forMs);
      time.after(forMs, () => {
        this.#tell(() => `${fault.kind} is over`);
        end();
      });
    });
  }

  /** Makes it happen; what is given back ends it. */
  #begin(fault: DownFault, restore: () => void): () => void {
    const line = this.#line;
    switch (fault.kind) {
      case 'outage':
        return line.cutOff(this.#at(fault.store));
      case 'bad-line':
        return line.worsen(this.#at(fault.store), fault.drop);
      case 'attack':
        return line.attack(this.#at(fault.store), fault.attack, this.#time.nowMs - fault.ageMs);
      case 'hq-falls':
        return line.fall();
      case 'kill': {
        const store = this.#at(fault.store);
        store.stop();
        return () => this.#turns.push(() => store.start());
      }
      case 'power-cut':
        return this.#cutPower(fault);
      case 'hq-silent':
        this.#isSilent = true;
        return () => {
          this.#isSilent = false;
          this.#turns.push(() => this.#maintain());
        };
      case 'hq-restored':
        restore();
        this.#hq.raiseFloor(this.#time.nowMs);
        this.#turns.push(() => this.#maintain());
        return () => {};
      case 'store-restored': {
        const store = this.#at(fault.store);
        store.stop();
        restore();
        this.#check.restored(store);
        this.#turns.push(() => store.start());
        return () => {};
      }
      case 'store-clock': {
        const store = this.#at(fault.store);
        store.skewMs = fault.byMs;
        return () => {
          store.skewMs = 0;
        };
      }
      case 'hq-clock':
        this.#hqSkewMs = fault.byMs;
        return () => {
          this.#hqSkewMs = 0;
          this.#turns.push(() => this.#maintain());
        };
    }
  }

  #cutPower({ store: place, steps, lose, forMs }: Extract<DownFault, { kind: 'power-cut' }>): () => void {
    const store = this.#at(place);
    store.disk.cutAfter = steps;
    store.check();
    return () => {
      // It may not have written so much.
      store.disk.isOut = true;
      store.stop();
      store.disk.restart(lose);
      this.#check.troubled(store, this.#time.nowMs + Math.min(forMs, MINUTE_MS));
      this.#time.after(SECOND_MS, () => this.#turns.push(() => store.start()));
    };
  }

  #at(place: number): DownStore {
    const store = this.#stores[place];
    if (store === undefined) throw new RangeError(`no store ${place}`);
    return store;
  }

  #tell(text: () => string): void {
    this.#trace(this.dayMs, text());
  }
}
