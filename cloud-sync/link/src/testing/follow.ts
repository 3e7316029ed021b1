import { DESIRED_KINDS } from '@tillside/protocol';
import type { DiskPort } from '../down/disk.ts';
import { type MetadataStore, openMetadataStore } from '../down/files.ts';
import { stepDown } from '../down/machine.ts';
import { type DownEffect, type DownEvent, type DownState, downStart } from '../down/state.ts';
import type { Versions } from '../down/wanted.ts';
import { LINK_LIMITS } from '../limits.ts';

export const TRUST_FOLDER = '/state/trusted';
/** What a repository serves: the bytes below /repo/, or nothing. */
export type Serves = (name: string) => Buffer | undefined;

export interface Followed {
  readonly state: DownState;
  /** What the agent was asked to put in force. */
  readonly handed: readonly { kind: string; version: number }[];
  readonly asked: readonly string[];
}

/** One check by the real state machine and the real store of trusted metadata, over a disk and a repository given by the test; no network, no waiting. */
export async function follow(options: {
  readonly disk: DiskPort;
  readonly pinned: string;
  readonly store: string;
  readonly serve: Serves;
  readonly nowMs: number;
  readonly inForce?: Partial<Versions>;
}): Promise<Followed> {
  const metadata: MetadataStore = openMetadataStore(TRUST_FOLDER, options.pinned, options.disk);
  const policy = { store: options.store, pollMs: 1, limits: LINK_LIMITS };
  let state = downStart(await metadata.load());
  const effects: DownEffect[] = [];
  const handed: { kind: string; version: number }[] = [];
  const asked: string[] = [];
  const feed = (event: DownEvent): void => {
    const [next, more] = stepDown(state, { ...event, nowMs: options.nowMs, unit: 0.5 }, policy);
    state = next;
    effects.push(...more);
  };
  const none = Object.fromEntries(DESIRED_KINDS.map((kind) => [kind, 0])) as Versions;
  feed({ type: 'check', inForce: { ...none, ...options.inForce } });
  for (let effect = effects.shift(); effect !== undefined; effect = effects.shift()) {
    if (effect.type === 'persist') await metadata.persist(effect.role, effect.bytes, effect.rotated);
    else if (effect.type === 'keepDelegated') await metadata.keepDelegated(effect.roles);
    else if (effect.type === 'takeArtifact') {
      const { kind, version } = effect.wanted;
      handed.push({ kind, version });
      feed({ type: 'handedOver', outcome: { outcome: 'applied' } });
    } else if (effect.type === 'fetch') {
      asked.push(effect.name);
      const bytes = options.serve(effect.name);
      feed(bytes === undefined ? { type: 'missing' } : { type: 'fetched', bytes });
    }
  }
  return { state, handed, asked };
}
