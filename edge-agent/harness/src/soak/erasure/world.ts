import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readLine } from '@tillside/hub/planning';
import {
  backUp,
  createErasures,
  erasureList,
  erasureSigner,
  type HubStorage,
  openStorage,
  restore,
  verifyProof,
} from '@tillside/hub/storage';
import type { Chance } from '../../random.ts';
import { findPersons } from './search.ts';
import { ErasureStore, type Plant, type Truth } from './store.ts';

export interface ErasureReport {
  readonly counts: Record<string, number>;
  readonly failure: { readonly code: string; readonly message: string } | undefined;
}

const STORES = 3;
const AT = '2024-03-02T01:00:00.000Z';
const BATCH = 50;
const QUIET_ROUNDS = 20;

/** Stores, a real hub storage with its backups, and what people do, from one seed. In the end everybody is online; then nothing of who was erased may be readable anywhere. */
export async function runErasureWorld(at: {
  dir: string;
  chance: Chance;
  steps: number;
  plant: Plant;
}): Promise<ErasureReport> {
  const world = new World(at);
  await world.start();
  try {
    for (let step = 0; step < at.steps; step += 1) await world.step();
    await world.quiet();
    return { counts: world.counts, failure: await world.check() };
  } finally {
    await world.stop();
  }
}

class World {
  readonly counts: Record<string, number> = {};
  readonly #at: { dir: string; chance: Chance; plant: Plant };
  readonly #truth: Truth = { phones: new Map(), keys: new Map(), sold: new Map() };
  readonly #stores: ErasureStore[];
  readonly #erased = new Set<string>();
  /** Real: a storage that is put back goes on from the time that it is. */
  readonly #clock = { now: () => Date.now() };
  readonly #hubBackups: string[] = [];
  #storage!: HubStorage;

  constructor(at: { dir: string; chance: Chance; plant: Plant }) {
    this.#at = at;
    const { dir, chance, plant } = at;
    this.#stores = Array.from({ length: STORES }, (_, number) => {
      const id = `s${number + 1}`;
      return new ErasureStore({ id, dir: join(dir, id), chance, truth: this.#truth, plant });
    });
  }

  get #hubDir(): string {
    return join(this.#at.dir, 'hub');
  }

  async start(): Promise<void> {
    mkdirSync(this.#hubDir, { recursive: true });
    this.#storage = await this.#openHub();
    for (const store of this.#stores) {
      store.start();
      await this.#storage.registry.putStore({ id: store.id, name: store.id, createdAt: AT });
    }
  }

  stop(): Promise<void> {
    return this.#storage.close();
  }

  async step(): Promise<void> {
    const { chance } = this.#at;
    const store = chance.pick(this.#stores);
    const members = store.members;
    const member = members.length === 0 ? null : chance.pick(members);
    const draw = chance.next();
    if (draw < 0.2) this.#count('signUps', store.signUp());
    else if (draw < 0.4) store.openBasket(chance.happens(0.8) ? member : null);
    else if (draw < 0.6) this.#count('sales', store.sell());
    else if (draw < 0.75) await this.#sync(store);
    else if (draw < 0.78) await this.#train();
    else if (draw < 0.82) this.#count('backups', store.backUp());
    else if (draw < 0.85) {
      if (store.restore()) this.#count('restores');
    } else if (draw < 0.92) {
      if (member !== null) await this.#eraseAtHq(member);
    } else if (draw < 0.97) {
      if (member !== null) this.#eraseAt(store, member);
    } else if (draw < 0.99 || this.#hubBackups.length === 0) {
      const to = join(this.#at.dir, 'hub-backups', String(this.#count('hubBackups')));
      const { folder } = await backUp({ dataDir: this.#hubDir, to, withSigningKeys: false }, this.#clock);
      this.#hubBackups.push(folder);
    } else await this.#restoreHub();
  }

  /** HQ's disk is put back to an older day; what stores told it since, they tell again. */
  async #restoreHub(): Promise<void> {
    this.#count('hubRestores');
    await this.#storage.close();
    await restore(this.#at.chance.pick(this.#hubBackups), this.#hubDir, this.#clock);
    this.#storage = await this.#openHub();
    for (const store of this.#stores) store.tellAll();
  }

  #openHub(): Promise<HubStorage> {
    return openStorage({ dataDir: this.#hubDir, storage: { kind: 'sqlite', connections: 1 } });
  }

  /** Everybody is online until nothing is left to say. */
  async quiet(): Promise<void> {
    for (let round = 0; round < QUIET_ROUNDS; round += 1) {
      const before = this.#stores.map(({ outbox, cursor }) => `${outbox.length} ${cursor}`).join();
      for (const store of this.#stores) await this.#sync(store);
      if (round > 1 && before === this.#stores.map(({ outbox, cursor }) => `${outbox.length} ${cursor}`).join()) return;
    }
  }

  async check(): Promise<ErasureReport['failure']> {
    await this.#storage.ping();
    for (const memberId of this.#erased) {
      const proof = await this.#erasures()
        .then((erasures) => erasures.proof(memberId))
        .catch(() => null);
      if (proof === null) return { code: 'ERASURE_LOST', message: memberId };
      const late = verifyProof(proof, undefined).stores.filter(({ confirmedAt }) => confirmedAt === 'waiting');
      if (late.length > 0)
        return { code: 'NOT_CONFIRMED', message: `${memberId} by ${late.map(({ store }) => store).join()}` };
    }
    // Once of what earlier trainings left, once of one that still knows all their sales.
    for (const when of ['before', 'after']) {
      if (when === 'after') await this.#train();
      const left = [...(await this.#storage.members.tastes.of([...this.#erased])).keys()];
      if (left.length > 0) return { code: 'TASTE_LEFT', message: `${left.join()} ${when} the last training` };
    }
    const found = findPersons(this.#at.dir, {
      phones: this.#truth.phones,
      keys: this.#truth.keys,
      erased: this.#erased,
    });
    if (found !== undefined) return found;
    // A sale that both disks lost is nowhere: sums are judged where only stores, or only HQ, were put back.
    const bothLost = (this.counts.hubRestores ?? 0) > 0 && (this.counts.restores ?? 0) > 0;
    return bothLost ? undefined : this.#sums();
  }

  /** Sales and entries of nobody still add up. */
  async #sums(): Promise<ErasureReport['failure']> {
    const sold = [...this.#truth.sold.values()];
    const truth = { fen: sum(sold.map(({ fen }) => fen)), points: sum(sold.map(({ points }) => points)) };
    const days = await this.#storage.reads.salesDays({ limit: 100 });
    const members = await this.#storage.members.ledger.members(null, 100_000);
    const entries = await this.#storage.members.ledger.entriesOf(members);
    const held = {
      fen: sum(days.map(({ payableFen }) => payableFen)),
      points: sum(entries.map(({ points }) => points)),
    };
    if (held.fen === truth.fen && held.points === truth.points) return undefined;
    return { code: 'SUMS_WRONG', message: `sold ${JSON.stringify(truth)}, held ${JSON.stringify(held)}` };
  }

  async #eraseAtHq(memberId: string): Promise<void> {
    const erasures = await this.#erasures();
    const done = await erasures.eraseEverywhere(memberId, 'member', 'asked').then(
      () => true,
      () => false,
    );
    // Who was never heard of at HQ cannot be found there.
    if (!done) return;
    if (this.#stores.some(({ openBaskets }) => openBaskets > 0)) this.#count('withOpenBaskets');
    this.#count('erasedAtHq');
    this.#erased.add(memberId);
  }

  /** What a training says of everybody who ever joined: its sales are older than an erasure that came while it ran. */
  async #train(): Promise<void> {
    const everybody = [...this.#truth.phones.keys()].map((memberId) => ({ memberId, taste: Buffer.from(memberId) }));
    const pages = async function* () {
      yield everybody;
    };
    const modelId = `model-${this.#count('trainings')}`;
    this.counts.tastesHeld = await this.#storage.members.tastes.replaceAll(modelId, pages(), () => AT);
  }

  #eraseAt(store: ErasureStore, memberId: string): void {
    if (store.outbox.length > 0) this.#count('withUnsentEvents');
    this.#count('erasedInStores');
    store.eraseHere(memberId);
    this.#erased.add(memberId);
  }

  async #erasures() {
    const signer = await erasureSigner(join(this.#at.dir, 'hub-keys'));
    const list = erasureList(join(this.#at.dir, 'hub-keys'));
    return createErasures({ storage: this.#storage, clock: this.#clock, signer, list, wake: async () => undefined });
  }

  async #sync(store: ErasureStore): Promise<void> {
    this.#count('syncs');
    const keys = store.toDeposit();
    await this.#storage.keys.put(store.id, keys);
    const texts = store.outbox.slice(0, BATCH);
    const events = texts.map((text) => {
      const read = readLine(text);
      if (!read.ok) throw new Error(read.message);
      return read.event;
    });
    await this.#storage.events.ingest([{ store: store.id, receivedAt: AT, events }]);
    store.acknowledged(
      texts,
      keys.map(({ memberId }) => memberId),
    );
    const { cursor, changes } = await this.#storage.members.feed.since([store.id], store.cursor, BATCH);
    store.hear(changes, cursor);
  }

  #count(name: string, _done?: unknown): number {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    return this.counts[name];
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
