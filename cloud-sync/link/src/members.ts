import { ChangesAnswer, type ChangesRequest } from '@tillside/protocol';
import { backoffMs } from './backoff.ts';
import { LinkError, type Problem, problem } from './errors.ts';
import { type HttpPort, networkError, readBody, refusal, send } from './http.ts';
import type { LinkLimits } from './limits.ts';
import type { Clock, HubCredential, Log, MembersPort, Random } from './ports.ts';

/** Changes that one question is answered with. */
const PAGE_CHANGES = 200;
/** Of such a page: records are some hundred bytes, with many lots a few thousand. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** Pages in one round; more follow in the next. */
const MAX_PAGES = 5_000;

const AWAY: ReadonlySet<string> = new Set(['HUB_UNREACHABLE', 'HUB_TIMEOUT']);

/**
 * Whether this store may still go by what it knows of members. While HQ is away it may; from the first answer after that it may not before a round of changes that began
 * later is done: a member may have withdrawn meanwhile.
 */
export class Freshness {
  #linked = false;
  #lost = 0;
  #doneFor = -1;
  #told: boolean | undefined;
  #tell: (mayPersonalise: boolean) => void;

  constructor(tell: (mayPersonalise: boolean) => void) {
    this.#tell = tell;
  }

  /** Tells how it stands, where that is another than what was told last. */
  tell(): void {
    const { mayPersonalise } = this;
    if (mayPersonalise === this.#told) return;
    this.#tell(mayPersonalise);
    this.#told = mayPersonalise;
  }

  /** HQ has answered something. */
  heard(): void {
    this.#linked = true;
    this.tell();
  }

  /** A question stayed without an answer. */
  lost(): void {
    this.#linked = false;
    this.#lost += 1;
    this.tell();
  }

  /** To be handed to `done`, by a round that begins now. */
  begin(): number {
    return this.#lost;
  }

  done(begun: number): void {
    this.#doneFor = begun;
    this.tell();
  }

  get isFresh(): boolean {
    return this.#doneFor === this.#lost;
  }

  get mayPersonalise(): boolean {
    return !this.#linked || this.isFresh;
  }

  /** Every exchange with HQ tells whether there is contact. */
  watch(inner: typeof fetch, heard: () => void): typeof fetch {
    return async (...args) => {
      try {
        const response = await inner(...args);
        this.heard();
        heard();
        return response;
      } catch (error) {
        this.lost();
        throw error;
      }
    };
  }
}

export interface MemberLane {
  /** Something newer may be there: asks now, or once more after the round that runs. */
  check(): void;
  /** HQ has answered something, after it was away: asks now, where it waits for nothing but that. */
  contact(): void;
  state(): { readonly lastRoundMs: number | undefined; readonly problem: Problem | undefined };
  /** Resolves when nothing is in flight; abort `http.stopping` first. */
  stop(): Promise<void>;
}

export interface MemberLaneOptions {
  readonly hub: HubCredential;
  readonly members: MembersPort;
  readonly freshness: Freshness;
  readonly http: HttpPort;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly limits: LinkLimits;
}

/** Hears what changed of members, by rounds: all pages since the cursor. In between it waits for a wake-up, else for up to twice `memberPollMs`, drawn anew each time. */
export function startMemberLane(options: MemberLaneOptions): MemberLane {
  const { clock, random, log, limits, freshness } = options;
  let work: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let attempt = 0;
  let restUntilMs = 0;
  let lastRoundMs: number | undefined;
  let found: Problem | undefined;
  let cancelTimer = (): void => {};

  const wait = (delayMs: number): void => {
    cancelTimer();
    if (!stopped) cancelTimer = clock.after(delayMs, check);
  };
  const ended = (): void => {
    attempt = 0;
    found = undefined;
    lastRoundMs = clock.nowMs();
    wait(1 + Math.floor(random() * 2 * limits.memberPollMs));
  };
  const failed = (error: unknown): void => {
    if (stopped) return;
    const known = error instanceof LinkError ? error : new LinkError(problem('DESIRED_FAILED', String(error)));
    if (known.problem.code !== found?.code)
      log.warn({ code: known.problem.code, hint: known.problem.hint }, known.problem.message);
    found = known.problem;
    attempt += 1;
    const asked = known.retryAfterMs === undefined ? 0 : Math.min(known.retryAfterMs, limits.maxRetryAfterMs);
    const delayMs = Math.max(asked, backoffMs(attempt, random(), limits));
    restUntilMs = asked === 0 ? 0 : clock.nowMs() + asked;
    wait(delayMs);
  };
  const round = async (): Promise<void> => {
    const begun = freshness.begin();
    for (let page = 0; page < MAX_PAGES && !stopped; page += 1) {
      const packVersion = options.members.packVersion();
      const answer = await ask(options, packVersion);
      if (answer === undefined) break;
      await options.members.take(answer, { packVersion });
      if (!answer.more) break;
    }
    if (!stopped) freshness.done(begun);
  };
  function check(): void {
    // A pause that HQ asked for is kept, whoever else knows of news.
    if (stopped || clock.nowMs() < restUntilMs) return;
    if (work !== undefined) {
      again = true;
      return;
    }
    cancelTimer();
    again = false;
    work = round()
      .then(ended, failed)
      .finally(() => {
        work = undefined;
        if (again && found === undefined) check();
      });
  }
  check();
  return {
    check,
    contact: () => {
      if (work === undefined && (found === undefined || AWAY.has(found.code))) check();
    },
    state: () => ({ lastRoundMs, problem: found }),
    stop: async () => {
      stopped = true;
      cancelTimer();
      await work;
    },
  };
}

/** Undefined from a hub that does not know the question yet: it has nothing to tell. */
async function ask(
  { hub, http, members, clock }: MemberLaneOptions,
  packVersion: number,
): Promise<ChangesAnswer | undefined> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${hub.credential}` };
  const request: ChangesRequest = { after: members.cursor(), limit: PAGE_CHANGES };
  const post = (body: ChangesRequest): Promise<Response> =>
    send(http, `${hub.hubUrl}/v1/sync/members/changes`, { method: 'POST', headers, body: JSON.stringify(body) });
  try {
    let response = await post({ ...request, packVersion });
    // A hub of before takes no question that names a pack.
    if (response.status === 400) {
      await response.body?.cancel();
      response = await post(request);
    }
    const bytes = await readBody(response, MAX_PAGE_BYTES, 'HUB_ANSWER_UNREADABLE');
    if (response.status === 404) return undefined;
    if (!response.ok) throw refusal(response, 'HUB_ANSWER_UNREADABLE', clock.nowMs());
    const read = ChangesAnswer.safeParse(jsonOf(bytes));
    if (!read.success) throw new LinkError(problem('HUB_ANSWER_UNREADABLE'));
    return read.data;
  } catch (error) {
    throw networkError(error);
  }
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
