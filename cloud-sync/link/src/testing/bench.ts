import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { batchText, type DesiredKind, type Envelope, fitBatch } from '@tillside/protocol';
import { expect, vi } from 'vitest';
import { createLink, type Link, type LinkOptions } from '../link.ts';
import {
  type ApplyOutcome,
  type BatchAnswer,
  type HubCredential,
  type OutboxPort,
  type Settled,
  type StreamConflict,
  systemClock,
} from '../ports.ts';
import { TestHub } from './hub.ts';
import { desiredTarget, TestRepo, type TestTarget } from './repo.ts';

export const STORE = 'demo';
const quiet = { debug: () => {}, info: () => {}, warn: () => {} };
export const soon = { timeout: 8000, interval: 5 };

/** An outbox in memory that trims by the protocol's rule. */
export class Outbox implements OutboxPort {
  rows: Envelope[] = [];
  keys: { memberId: string; key: string }[] = [];
  conflicts: StreamConflict[] = [];
  aside: Envelope[] = [];
  readonly #flying = new Map<string, Envelope[]>();
  async next(batchId: string, limit: { events: number; bytes: number }) {
    const flying = new Set([...this.#flying.values()].flat());
    const rows = this.rows.filter((row) => !flying.has(row));
    const texts = rows.map((row) => JSON.stringify(row));
    const events = fitBatch(texts, limit);
    if (events === 0) return undefined;
    this.#flying.set(batchId, rows.slice(0, events));
    return { events, body: gzipSync(batchText({ batchId, store: STORE }, texts.slice(0, events))) };
  }
  async settle(batchId: string, { acks, conflicts, refused = [] }: BatchAnswer): Promise<Settled> {
    const mine = this.#flying.get(batchId) ?? [];
    this.release(batchId);
    const aside = refused.flatMap(({ index }) => mine[index] ?? []);
    this.aside.push(...aside);
    const before = this.rows.length;
    this.rows = this.rows.filter(
      (row) =>
        !aside.includes(row) &&
        !acks.some(
          ({ stream, epoch, contiguousSeq, ranges }) =>
            stream === row.stream &&
            epoch === row.epoch &&
            (row.seq <= contiguousSeq || ranges.some(([from, to]) => from <= row.seq && row.seq <= to)),
        ),
    );
    if (conflicts.length > 0) {
      this.conflicts.push(...conflicts);
      this.rows = this.rows.map((row) => ({ ...row, epoch: '11111111-1111-4111-8111-111111111111' }));
    }
    return { settled: before - this.rows.length + conflicts.length, aside: aside.length };
  }
  async setAside(batchId: string): Promise<Settled> {
    const mine = this.#flying.get(batchId) ?? [];
    this.release(batchId);
    this.aside.push(...mine);
    this.rows = this.rows.filter((row) => !mine.includes(row));
    return { settled: mine.length, aside: mine.length };
  }
  release(batchId: string): void {
    this.#flying.delete(batchId);
  }
  async keysToDeposit(limit: number) {
    return this.keys.slice(0, limit);
  }
  async keysDeposited(memberIds: readonly string[]): Promise<void> {
    this.keys = this.keys.filter(({ memberId }) => !memberIds.includes(memberId));
  }
}

/** One store and one hub on loopback, with everything a test may want to turn. */
export class Bench {
  readonly repo = new TestRepo(Date.now());
  readonly hub = new TestHub(this.repo);
  readonly outbox = new Outbox();
  folder = '';
  hubUrl = '';
  held: HubCredential | undefined;
  applied: { kind: DesiredKind; version: number; content: Buffer }[] = [];
  answer: ApplyOutcome = { outcome: 'applied' };
  skewMs = 0;
  readonly #links: Link[] = [];

  async open(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'tillside-link-'));
    this.repo.publishRoot();
    this.repo.publish([]);
    this.hubUrl = await this.hub.listen();
  }

  async close(): Promise<void> {
    await Promise.all(this.#links.splice(0).map((link) => link.stop()));
    await this.hub.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  inForce(kind: DesiredKind): number {
    return Math.max(0, ...this.applied.filter((one) => one.kind === kind).map(({ version }) => version));
  }

  start(more: Partial<LinkOptions> = {}): Link {
    const link = createLink({
      hubUrl: this.hubUrl,
      pairingCode: 'ABCD-1234',
      store: STORE,
      stateDir: this.folder,
      outbox: this.outbox,
      desired: {
        store: STORE,
        currentVersion: (kind) => this.inForce(kind),
        apply: async (kind, { version, file }) => {
          if (this.answer.outcome === 'applied') this.applied.push({ kind, version, content: await readFile(file) });
          return this.answer;
        },
      },
      credentials: {
        read: async () => this.held,
        write: async (credential) => {
          this.held = credential;
        },
      },
      clock: { ...systemClock, nowMs: () => Date.now() + this.skewMs },
      // Batch ids are made of it, so it must not repeat itself.
      random: Math.random,
      log: quiet,
      pollMs: 40,
      limits: { backoffBaseMs: 20, backoffCapMs: 60 },
      ...more,
    });
    this.#links.push(link);
    link.start();
    return link;
  }

  /** Waits until campaigns of this version are in force. */
  async applies(link: Link, version: number): Promise<Link> {
    await vi.waitFor(() => expect(this.inForce('campaigns')).toBe(version), soon);
    return link;
  }
}

export const says = (link: Link, code: string): Promise<void> =>
  vi.waitFor(() => expect(link.status().lastError?.code).toBe(code), soon);
export const checked = (link: Link): Promise<void> =>
  vi.waitFor(() => expect(link.status().lastCheckAt).toBeDefined(), soon);
export const campaigns = (version: number, text = `set ${version}`): TestTarget =>
  desiredTarget(STORE, 'campaigns', version, Buffer.from(text));
