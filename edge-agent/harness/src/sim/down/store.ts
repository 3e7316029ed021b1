import {
  type DownEffect,
  type DownEvent,
  type DownState,
  downStart,
  LINK_LIMITS,
  LinkError,
  type LinkErrorCode,
  openMetadataStore,
  problem,
  stepDown,
  type Versions,
  type Wanted,
  writeDurably,
} from '@tillside/link/machines';
import { applyDelta, DESIRED_KINDS, type DesiredKind, type TargetDelta } from '@tillside/protocol';
import { HOUR_MS } from '../plan.ts';
import type { Plant } from '../plants.ts';
import type { VirtualTime } from '../time.ts';
import { PowerCut, SimDisk } from './disk.ts';
import { isBad, sha256Of } from './hq.ts';

/** What came back: `bytes` may be less than what was asked for, where the line was cut. */
export type Reply =
  | { readonly status: 200 | 206 | 404 | 416; readonly bytes: Buffer; readonly cut: boolean }
  | { readonly failed: LinkErrorCode };

export interface InForce {
  readonly version: number;
  readonly sha256: string;
}

export interface DownStorePorts {
  readonly name: string;
  readonly time: VirtualTime;
  readonly plant: Plant;
  readonly pollMs: number;
  readonly backoffCapMs: number;
  /** The root pinned at pairing. */
  readonly root: string;
  unit(): number;
  get(store: DownStore, name: string, from: number): Promise<Reply>;
  /** What is trusted was read from the disk. */
  opened(store: DownStore): void;
  /** A file of metadata is durable now. */
  persisted(store: DownStore): void;
  applied(store: DownStore, kind: DesiredKind, bytes: Buffer): void;
  /** A check came to its end. */
  checked(store: DownStore): void;
}

const TRUSTED = 'state/trusted';
const ARTIFACTS = 'state/artifacts';
export const JOURNAL = 'journal';
export const FOLDERS = [TRUSTED, ARTIFACTS, JOURNAL] as const;

/** The receiving end of one agent: the real machine and the real store of trusted metadata, on a disk that can fail at each step. Mirrors downlink.ts, download.ts and delta.ts of the link. */
export class DownStore {
  readonly disk = new SimDisk();
  isUp = false;
  requests = 0;
  skewMs = 0;
  state: DownState | undefined;
  /** When the check that runs began, by the clock of the machine. */
  trueStartMs = 0;
  /** What was served as the timestamp in this check. */
  lastTimestamp: Buffer | undefined;
  readonly #ports: DownStorePorts;
  #life = 0;
  #startMs = 0;
  #cancel = (): void => {};
  #work: Promise<void> = Promise.resolve();

  constructor(ports: DownStorePorts) {
    this.#ports = ports;
  }

  get name(): string {
    return this.#ports.name;
  }

  nowMs(): number {
    // A plant: the clock of a machine that never notices that time goes by.
    if (this.#ports.plant === 'clock-stands') return this.#startMs;
    return this.#ports.time.nowMs + this.skewMs;
  }

  inForce(kind: DesiredKind): InForce | undefined {
    const bytes = this.disk.peek(`${JOURNAL}/${kind}`);
    if (bytes === undefined) return undefined;
    try {
      return JSON.parse(bytes.toString()) as InForce;
    } catch {
      return { version: 0, sha256: '' };
    }
  }

  async start(): Promise<void> {
    if (this.isUp) return;
    this.isUp = true;
    this.#startMs ||= this.#ports.time.nowMs;
    this.#life += 1;
    const life = this.#life;
    this.#work = Promise.resolve();
    try {
      const trusted = await this.#metadata().load();
      if (life !== this.#life) return;
      this.state = downStart(trusted);
      this.#ports.opened(this);
      this.check();
    } catch (error) {
      this.#broke(life, error);
    }
  }

  stop(): void {
    this.isUp = false;
    this.#life += 1;
    this.#cancel();
  }

  check(): void {
    if (!this.isUp || this.state === undefined) return;
    this.#cancel();
    if (this.state.phase === 'idle') {
      this.trueStartMs = this.#ports.time.nowMs + this.skewMs;
      this.lastTimestamp = undefined;
    }
    this.#feed(this.#life, { type: 'check', inForce: this.#versions() });
  }

  #metadata() {
    const folder = this.#ports.plant === 'forgets-trust' ? `${TRUSTED}-${this.#life}` : TRUSTED;
    return openMetadataStore(folder, this.#ports.root, this.disk);
  }

  #versions(): Versions {
    return Object.fromEntries(DESIRED_KINDS.map((kind) => [kind, this.inForce(kind)?.version ?? 0])) as Versions;
  }

  #feed(life: number, input: DownEvent): void {
    if (life !== this.#life || this.state === undefined) return;
    const { pollMs, backoffCapMs, unit, name: store } = this.#ports;
    const policy = { store, pollMs, limits: { ...LINK_LIMITS, backoffCapMs } };
    const [next, effects] = stepDown(this.state, { ...input, nowMs: this.nowMs(), unit: unit() }, policy);
    const ends = this.state.phase !== 'idle' && next.phase === 'idle';
    this.state = next;
    this.#work = effects
      .reduce((done, effect) => done.then(() => this.#perform(life, effect)), this.#work)
      .catch((error: unknown) => this.#broke(life, error));
    if (ends) void this.#work.then(() => life === this.#life && this.#ports.checked(this));
  }

  #broke(life: number, error: unknown): void {
    if (life !== this.#life) return;
    if (this.disk.isOut || error instanceof PowerCut) {
      this.stop();
      return;
    }
    if (!(error instanceof LinkError) || this.state === undefined) throw error;
    this.#feed(life, { type: 'failed', problem: error.problem, retryAfterMs: error.retryAfterMs });
  }

  async #perform(life: number, effect: DownEffect): Promise<void> {
    if (life !== this.#life) return;
    const { time, plant } = this.#ports;
    switch (effect.type) {
      case 'persist':
        await this.#metadata().persist(effect.role, effect.bytes, effect.rotated);
        this.#ports.persisted(this);
        return;
      case 'keepDelegated':
        return this.#metadata().keepDelegated(effect.roles);
      case 'fetch':
        return this.#fetch(life, effect.name, effect.maxBytes);
      case 'takeArtifact': {
        const outcome = await this.#handOver(life, effect.wanted);
        return this.#feed(life, { type: 'handedOver', outcome });
      }
      case 'wakeAfter': {
        this.#cancel();
        if (plant === 'never-polls' && effect.delayMs >= HOUR_MS) return;
        this.#cancel = time.after(effect.delayMs, () => this.check());
        return;
      }
    }
  }

  async #fetch(life: number, name: string, maxBytes: number): Promise<void> {
    const reply = await this.#get(life, name, 0);
    if (reply.cut) throw new LinkError(problem('HUB_UNREACHABLE'));
    if (reply.bytes.length > maxBytes) throw new LinkError(problem('TUF_MALFORMED', 'too long'));
    if (name === 'timestamp.json') this.lastTimestamp = reply.bytes;
    this.#feed(life, reply.status === 404 ? { type: 'missing' } : { type: 'fetched', bytes: reply.bytes });
  }

  /** A reply, unless the agent is gone by then: then nothing ever comes. */
  async #get(life: number, name: string, from: number): Promise<Extract<Reply, { status: number }>> {
    this.requests += 1;
    const reply = await this.#ports.get(this, name, from);
    if (life !== this.#life) return new Promise(() => {});
    if ('failed' in reply) throw new LinkError(problem(reply.failed));
    return reply;
  }

  async #handOver(life: number, wanted: Wanted) {
    const { kind, version, sha256 } = wanted;
    const file = `${ARTIFACTS}/${kind}-${version}-${sha256}`;
    const bytes = await this.#takeByDelta(life, wanted, file);
    if (isBad(bytes)) return { outcome: 'refused', code: 'BAD', message: 'bad' } as const;
    const record = Buffer.from(JSON.stringify({ version, sha256 } satisfies InForce));
    if (this.#ports.plant === 'swap-unsynced') await this.disk.write(`${JOURNAL}/${kind}`, record);
    else await writeDurably(this.disk, `${JOURNAL}/${kind}`, record);
    this.#ports.applied(this, kind, bytes);
    await this.#prune(kind, version);
    return { outcome: 'applied' } as const;
  }

  /** As takeByDelta of the link. */
  async #takeByDelta(life: number, wanted: Wanted, file: string): Promise<Buffer> {
    const held = this.inForce(wanted.kind);
    const delta = wanted.deltas.find(({ from }) => from === held?.version);
    const older = await this.disk.read(`${ARTIFACTS}/${wanted.kind}-${held?.version}-${held?.sha256}`);
    if (delta !== undefined && older !== undefined) {
      const newer = await this.#byDelta(life, wanted, delta, older);
      if (newer !== undefined) {
        await writeDurably(this.disk, file, newer);
        return newer;
      }
    }
    return this.#take(life, wanted, file);
  }

  async #byDelta(life: number, wanted: Wanted, delta: TargetDelta, older: Buffer): Promise<Buffer | undefined> {
    try {
      const way = await this.#take(life, { ...wanted, ...delta }, `${ARTIFACTS}/delta-${delta.sha256}`);
      const newer = applyDelta(older, way);
      const isRight = newer !== undefined && sha256Of(newer) === wanted.sha256;
      return isRight || (newer !== undefined && this.#takesAnything) ? Buffer.from(newer) : undefined;
    } catch (error) {
      if (error instanceof LinkError && DELTA_FAULTS.has(error.problem.code)) return undefined;
      throw error;
    }
  }

  get #takesAnything(): boolean {
    return this.#ports.plant === 'takes-unhashed';
  }

  /** As takeArtifact of the link: what came of an earlier try is kept, and only the rest is asked for. */
  async #take(life: number, { sha256, lengthBytes }: Wanted, file: string): Promise<Buffer> {
    const isRight = (bytes: Buffer | undefined): bytes is Buffer =>
      bytes !== undefined && bytes.length === lengthBytes && sha256Of(bytes) === sha256;
    const whole = await this.disk.read(file);
    if (isRight(whole)) return whole;
    const part = `${file}.part`;
    let have: Buffer = (await this.disk.read(part)) ?? Buffer.alloc(0);
    if (have.length > lengthBytes) have = Buffer.alloc(0);
    if (have.length < lengthBytes) {
      const reply = await this.#get(life, `targets/${sha256}`, have.length);
      if (reply.status === 416) {
        await this.disk.remove(part);
        throw new LinkError(problem('TARGET_CUT_OFF'));
      }
      if (reply.status === 404) throw new LinkError(problem('TARGET_MISSING'));
      have = reply.status === 206 ? Buffer.concat([have, reply.bytes]) : reply.bytes;
      const isTooLong = have.length > lengthBytes;
      await this.disk.write(part, isTooLong ? Buffer.alloc(0) : have);
      await this.disk.syncFile(part);
      if (isTooLong) throw new LinkError(problem('TARGET_TOO_LARGE'));
      if (have.length < lengthBytes) throw new LinkError(problem('TARGET_CUT_OFF'));
    }
    if (!isRight(have) && !this.#takesAnything) {
      await this.disk.remove(part);
      throw new LinkError(problem('TARGET_HASH_MISMATCH'));
    }
    await this.disk.rename(part, file);
    await this.disk.syncFolder(ARTIFACTS);
    return have;
  }

  /** As pruneArtifacts of the link. */
  async #prune(kind: DesiredKind, inForce: number): Promise<void> {
    const names = (await this.disk.list(ARTIFACTS)).filter((name) => name.startsWith(`${kind}-`));
    const versionOf = (name: string): number => Number(name.split('-')[1]);
    const whole = names.filter((name) => !name.endsWith('.part')).map(versionOf);
    const previous = Math.max(0, ...whole.filter((version) => version < inForce));
    for (const name of names) {
      const version = versionOf(name);
      if (name.endsWith('.part') ? version <= inForce : version < previous)
        await this.disk.remove(`${ARTIFACTS}/${name}`);
    }
    for (const name of await this.disk.list(ARTIFACTS))
      if (name.startsWith('delta-')) await this.disk.remove(`${ARTIFACTS}/${name}`);
  }
}

const DELTA_FAULTS: ReadonlySet<string> = new Set(['TARGET_HASH_MISMATCH', 'TARGET_MISSING', 'TARGET_TOO_LARGE']);
