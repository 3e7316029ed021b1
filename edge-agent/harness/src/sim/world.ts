import { uuidFrom } from '@tillside/link/machines';
import { type Chance, createChance } from '../random.ts';
import { checkSame, type Finding, HubCheck, Violation } from './check.ts';
import { SimHub } from './hub.ts';
import { HubLog } from './hub-log.ts';
import { limitsOf } from './link.ts';
import { Network } from './network.ts';
import { DAY_MS, type Fault, HOUR_MS, MINUTE_MS, type Plan, type Weather } from './plan.ts';
import type { Plant } from './plants.ts';
import { Shop } from './shop.ts';
import { VirtualTime } from './time.ts';

const START_MS = Date.UTC(2024, 2, 1);
/** A hub may ask for a pause of so long, and back-off is shorter. */
const LONGEST_PAUSE_MS = 15 * MINUTE_MS;
/** Requests of a store in an hour: what it sells, and a hub that is down is not asked more often than back-off allows. */
const MOST_REQUESTS_AN_HOUR = 900;

export interface Counts {
  deeds: number;
  stored: number;
  duplicates: number;
  conflicts: number;
  requests: number;
  faults: number;
}

export interface WorldReport {
  readonly counts: Counts;
  readonly failure: { readonly code: Finding; readonly message: string; readonly atDay: number } | undefined;
}

export type Trace = (atMs: number, text: string) => void;

/** Runs one world to its end, or to the first thing that is wrong. The same plan gives the same run, event for event. */
export function runWorld(plan: Plan, plant: Plant, trace: Trace): WorldReport {
  const world = new World(plan, plant, trace);
  try {
    world.run();
    return { counts: world.counts, failure: undefined };
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    const { code, message } = error;
    trace(world.dayMs, `FOUND ${code}: ${message}`);
    return { counts: world.counts, failure: { code, message, atDay: Math.floor(world.dayMs / DAY_MS) } };
  }
}

class World {
  readonly counts: Counts = { deeds: 0, stored: 0, duplicates: 0, conflicts: 0, requests: 0, faults: 0 };
  #plan: Plan;
  #trace: Trace;
  #time = new VirtualTime(START_MS);
  #chance: Chance;
  #log: HubLog;
  #check: HubCheck;
  #hubs: SimHub[];
  #shops: Shop[];
  #weather: Weather;
  #hubSkewMs = 0;
  #isWell = false;
  /** Until when something of a store's way to the hub was not well. */
  #wellSinceMs: number[];

  constructor(plan: Plan, plant: Plant, trace: Trace) {
    this.#plan = plan;
    this.#trace = trace;
    this.#weather = plan.weather;
    this.#chance = createChance(plan.seed);
    this.#log = new HubLog(plant);
    this.#check = new HubCheck(this.#log);
    const time = this.#time;
    this.#hubs = Array.from({ length: plan.hubs }, () => this.#hub());
    const network = new Network({
      time,
      chance: this.#chance.fork(),
      hubs: this.#hubs,
      timeoutMs: 15_000,
      weather: () => this.#weather,
    });
    const limits = limitsOf(plan.backoffCapMs);
    this.#shops = Array.from({ length: plan.stores }, (_, place) => {
      const chance = this.#chance.fork();
      const ids = this.#chance.fork();
      return new Shop({
        ...plan,
        name: `store-${place}`,
        time,
        chance,
        plant,
        limits,
        uuid: () => uuidFrom(ids.next),
        send: (shop, batchId, entries, done) => {
          this.#tell(() => `${shop.name} sends ${entries.length}: ${entries[0]?.stream} ${entries[0]?.seq}..`);
          network.send(shop, batchId, entries, (outcome) => {
            this.#tell(
              () => `${shop.name} is told ${'failed' in outcome ? outcome.failed : JSON.stringify(outcome.ack)}`,
            );
            done(outcome);
          });
        },
      });
    });
    this.#wellSinceMs = this.#shops.map(() => START_MS);
  }

  get dayMs(): number {
    return this.#time.nowMs - START_MS;
  }

  run(): void {
    const time = this.#time;
    for (const shop of this.#shops) shop.open();
    for (const fault of this.#plan.faults) this.#arm(fault);
    const endMs = START_MS + this.#plan.days * DAY_MS;
    for (let hourMs = START_MS + HOUR_MS; hourMs <= endMs; hourMs += HOUR_MS) {
      while (time.step(hourMs));
      this.#hourly();
      if ((hourMs - START_MS) % (7 * DAY_MS) === 0) for (const { name } of this.#shops) this.#check.all(name);
    }
    this.#settleDown(endMs);
  }

  /** Everything is well again, and the shops are open: within the time that is promised the hub has it all. */
  #settleDown(endMs: number): void {
    const time = this.#time;
    this.#isWell = true;
    this.#weather = { drop: 0, duplicate: 0, late: 0, answerLost: 0 };
    for (const hub of this.#hubs) Object.assign(hub, { isUp: true, isBusy: false });
    for (const shop of this.#shops) {
      shop.isCutOff = false;
      shop.hang(false);
      shop.start();
    }
    const drainMs = this.#patienceMs();
    while (time.step(endMs + MINUTE_MS));
    for (const shop of this.#shops) shop.everyStream();
    while (time.step(endMs + drainMs));
    for (const shop of this.#shops) shop.close();
    while (time.step(endMs + 2 * drainMs));
    for (const shop of this.#shops) {
      const waiting = shop.journal.waiting();
      if (waiting > 0) throw new Violation('NO_PROGRESS', `${shop.name}: ${waiting} wait when all is well`);
      this.#check.all(shop.name);
      checkSame(shop, this.#log);
      this.counts.deeds += shop.deeds.length;
      this.counts.requests += shop.requests;
    }
  }

  /** How long what happened may wait where nothing is wrong. */
  #patienceMs(): number {
    return Math.max(LONGEST_PAUSE_MS, this.#plan.backoffCapMs) + this.#plan.pollMs + HOUR_MS;
  }

  #hourly(): void {
    const nowMs = this.#time.nowMs;
    const patienceMs = this.#patienceMs();
    this.#shops.forEach((shop, place) => {
      const asked = shop.requests - (this.#asked.get(shop) ?? 0);
      this.#asked.set(shop, shop.requests);
      if (asked > MOST_REQUESTS_AN_HOUR) throw new Violation('HUB_HAMMERED', `${shop.name}: ${asked} in an hour`);
      const isWell = nowMs - (this.#wellSinceMs[place] ?? nowMs) >= patienceMs;
      const oldestMs = shop.journal.oldestWaitingMs() ?? nowMs;
      if (!isWell || nowMs - oldestMs <= patienceMs) {
        this.#lateSinceMs.delete(shop);
        return;
      }
      // What a hub lost that was put back waits from when the store hears of it.
      const sinceMs = this.#lateSinceMs.get(shop) ?? nowMs;
      this.#lateSinceMs.set(shop, sinceMs);
      if (nowMs - sinceMs > patienceMs)
        throw new Violation('NO_PROGRESS', `${shop.name}: waits for ${Math.round((nowMs - oldestMs) / HOUR_MS)} h`);
    });
  }
  #asked = new Map<Shop, number>();
  #lateSinceMs = new Map<Shop, number>();

  #hub(): SimHub {
    return new SimHub({
      time: this.#time,
      chance: this.#chance.fork(),
      log: this.#log,
      nowMs: () => this.#time.nowMs + this.#hubSkewMs,
      committed: (batch, result) => {
        this.counts.stored += result.stored.length;
        this.counts.duplicates += result.duplicates;
        this.counts.conflicts += result.conflicts.length;
        this.#check.committed(batch, result);
      },
    });
  }

  #arm(fault: Fault): void {
    const time = this.#time;
    const at = (atMs: number, work: () => void): void => {
      time.after(Math.max(0, START_MS + atMs - time.nowMs), work);
    };
    const ends = 'forMs' in fault ? fault.forMs : 0;
    // What is restored later is copied before.
    let restore = (): void => {};
    if (fault.kind === 'hub-restored') at(fault.atMs - fault.ageMs, () => (restore = this.#log.backup()));
    if (fault.kind === 'store-restored')
      at(fault.atMs - fault.ageMs, () => (restore = this.#shop(fault.store).journal.backup()));
    at(fault.atMs, () =>
      this.#when(fault, () => {
        this.#tell(() => JSON.stringify(fault));
        this.counts.faults += 1;
        this.#begin(fault, restore);
        this.#troubled('store' in fault ? fault.store : undefined, ends);
        if ('forMs' in fault) time.after(fault.forMs, () => this.#end(fault));
      }),
    );
  }

  /** Some things go wrong just where it hurts: between a commit and its sync, between a request and its answer. */
  #when(fault: Fault, begin: () => void): void {
    const after = 'afterMs' in fault ? fault.afterMs : 0;
    const soon = (): void => {
      // What lay in wait for a request that never came: all is well by now.
      if (!this.#isWell) this.#time.after(after, begin);
    };
    if (fault.kind === 'power-cut') {
      const shop = this.#shop(fault.store);
      shop.onCommit(() => {
        if (after > 100 && !this.#isWell) shop.hang(true);
        soon();
      });
    } else if (fault.kind === 'hub-falls') this.#hubs[fault.hub]?.onRequest(soon);
    else begin();
  }

  #troubled(store: number | undefined, forMs: number): void {
    const untilMs = this.#time.nowMs + forMs;
    this.#wellSinceMs = this.#wellSinceMs.map((wellMs, place) =>
      store === undefined || store === place ? Math.max(wellMs, untilMs) : wellMs,
    );
  }

  #begin(fault: Fault, restore: () => void): void {
    switch (fault.kind) {
      case 'outage':
        this.#shop(fault.store).isCutOff = true;
        return;
      case 'kill':
      case 'power-cut':
        this.#shop(fault.store).stop(fault.kind === 'power-cut');
        this.#shop(fault.store).hang(false);
        return;
      case 'disk-hangs':
        this.#shop(fault.store).hang(true);
        return;
      case 'storm':
        this.#weather = fault.weather;
        return;
      case 'hub-falls':
        this.#hubs[fault.hub]?.fall();
        return;
      case 'hub-busy':
        Object.assign(this.#hubs[fault.hub] ?? {}, { isBusy: true });
        return;
      case 'hub-restored':
        restore();
        this.#check.restored();
        return;
      case 'store-restored':
        this.#restoreStore(fault, restore);
        return;
      case 'shed':
        this.#shop(fault.store).shed('presence', fault.most);
        return;
      case 'store-clock':
        this.#shop(fault.store).setClock(fault.byMs);
        return;
      case 'hub-clock':
        this.#hubSkewMs = fault.byMs;
        return;
    }
  }

  #restoreStore({ store, announced, forMs }: Extract<Fault, { kind: 'store-restored' }>, restore: () => void): void {
    const shop = this.#shop(store);
    const wasUp = shop.isUp;
    shop.stop(false);
    restore();
    // Who restores by our command says so; who puts back a disk's image says nothing.
    if (announced) shop.journal.openEpoch();
    // A shop with a broken machine may well be without a line for a while.
    shop.isCutOff ||= forMs > 0;
    if (wasUp) shop.start();
  }

  #end(fault: Fault): void {
    this.#tell(() => `${fault.kind} is over`);
    switch (fault.kind) {
      case 'outage':
      case 'store-restored':
        this.#shop(fault.store).isCutOff = false;
        return;
      case 'kill':
      case 'power-cut':
        this.#shop(fault.store).start();
        return;
      case 'disk-hangs':
        this.#shop(fault.store).hang(false);
        return;
      case 'storm':
        this.#weather = this.#plan.weather;
        return;
      case 'hub-falls':
        Object.assign(this.#hubs[fault.hub] ?? {}, { isUp: true });
        return;
      case 'hub-busy':
        Object.assign(this.#hubs[fault.hub] ?? {}, { isBusy: false });
        return;
    }
  }

  #shop(place: number): Shop {
    const shop = this.#shops[place];
    if (shop === undefined) throw new RangeError(`no store ${place}`);
    return shop;
  }

  #tell(text: () => string): void {
    this.#trace(this.dayMs, text());
  }
}
