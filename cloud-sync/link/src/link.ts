import type { DesiredKind } from '@tillside/protocol';
import { type HubQuestions, hubQuestions } from './ask.ts';
import { backoffMs } from './backoff.ts';
import { type Downlink, startDownlink } from './down/downlink.ts';
import type { DesiredStatus } from './down/statuses.ts';
import type { TrustedSet } from './down/trust.ts';
import { LinkError, type Problem, problem } from './errors.ts';
import type { HttpPort } from './http.ts';
import { LINK_LIMITS, type LinkLimits } from './limits.ts';
import { Freshness, type MemberLane, startMemberLane } from './members.ts';
import { pair } from './pair.ts';
import type {
  Clock,
  CredentialPort,
  DesiredPort,
  HubCredential,
  Log,
  MembersPort,
  OutboxPort,
  Random,
} from './ports.ts';
import { startUplink, type Uplink } from './up/uplink.ts';
import { startWakeListener, type WakeListener } from './wake.ts';

export interface LinkOptions {
  readonly hubUrl: string;
  /** One-time code; needed only until the store is paired. */
  readonly pairingCode?: string | undefined;
  readonly store: string;
  /** The link's own folder: trusted metadata and artifacts. */
  readonly stateDir: string;
  readonly outbox: OutboxPort;
  readonly desired: DesiredPort;
  /** Absent: what changes of members is not asked for. */
  readonly members?: MembersPort | undefined;
  readonly credentials: CredentialPort;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** How often to look without a wake-up, e.g. 30000. */
  readonly pollMs: number;
  readonly fetch?: typeof fetch | undefined;
  readonly limits?: Partial<LinkLimits> | undefined;
}

export interface LinkStatus {
  readonly paired: boolean;
  /** Whether the last exchange with the hub succeeded. */
  readonly connected: boolean;
  /** Whether wake-ups arrive; without them news waits for the poll. */
  readonly listening: boolean;
  readonly lastAckAt?: string;
  readonly lastCheckAt?: string;
  readonly lastError?: Problem;
  /** What HQ signed and this store trusts is good until then; afterwards nothing new is accepted before it is signed anew. */
  readonly trustedUntil?: string;
  readonly desired: Partial<Record<DesiredKind, DesiredStatus>>;
  /** Back-off in progress: ISO time of the next try of each way. */
  readonly waiting: { readonly upUntil?: string; readonly downUntil?: string };
  /** When all that HQ had to tell of members was last known. */
  readonly lastMembersAt?: string;
}

export interface Link {
  /** Returns at once: pairing and syncing go on behind it, and a hub that is down is no error. */
  start(): void;
  /** Ends requests in flight; resolves when nothing runs any more. */
  stop(): Promise<void>;
  /** A new event was committed. Cheap; call it after each commit. */
  nudge(): void;
  /** A till, kiosk or phone of the store was served: the backlog gives way to them for a while. Cheap; call it for each. */
  served(): void;
  status(): LinkStatus;
  /** What a till asks HQ while somebody waits. */
  readonly ask: HubQuestions;
}

interface Running {
  readonly abort: AbortController;
  cancelTimer: () => void;
  work: Promise<void>;
  attempt: number;
  paired: boolean;
  /** Codes work once: a refused one is not tried again. */
  codeRefused: boolean;
  problem: Problem | undefined;
  up: Uplink | undefined;
  down: Downlink | undefined;
  members: MemberLane | undefined;
  wake: WakeListener | undefined;
}

/** The store's side of sync. Needs a started journal behind `outbox`; several links of one store must not run at once. */
export function createLink(options: LinkOptions): Link {
  const { clock, random, log, store, pollMs } = options;
  const limits: LinkLimits = { ...LINK_LIMITS, ...options.limits };
  let running: Running | undefined;

  const freshness = new Freshness((allowed) => options.members?.mayPersonalise(allowed));
  const watched = freshness.watch(options.fetch ?? fetch, () => {
    if (!freshness.isFresh) running?.members?.contact();
  });
  const httpOf = (run: Running): HttpPort => ({
    fetch: watched,
    timeoutMs: limits.requestTimeoutMs,
    stopping: run.abort.signal,
  });
  const credential = async (run: Running): Promise<HubCredential | undefined> => {
    const held = await options.credentials.read();
    if (held !== undefined || options.pairingCode === undefined || run.codeRefused) return held;
    const { hubUrl, pairingCode: code } = options;
    const fresh = await pair({ hubUrl, code, store, http: httpOf(run), limits, nowMs: clock.nowMs() });
    await options.credentials.write(fresh);
    log.info({ hubUrl }, 'paired with the hub');
    return fresh;
  };
  const open = async (run: Running): Promise<void> => {
    const hub = await credential(run);
    if (run.abort.signal.aborted) return;
    if (hub === undefined) throw new LinkError(problem('HUB_NOT_PAIRED'));
    run.paired = true;
    run.codeRefused = false;
    run.problem = undefined;
    const shared = { hub, http: httpOf(run), clock, random, log, pollMs, limits };
    run.up ??= startUplink({ ...shared, store, outbox: options.outbox });
    run.down ??= await startDownlink({ ...shared, stateDir: options.stateDir, desired: options.desired });
    if (options.members !== undefined && !run.abort.signal.aborted)
      run.members ??= startMemberLane({ ...shared, members: options.members, freshness });
    if (run.abort.signal.aborted || hub.mqttUrl === undefined || run.wake !== undefined) return;
    const onWake = (): void => {
      run.down?.check();
      run.members?.check();
    };
    run.wake = startWakeListener(hub.mqttUrl, { store, hub, clock, random, log, limits, onWake });
  };
  const tryOpen = (run: Running): void => {
    run.work = open(run).catch((error: unknown) => {
      if (run.abort.signal.aborted) return;
      const caught = error instanceof LinkError ? error.problem : problem('HUB_NOT_PAIRED', String(error));
      // Why there is no credential says more than that there is none.
      const found = run.codeRefused ? problem('HUB_REFUSED_PAIRING') : caught;
      run.codeRefused ||= caught.code === 'HUB_REFUSED_PAIRING';
      if (found.code !== run.problem?.code) log.warn({ code: found.code, hint: found.hint }, found.message);
      run.problem = found;
      // What could pair us meanwhile is a credential written by other means.
      const patient = found.code === 'HUB_REFUSED_PAIRING' || found.code === 'HUB_NOT_PAIRED';
      run.attempt += 1;
      const delayMs = patient ? limits.backoffCapMs : backoffMs(run.attempt, random(), limits);
      run.cancelTimer = clock.after(delayMs, () => tryOpen(run));
    });
  };

  return {
    start: () => {
      if (running !== undefined) return;
      const run: Running = {
        abort: new AbortController(),
        cancelTimer: () => {},
        work: Promise.resolve(),
        attempt: 0,
        paired: false,
        codeRefused: false,
        problem: undefined,
        up: undefined,
        down: undefined,
        members: undefined,
        wake: undefined,
      };
      running = run;
      freshness.tell();
      tryOpen(run);
    },
    stop: async () => {
      const run = running;
      if (run === undefined) return;
      running = undefined;
      run.abort.abort();
      run.cancelTimer();
      await run.work;
      await Promise.all([run.up?.stop(), run.down?.stop(), run.members?.stop(), run.wake?.stop()]);
    },
    nudge: () => running?.up?.nudge(),
    served: () => running?.up?.served(),
    status: () => statusOf(running),
    ask: hubQuestions({
      hub: () => options.credentials.read(),
      http: {
        fetch: watched,
        timeoutMs: limits.requestTimeoutMs,
        get stopping() {
          return running?.abort.signal ?? AbortSignal.abort();
        },
      },
      nowMs: () => clock.nowMs(),
    }),
  };
}

function statusOf(run: Running | undefined): LinkStatus {
  const up = run?.up?.state();
  const down = run?.down?.state();
  const iso = (ms: number | undefined): string | undefined =>
    ms === undefined ? undefined : new Date(ms).toISOString();
  // Sales come first, also in what is told first.
  const lastError = run?.problem ?? up?.problem ?? down?.problem ?? run?.wake?.problem();
  const spoken = up?.lastAckAtMs !== undefined || down?.lastCheckAtMs !== undefined;
  return {
    paired: run?.paired ?? false,
    connected: spoken && up?.problem === undefined && !lostHub(down?.problem),
    listening: run?.wake?.connected() ?? false,
    desired: down?.desired ?? {},
    waiting: present({
      upUntil: up?.phase === 'resting' ? iso(up.restUntilMs) : undefined,
      downUntil: iso(down?.restUntilMs),
    }),
    ...present({ lastMembersAt: iso(run?.members?.state().lastRoundMs) }),
    ...present({ lastAckAt: iso(up?.lastAckAtMs), lastCheckAt: iso(down?.lastCheckAtMs), lastError }),
    ...present({ trustedUntil: down === undefined ? undefined : firstExpiry(down.trusted) }),
  };
}

/** Of the roles above all others; nothing before the first check. */
function firstExpiry({ root, timestamp, snapshot, targets }: TrustedSet): string | undefined {
  if (timestamp === undefined) return undefined;
  const all = [root, timestamp, snapshot, targets].flatMap((role) => role?.body.expires ?? []);
  return all.reduce((first, expires) => (Date.parse(expires) < Date.parse(first) ? expires : first));
}

const lostHub = (found: Problem | undefined): boolean => found?.code.startsWith('HUB_') === true;

/** Leaves out what is undefined, for exact optional members. */
function present<T extends object>(all: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
