import { join } from 'node:path';
import { DESIRED_KINDS } from '@tillside/protocol';
import { LinkError, problem } from '../errors.ts';
import { type HttpPort, readBody, refusal, send } from '../http.ts';
import type { LinkLimits } from '../limits.ts';
import type { ApplyOutcome, Clock, DesiredPort, HubCredential, Log, Random } from '../ports.ts';
import { clockAheadMs, withClock } from './clock.ts';
import { takeByDelta } from './delta.ts';
import { codeOf, systemDisk } from './disk.ts';
import { pruneArtifacts } from './download.ts';
import { openMetadataStore } from './files.ts';
import { stepDown } from './machine.ts';
import { type DownEffect, type DownEvent, type DownState, downStart } from './state.ts';
import type { Versions, Wanted } from './wanted.ts';

export interface DownlinkOptions {
  readonly hub: HubCredential;
  readonly stateDir: string;
  readonly desired: DesiredPort;
  readonly http: HttpPort;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly pollMs: number;
  readonly limits: LinkLimits;
}

export interface Downlink {
  /** Something newer may be there: check now, or once more after the check that runs. */
  check(): void;
  state(): DownState;
  /** Resolves when nothing is in flight; abort `http.stopping` first. */
  stop(): Promise<void>;
}

/** Loads what is trusted and starts following. Throws a LinkError when the trusted state is damaged. */
export async function startDownlink(options: DownlinkOptions): Promise<Downlink> {
  const { clock, random, log, desired } = options;
  const metadata = openMetadataStore(join(options.stateDir, 'trusted'), options.hub.root, systemDisk);
  const policy = { store: desired.store, pollMs: options.pollMs, limits: options.limits };
  let state = downStart(await metadata.load());
  let stopped = false;
  let aheadMs: number | undefined;
  let cancelTimer = () => {};
  let work: Promise<void> = Promise.resolve();

  const feed = (result: DownEvent): void => {
    if (stopped) return;
    const before = state;
    const [next, effects] = stepDown(state, { ...result, nowMs: clock.nowMs(), unit: random() }, policy);
    state = next;
    report(before, next, log);
    work = effects.reduce((done, effect) => done.then(() => perform(effect)), work).catch(failed);
  };
  const failed = (error: unknown): void => {
    const known = error instanceof LinkError ? error : new LinkError(problem('DESIRED_FAILED', String(error)));
    feed({ type: 'failed', problem: known.problem, retryAfterMs: known.retryAfterMs });
  };
  const check = (): void => {
    cancelTimer();
    let inForce: Versions;
    try {
      inForce = versionsInForce(desired);
    } catch (error) {
      failed(error);
      return;
    }
    feed({ type: 'check', inForce });
  };
  const perform = async (effect: DownEffect): Promise<void> => {
    if (stopped) return;
    switch (effect.type) {
      case 'persist':
        return metadata.persist(effect.role, effect.bytes, effect.rotated).catch(async (error: unknown) => {
          // Trust only what a restart would still trust.
          state = { ...state, trusted: await metadata.load() };
          throw error;
        });
      case 'keepDelegated':
        return metadata.keepDelegated(effect.roles);
      case 'fetch':
        return feed(
          await fetchMetadata(effect.name, effect.maxBytes, options, (date) => {
            aheadMs = clockAheadMs(date, clock.nowMs());
          }),
        );
      case 'takeArtifact':
        return feed({ type: 'handedOver', outcome: await handOver(effect.wanted, options) });
      case 'wakeAfter':
        cancelTimer();
        // A span, not an instant: a clock that is set by years changes nothing.
        cancelTimer = clock.after(effect.delayMs, check);
        return;
    }
  };

  check();
  return {
    check,
    state: () => ({ ...state, problem: withClock(state.problem, aheadMs) }),
    stop: async () => {
      stopped = true;
      cancelTimer();
      await work;
      cancelTimer();
    },
  };
}

function versionsInForce(desired: DesiredPort): Versions {
  return Object.fromEntries(DESIRED_KINDS.map((kind) => [kind, desired.currentVersion(kind)])) as Versions;
}

async function fetchMetadata(
  name: string,
  maxBytes: number,
  options: DownlinkOptions,
  sawDate: (date: string | null) => void,
): Promise<DownEvent> {
  const { hub, http, clock } = options;
  const headers = { authorization: `Bearer ${hub.credential}` };
  const response = await send(http, `${hub.hubUrl}/repo/${name}`, { headers });
  sawDate(response.headers.get('date'));
  const bytes = await readBody(response, maxBytes, 'TUF_MALFORMED');
  if (response.ok) return { type: 'fetched', bytes };
  if (response.status === 404) return { type: 'missing' };
  throw refusal(response, 'TUF_MISSING', clock.nowMs());
}

async function handOver(wanted: Wanted, options: DownlinkOptions): Promise<ApplyOutcome> {
  const { hub, http, clock, desired, limits, log } = options;
  const folder = join(options.stateDir, 'artifacts');
  const timeoutMs = limits.downloadTimeoutMs;
  const { kind, version, sha256 } = wanted;
  const download = { folder, hub, http, timeoutMs, nowMs: clock.nowMs };
  const { file, byDelta, unfit } = await takeByDelta(wanted, desired.currentVersion(kind), download);
  if (unfit !== undefined) log.warn({ code: unfit.code, hint: unfit.hint, kind, version }, unfit.message);
  const outcome = await desired.apply(kind, { version, sha256, file, byDelta });
  // Old files are only untidy: failing to delete them must not undo what was applied.
  await pruneArtifacts(folder, kind, desired.currentVersion(kind)).catch((error: unknown) => {
    log.warn({ code: codeOf(error) }, 'old artifacts could not be deleted');
  });
  return outcome;
}

function report(before: DownState, after: DownState, log: Log): void {
  if (after.problem !== undefined && after.problem.code !== before.problem?.code) {
    log.warn({ code: after.problem.code, hint: after.problem.hint }, after.problem.message);
  }
  for (const kind of DESIRED_KINDS) {
    const status = after.desired[kind];
    if (status === undefined || status.state === before.desired[kind]?.state) continue;
    if (status.state !== 'fetching') log.info({ kind, ...status }, `desired state ${status.state}`);
  }
}
