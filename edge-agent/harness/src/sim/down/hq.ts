import { createHash } from 'node:crypto';
import { createPublisher, type Publisher } from '@tillside/hub/planning';
import type { DesiredRecord, HubStorage, MetadataDoc } from '@tillside/hub/storage';
import { type DesiredKind, makeDelta, type TargetDelta } from '@tillside/protocol';
import type { Chance } from '../../random.ts';
import { MINUTE_MS } from '../plan.ts';

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What an agent refuses when it looks into it. */
const BAD = 'bad\n';
export const isBad = (bytes: Uint8Array): boolean => Buffer.from(bytes).toString('latin1').startsWith(BAD);

const ITEM_LINES = 60;
const MOST_BYTES = 3_000;

export interface HqPorts {
  readonly stores: readonly string[];
  /** Where the keys lie: real files, for the publisher is the real one. */
  readonly keysDir: string;
  readonly chance: Chance;
  nowMs(): number;
}

interface Held {
  docs: Map<string, MetadataDoc[]>;
  floor: number;
  lines: Map<string, string[]>;
  newest: Map<string, number>;
}

/** HQ: the real publisher over a database in memory, what it ever served, and a ledger of what it meant for whom. */
export class SimHq {
  /** All that was ever signed, by the name it is served under; of the timestamp each version in its order. */
  readonly served = new Map<string, Buffer>();
  readonly timestamps: { readonly atMs: number; readonly bytes: Buffer }[] = [];
  readonly #ports: HqPorts;
  readonly #publisher: Publisher;
  /** `store/kind/version` of everything that was ever signed, with its hash. */
  readonly #ledger = new Map<string, string>();
  readonly #artifacts = new Map<string, Buffer>();
  readonly #given = new Map<string, Set<string>>();
  #held: Held = { docs: new Map(), floor: 0, lines: new Map(), newest: new Map() };

  constructor(ports: HqPorts) {
    this.#ports = ports;
    const storage = { desired: this.#desired(), registry: { stores: async () => ports.stores }, turns: ALONE };
    // What the publisher uses of a storage, and no more.
    this.#publisher = createPublisher({
      storage: storage as unknown as HubStorage,
      clock: { now: () => ports.nowMs() },
      keysDir: ports.keysDir,
    });
  }

  maintain(): Promise<void> {
    return this.#publisher.maintain();
  }

  async root(): Promise<string> {
    return JSON.stringify(await this.#publisher.root());
  }

  async publish(kind: DesiredKind, stores: readonly string[], bad: boolean): Promise<void> {
    const artifact = async (store: string, version: number) => {
      const bytes = this.#content(store, kind, bad);
      const sha256 = this.#give(store, bytes);
      const deltas = kind === 'items' ? this.#delta(store, bytes) : [];
      this.#ledger.set(`${store}/${kind}/${version}`, sha256);
      this.#held.newest.set(`${store}/${kind}`, version);
      return { sha256, lengthBytes: bytes.length, deltas };
    };
    await this.#publisher.publish({ kind, stores, origin: 'sim', artifact });
  }

  /** The hash that was signed for a store under a version. */
  signed(store: string, kind: DesiredKind, version: number): string | undefined {
    return this.#ledger.get(`${store}/${kind}/${version}`);
  }

  newest(store: string, kind: DesiredKind): number {
    return this.#held.newest.get(`${store}/${kind}`) ?? 0;
  }

  /** Whether an agent refuses what was signed under a version. */
  isRefused(store: string, kind: DesiredKind, version: number): boolean {
    return isBad(this.#artifacts.get(this.signed(store, kind, version) ?? '') ?? Buffer.alloc(0));
  }

  /** A file below /repo/, as HQ serves it now. */
  file(name: string): Buffer | undefined {
    if (name === 'timestamp.json') return this.timestampNow();
    const [, version, role = ''] = /^(\d+)\.(.+)\.json$/.exec(name) ?? [];
    const doc = this.#held.docs.get(decodeURIComponent(role))?.find((each) => each.version === Number(version));
    return doc && Buffer.from(doc.body);
  }

  timestampNow(): Buffer | undefined {
    const doc = this.#held.docs.get('timestamp')?.at(-1);
    return doc && Buffer.from(doc.body);
  }

  /** An artifact, or a delta to it, for the store that it was given to. */
  artifact(store: string, sha256: string): Buffer | undefined {
    return this.#given.get(store)?.has(sha256) === true ? this.#artifacts.get(sha256) : undefined;
  }

  /** Any artifact of anybody. */
  anyArtifact(): Buffer {
    return this.#ports.chance.pick([...this.#artifacts.values()]);
  }

  /** The database as it is now. Put back it is by the command, which signs on above what stores may have seen. */
  backup(): () => void {
    const copy = (held: Held): Held => ({
      docs: new Map([...held.docs].map(([role, docs]) => [role, [...docs]])),
      floor: held.floor,
      lines: new Map(held.lines),
      newest: new Map(held.newest),
    });
    const then = copy(this.#held);
    return () => {
      this.#held = copy(then);
    };
  }

  /** As `tillside-hub restore` does. */
  raiseFloor(trueMs: number): void {
    this.#held.floor = Math.max(this.#held.floor, Math.floor(trueMs / MINUTE_MS));
  }

  #desired() {
    const newestOf = (role: string): MetadataDoc | null => this.#held.docs.get(role)?.at(-1) ?? null;
    return {
      publish: async ({ docs }: { docs: readonly MetadataDoc[]; desired: readonly DesiredRecord[] }) => {
        for (const doc of docs) {
          const bytes = Buffer.from(doc.body);
          this.#held.docs.set(doc.role, [...(this.#held.docs.get(doc.role) ?? []), doc]);
          if (doc.role === 'timestamp') this.timestamps.push({ atMs: this.#ports.nowMs(), bytes });
          this.served.set(`${doc.version}.${encodeURIComponent(doc.role)}.json`, bytes);
        }
      },
      metadata: async (role: string, version?: number) =>
        version === undefined
          ? newestOf(role)
          : (this.#held.docs.get(role)?.find((doc) => doc.version === version) ?? null),
      versionFloor: async () => this.#held.floor,
    };
  }

  #content(store: string, kind: DesiredKind, bad: boolean): Buffer {
    const { chance } = this.#ports;
    if (kind !== 'items' || bad) {
      const text = `${kind} ${store} ${chance.next()} ${'.'.repeat(chance.between(0, MOST_BYTES))}`;
      return Buffer.from(bad ? `${BAD}${text}` : text);
    }
    const before = this.#held.lines.get(store) ?? Array.from({ length: ITEM_LINES }, (_, sku) => `${1000 + sku} 100`);
    const lines = before.map((line) =>
      chance.happens(0.1) ? `${line.slice(0, 4)} ${chance.between(1, 99_999)}` : line,
    );
    this.#held.lines.set(store, lines);
    return Buffer.from(`${[`0000 ${store} ${chance.next()}`, ...lines].join('\n')}\n`);
  }

  #give(store: string, bytes: Buffer): string {
    const sha256 = sha256Of(bytes);
    this.#artifacts.set(sha256, bytes);
    this.#given.set(store, (this.#given.get(store) ?? new Set()).add(sha256));
    return sha256;
  }

  #delta(store: string, to: Buffer): TargetDelta[] {
    const from = this.newest(store, 'items');
    const older = this.#artifacts.get(this.signed(store, 'items', from) ?? '');
    const delta = older && makeDelta(older, to);
    if (delta === undefined) return [];
    const bytes = Buffer.from(delta);
    return [{ from, sha256: this.#give(store, bytes), lengthBytes: bytes.length }];
  }
}

const ALONE = { alone: <T>(_name: string, work: () => Promise<T>): Promise<T> => work() };
