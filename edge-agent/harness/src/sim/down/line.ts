import type { Chance } from '../../random.ts';
import { SECOND_MS } from '../plan.ts';
import type { VirtualTime } from '../time.ts';
import type { SimHq } from './hq.ts';
import type { Attack } from './plan.ts';
import type { DownStore, Reply } from './store.ts';

const TRAVEL_MS = [5, 300] as const;
const TIMEOUT_MS = 15 * SECOND_MS;
/** Answers are whole, mostly: of artifacts this share is cut somewhere on a line that is well. */
const CUT = 0.05;
const CALM_DROP = 0.002;

interface Way {
  cuts: number;
  drops: number[];
  attack: { readonly how: Attack; readonly asOfMs: number } | undefined;
}

/** The way between HQ and each store, and who sits on it. */
export class Line {
  attacked = 0;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #hq: SimHq;
  readonly #ways = new Map<DownStore, Way>();
  #falls = 0;

  constructor({ time, chance, hq }: { time: VirtualTime; chance: Chance; hq: SimHq }) {
    this.#time = time;
    this.#chance = chance;
    this.#hq = hq;
  }

  get isHqDown(): boolean {
    return this.#falls > 0;
  }

  isCutOff(store: DownStore): boolean {
    return this.#way(store).cuts > 0;
  }

  cutOff(store: DownStore): () => void {
    const way = this.#way(store);
    way.cuts += 1;
    return () => {
      way.cuts = Math.max(0, way.cuts - 1);
    };
  }

  worsen(store: DownStore, drop: number): () => void {
    const way = this.#way(store);
    way.drops.push(drop);
    return () => {
      way.drops.splice(way.drops.indexOf(drop), way.drops.includes(drop) ? 1 : 0);
    };
  }

  attack(store: DownStore, how: Attack, asOfMs: number): () => void {
    const way = this.#way(store);
    const attack = { how, asOfMs };
    way.attack = attack;
    return () => {
      if (way.attack === attack) way.attack = undefined;
    };
  }

  fall(): () => void {
    this.#falls += 1;
    return () => {
      this.#falls = Math.max(0, this.#falls - 1);
    };
  }

  mend(): void {
    this.#ways.clear();
    this.#falls = 0;
  }

  /** A file below /repo/; of artifacts, `targets/HASH`, from a byte on. */
  get(store: DownStore, name: string, from: number): Promise<Reply> {
    const { cuts, drops } = this.#way(store);
    const chance = this.#chance;
    const isLost = cuts > 0 || this.isHqDown || chance.happens(Math.max(CALM_DROP, ...drops));
    return new Promise((resolve) => {
      if (isLost) {
        this.#time.after(chance.happens(0.5) ? chance.between(1, 2_000) : TIMEOUT_MS, () =>
          resolve({ failed: 'HUB_UNREACHABLE' }),
        );
        return;
      }
      this.#time.after(chance.between(...TRAVEL_MS), () => resolve(this.#answer(store, name, from)));
    });
  }

  #answer(store: DownStore, name: string, from: number): Reply {
    const chance = this.#chance;
    const { attack } = this.#way(store);
    const isArtifact = name.startsWith('targets/');
    const honest = isArtifact ? this.#hq.artifact(store.name, name.slice('targets/'.length)) : this.#hq.file(name);
    const bytes = attack === undefined ? honest : this.#attacked(attack, name, honest);
    if (attack !== undefined && bytes !== honest) this.attacked += 1;
    if (bytes === undefined) return { status: 404, bytes: Buffer.alloc(0), cut: false };
    if (from > bytes.length) return { status: 416, bytes: Buffer.alloc(0), cut: false };
    // A server may give the whole again.
    const isPart = from > 0 && chance.happens(0.8);
    const rest = isPart ? bytes.subarray(from) : bytes;
    const cut = chance.happens(isArtifact ? CUT * 4 : CUT / 10);
    const sent = cut ? rest.subarray(0, chance.between(0, rest.length)) : rest;
    return { status: isPart ? 206 : 200, bytes: Buffer.from(sent), cut };
  }

  #attacked({ how, asOfMs }: NonNullable<Way['attack']>, name: string, honest: Buffer | undefined): Buffer | undefined {
    const chance = this.#chance;
    const { timestamps, served } = this.#hq;
    const isArtifact = name.startsWith('targets/');
    if (how === 'freeze') {
      if (name === 'timestamp.json') return timestamps.findLast(({ atMs }) => atMs <= asOfMs)?.bytes ?? honest;
      return served.get(name) ?? honest;
    }
    if (chance.happens(0.4)) return honest;
    if (how === 'mix') {
      if (isArtifact) return this.#hq.anyArtifact();
      if (name === 'timestamp.json') return chance.pick(timestamps).bytes;
      const role = name.replace(/^\d+\./, '');
      const alike = [...served].filter(([each]) => each.replace(/^\d+\./, '') === role);
      return alike.length > 0 && chance.happens(0.7) ? chance.pick(alike)[1] : chance.pick([...served.values()]);
    }
    if (honest === undefined || honest.length === 0) return honest;
    const bent = Buffer.from(honest);
    if (chance.happens(0.3)) return bent.subarray(0, chance.between(0, bent.length - 1));
    if (chance.happens(0.2)) return Buffer.concat([bent, Buffer.alloc(chance.between(1, 40), 32)]);
    const at = chance.between(0, bent.length - 1);
    bent[at] = (bent[at] ?? 0) ^ (1 << chance.between(0, 7));
    return bent;
  }

  #way(store: DownStore): Way {
    const known = this.#ways.get(store) ?? { cuts: 0, drops: [], attack: undefined };
    this.#ways.set(store, known);
    return known;
  }
}
