import { createHash } from 'node:crypto';
import { type NotApplied, type RankDraws, SHOWN_LOOK_BACK_MS, shownEnough } from '@tillside/decide';
import type { Reader } from '../journal/index.ts';
import type { Member } from '../members/members.ts';
import { instantOf } from '../ports.ts';
import { type Exposure, exposuresOfVisit, shownToMember } from './exposures.ts';
import { heldBackSkus } from './held-back.ts';

const UINT32 = 2 ** 32;
const UINT32_BYTES = 4;

/** Who asks, and for what. */
export interface Asked {
  readonly member: Member | undefined;
  readonly basketSkus: readonly string[];
  readonly basketId?: string;
  readonly channel: 'till' | 'kiosk';
  readonly limit: number;
  /** The stay at a kiosk. */
  readonly stay?: string;
  /** Whole years that somebody has checked of this shopper. */
  readonly provenAge?: number | undefined;
  /** Savings of the basket that are one step away. Asked for after the model has answered: meanwhile the basket is decided. */
  readonly unlocks?: () => readonly Pick<NotApplied, 'unlock'>[];
  /** Nothing that was only trained is remembered or told. */
  readonly training?: boolean;
}

/** What was asked, with what the journal knows that bears on the answer. */
export interface Question {
  /** The same for the same basket and shopper: an answer to it again is no new answer. */
  readonly asked: string;
  /** A basket, or a stay at the kiosk. */
  readonly visit: string | undefined;
  /** The last answer to this same question. */
  readonly before: Exposure | undefined;
  readonly excluded: readonly string[];
}

/** `memberId`: of who agreed to be known here; for anybody else only this visit's own answers count, and of them those that were for anybody. */
export function questionOf(
  reader: Reader,
  ask: Pick<Asked, 'basketId' | 'basketSkus' | 'stay'>,
  memberId: string | undefined,
  atMs: number,
): Question {
  const { basketId, basketSkus, stay } = ask;
  // The word of a stay opens its member's page: only a hash of it is kept.
  const visit = basketId ?? (stay === undefined ? undefined : hashOf(stay));
  const asked = hashOf(JSON.stringify([memberId ?? null, [...new Set(basketSkus)].sort()]));
  const ofVisit = visit === undefined ? [] : exposuresOfVisit(reader, visit, memberId);
  const ofMember = memberId === undefined ? [] : shownToMember(reader, memberId, atMs - SHOWN_LOOK_BACK_MS);
  const past = ({ visit: of, atMs: at, body }: Exposure) => ({ visit: of, atMs: at, skus: body.skus });
  const enough = shownEnough(
    { visit, nowMs: atMs },
    ofVisit.filter((answer) => answer.asked !== asked).map(past),
    ofMember,
  );
  return {
    asked,
    visit,
    before: ofVisit.find((answer) => answer.asked === asked),
    excluded: [...new Set([...enough, ...heldBackSkus(reader, instantOf(atMs))])],
  };
}

/** Chance that is the same whenever the same is asked in one visit, so that a page that is loaded again stays as it was. `seed` stands for a visit that nobody can name. */
export function drawsOf({ visit, asked }: Pick<Question, 'visit' | 'asked'>, seed: string): RankDraws {
  const bytes = createHash('sha256')
    .update(`${visit ?? seed} ${asked}`)
    .digest();
  const draw = (at: number): number => bytes.readUInt32BE(at * UINT32_BYTES) / UINT32;
  return { explore: draw(0), place: draw(1), item: draw(2) };
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
