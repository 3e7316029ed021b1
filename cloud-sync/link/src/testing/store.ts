import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DesiredKind } from '@tillside/protocol';
import { startDownlink } from '../down/downlink.ts';
import type { DownState } from '../down/state.ts';
import { LINK_LIMITS, type LinkLimits } from '../limits.ts';

const QUIET = { debug: () => {}, info: () => {}, warn: () => {} };

/** The down side of one store on a real disk: each check is a start of its own, so that all it knows is what the last one kept. */
export class TestStore {
  readonly id = 'demo';
  folder = '';
  hubUrl = '';
  pinned = '';
  nowMs = Date.now();
  limits: Partial<LinkLimits> = {};
  applied: { kind: DesiredKind; version: number; bytes: Buffer }[] = [];

  /** With `like`, a store that knows and holds all that the other does. */
  async open(hubUrl: string, like?: TestStore): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'tillside-store-'));
    this.hubUrl = hubUrl;
    if (like === undefined) return;
    await cp(like.folder, this.folder, { recursive: true });
    this.pinned = like.pinned;
    this.nowMs = like.nowMs;
    this.applied = [...like.applied];
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** Starts, checks once, stops. */
  async check(): Promise<DownState> {
    const abort = new AbortController();
    let resting: () => void = () => {};
    const rested = new Promise<void>((resolve) => {
      resting = resolve;
    });
    const inForce = (kind: DesiredKind): number =>
      Math.max(0, ...this.applied.filter((one) => one.kind === kind).map(({ version }) => version));
    const link = await startDownlink({
      hub: { hubUrl: this.hubUrl, credential: 'c', root: this.pinned },
      stateDir: this.folder,
      desired: {
        store: this.id,
        currentVersion: inForce,
        apply: async (kind, { version, file }) => {
          this.applied.push({ kind, version, bytes: await readFile(file) });
          return { outcome: 'applied' };
        },
      },
      http: { fetch, timeoutMs: 5_000, stopping: abort.signal },
      // The only timer is the one for the next check: that this one is over.
      clock: {
        nowMs: () => this.nowMs,
        after: () => {
          resting();
          return () => {};
        },
      },
      random: () => 0.5,
      log: QUIET,
      pollMs: 1,
      limits: { ...LINK_LIMITS, ...this.limits },
    });
    await rested;
    const state = link.state();
    abort.abort();
    await link.stop();
    return state;
  }
}
