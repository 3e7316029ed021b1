import {
  FoundMember,
  FoundSale,
  HeldPoints,
  type MemberLookup,
  PackKey,
  type PointsHold,
  Released,
  type ReturnClaim,
  type SaleLookup,
  ToldPoints,
  ToldTier,
} from '@tillside/protocol';
import type { z } from 'zod';
import { LinkError, problem } from './errors.ts';
import { type HttpPort, networkError, readBody, refusal, send } from './http.ts';
import type { HubCredential } from './ports.ts';

/** What HQ says no to, other than by not answering. */
export const ASK_REFUSALS = ['HUB_SALE_UNKNOWN', 'HUB_RETURN_TOO_MANY', 'HUB_RETURN_ID_USED'] as const;
export const MEMBER_REFUSALS = ['HUB_MEMBER_UNKNOWN', 'HUB_PACK_KEY_UNKNOWN'] as const;
export type AskRefusal = (typeof ASK_REFUSALS)[number];
export type MemberRefusal = (typeof MEMBER_REFUSALS)[number];
export type Asked<T, Code extends string = AskRefusal> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: Code };

/**
 * Questions that a till waits for, so each is asked once: no back-off, no queue. Rejects with LinkError when HQ can't be asked; what it says no to is in
 * the answer.
 */
export interface HubQuestions {
  findSale(lookup: SaleLookup): Promise<Asked<FoundSale>>;
  /** Idempotent on `returnId`. */
  claimReturn(claim: ReturnClaim): Promise<Asked<FoundSale>>;
  /** Idempotent. */
  releaseReturn(returnId: string): Promise<Asked<{ released: boolean }>>;
  /** A member whom the store does not know; what was shown is neither kept nor logged. */
  findMember(lookup: MemberLookup): Promise<Asked<FoundMember, MemberRefusal>>;
  /** Points for this store alone, as many as there are. Idempotent on `holdId`. */
  holdPoints(hold: PointsHold): Promise<Asked<HeldPoints, MemberRefusal>>;
  /** Idempotent. */
  releaseHold(holdId: string): Promise<Asked<{ released: boolean }>>;
  /** What moved a member's points in all stores, of a member whom this store knows. */
  pointsOf(memberId: string): Promise<Asked<ToldPoints, MemberRefusal>>;
  /** How far a member of this store is on the way to the next tier. */
  tierOf(memberId: string): Promise<Asked<ToldTier, MemberRefusal>>;
  /** The key of the member pack that was signed for this store. */
  packKey(version: number): Promise<Asked<PackKey, MemberRefusal>>;
}

/** A person stands at the till. */
const ASK_TIMEOUT_MS = 5_000;
/** Without an answer a member is served as a guest, whose sale is joined later: not worth a longer wait. */
const FIND_TIMEOUT_MS = 1_500;
/** A member waits to pay; without an answer only what the store may let be spent alone is. */
const HOLD_TIMEOUT_MS = 1_500;
/** Somebody looks at a page; without an answer it has the lines of this store alone. */
const STATEMENT_TIMEOUT_MS = 1_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export interface AskPorts {
  /** The hub as it is paired now; undefined before. */
  hub(): Promise<HubCredential | undefined>;
  readonly http: HttpPort;
  nowMs(): number;
}

export function hubQuestions(ports: AskPorts): HubQuestions {
  const askFor = async <T, Code extends string>(
    path: string,
    body: unknown,
    answer: z.ZodType<T>,
    { refusals, timeoutMs = ASK_TIMEOUT_MS }: { refusals: readonly Code[]; timeoutMs?: number },
  ): Promise<Asked<T, Code>> => {
    const hub = await ports.hub();
    if (hub === undefined) throw new LinkError(problem('HUB_NOT_PAIRED'));
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${hub.credential}` };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await send(ports.http, `${hub.hubUrl}${path}`, init, timeoutMs);
    const bytes = await readBody(response, MAX_ANSWER_BYTES, 'HUB_ANSWER_UNREADABLE');
    const json = jsonOf(bytes);
    if (!response.ok) {
      const code = refusals.find((known) => known === (json as { code?: unknown } | undefined)?.code);
      if (code !== undefined) return { ok: false, code };
      throw refusal(response, 'HUB_ANSWER_UNREADABLE', ports.nowMs());
    }
    const parsed = answer.safeParse(json);
    if (!parsed.success) throw new LinkError(problem('HUB_ANSWER_UNREADABLE'));
    return { ok: true, value: parsed.data };
  };
  const ask = <T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<Asked<T>> =>
    askFor(path, body, answer, { refusals: ASK_REFUSALS });
  const coded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw networkError(error);
    });
  return {
    findSale: (lookup) => coded(ask('/v1/sync/sales/find', lookup, FoundSale)),
    claimReturn: (claim) => coded(ask('/v1/sync/returns/claim', claim, FoundSale)),
    releaseReturn: (returnId) => coded(ask('/v1/sync/returns/release', { returnId }, Released)),
    findMember: (lookup) =>
      coded(
        askFor('/v1/sync/members/find', lookup, FoundMember, { refusals: MEMBER_REFUSALS, timeoutMs: FIND_TIMEOUT_MS }),
      ),
    holdPoints: (hold) =>
      coded(
        askFor('/v1/sync/points/hold', hold, HeldPoints, { refusals: MEMBER_REFUSALS, timeoutMs: HOLD_TIMEOUT_MS }),
      ),
    releaseHold: (holdId) => coded(ask('/v1/sync/points/release', { holdId }, Released)),
    pointsOf: (memberId) =>
      coded(
        askFor('/v1/sync/points/statement', { memberId }, ToldPoints, {
          refusals: MEMBER_REFUSALS,
          timeoutMs: STATEMENT_TIMEOUT_MS,
        }),
      ),
    tierOf: (memberId) =>
      coded(
        askFor('/v1/sync/members/tier', { memberId }, ToldTier, {
          refusals: MEMBER_REFUSALS,
          timeoutMs: STATEMENT_TIMEOUT_MS,
        }),
      ),
    packKey: (version) =>
      coded(askFor('/v1/sync/members/pack-key', { version }, PackKey, { refusals: MEMBER_REFUSALS })),
  };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
