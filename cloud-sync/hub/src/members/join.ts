import { createHmac, randomBytes } from 'node:crypto';
import { judgeAge, phoneOf } from '@tillside/decide';
import type { SignUp } from '@tillside/hub-contract';
import { SEAL_IV_BYTES, SEAL_KEY_BYTES, sealFields } from '@tillside/protocol';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { MemberDirectory, MemberRow } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';
import { phoneIndexOf } from './phone-index.ts';

/** Whose key it is that seals what HQ itself was told: no store may have this id. */
export const HQ = 'hq';
const MEMBER_ID_BYTES = 12;
const DATE_CHARS = 'YYYY-MM-DD'.length;

export interface JoinPorts {
  readonly storage: Pick<HubStorage, 'members' | 'keys' | 'partners'>;
  readonly clock: Clock;
  /** The hub's `member-index` secret. */
  readonly indexKey: Buffer;
}

export interface Joining extends Omit<SignUp, 'phone' | 'tags'> {
  readonly memberId: string;
  /** E.164. */
  readonly phone?: string | undefined;
  readonly tags: readonly string[];
  readonly channel: 'partner' | 'operator' | 'import';
  readonly at: string;
  readonly tier?: string | undefined;
  readonly consentsAt?: string | undefined;
}

export type JoinOutcome = 'added' | 'known' | 'erased' | 'phone-taken';

export const newMemberId = (): string => `m${randomBytes(MEMBER_ID_BYTES).toString('hex')}`;

/** E.164, or HUB_MEMBER_REFUSED. */
export function phoneAsked(typed: string): string {
  const phone = phoneOf(typed);
  if (phone === undefined) throw new HubFault('HUB_MEMBER_REFUSED', '(phone)');
  return phone;
}

/** Personal fields that were given, as they are sealed. */
const fieldsOf = ({ phone, birthday, name }: Joining): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ phone, birthday, name }).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, value]],
    ),
  );

/**
 * New members at HQ, sealed under keys of their own and found by their phones at once; no phone twice among them. Their keys are put together, since each put waits for the
 * disk. The outcomes are in their order.
 */
export async function joinAll({ storage, indexKey }: JoinPorts, all: readonly Joining[]): Promise<JoinOutcome[]> {
  const { directory } = storage.members;
  const found = await Promise.all(
    all.map(async (joining) => {
      const phoneIndex = joining.phone === undefined ? null : phoneIndexOf(indexKey, joining.phone);
      return { joining, phoneIndex, held: phoneIndex === null ? null : await directory.find({ phoneIndex }) };
    }),
  );
  const sealed = found.filter(({ joining, held }) => held === null && Object.keys(fieldsOf(joining)).length > 0);
  const memberIds = sealed.map(({ joining }) => joining.memberId);
  if (memberIds.length > 0)
    await storage.keys.put(
      HQ,
      memberIds.map((memberId) => ({ memberId, key: randomBytes(SEAL_KEY_BYTES).toString('base64url') })),
    );
  // An earlier try may have left a key: what is sealed is sealed under the one that is held.
  const keys = new Map((await storage.keys.held(HQ, memberIds)).map(({ memberId, key }) => [memberId, key]));
  return Promise.all(
    found.map(({ joining, phoneIndex, held }) => {
      if (held !== null) return held.memberId === joining.memberId ? 'known' : 'phone-taken';
      return add(directory, joining, phoneIndex, keys.get(joining.memberId));
    }),
  );
}

async function add(
  directory: MemberDirectory,
  joining: Joining,
  phoneIndex: string | null,
  key: string | undefined,
): Promise<JoinOutcome> {
  const { memberId, at, channel, tier = 'basic', consentsAt = at } = joining;
  const fields = fieldsOf(joining);
  const isSealed = Object.keys(fields).length > 0;
  // No key is taken of who was erased.
  if (isSealed && key === undefined) return 'erased';
  const iv = randomBytes(SEAL_IV_BYTES);
  return directory.add(
    {
      memberId,
      home: HQ,
      channel,
      joinedAt: at,
      tier,
      tierUntil: null,
      consents: joining.consents.map((consent) => ({ ...consent, at: consentsAt })),
      tags: [...new Set(joining.tags)],
      segments: [],
      household: null,
      publicKeys: [],
      codeHashes: [],
      profile: key === undefined || !isSealed ? null : sealFields(Buffer.from(key, 'base64url'), iv, memberId, fields),
      phoneIndex,
    },
    at,
  );
}

/** Throws HUB_MEMBER_REFUSED for who may not join by themselves, and without consent to the membership. */
export function checkJoining(
  { birthday, isOldEnough, consents }: Pick<SignUp, 'birthday' | 'isOldEnough' | 'consents'>,
  today: string,
): void {
  if (!consents.some(({ purpose, granted }) => purpose === 'membership' && granted))
    throw new HubFault('HUB_MEMBER_REFUSED', '(consents: membership)');
  const verdict = judgeAge({ birthday, isOldEnough }, today);
  if (verdict !== 'old-enough') throw new HubFault('HUB_MEMBER_REFUSED', `(${verdict})`);
}

/**
 * A sign-up by a partner or operator under the id that the caller gave it. The member's id follows from that id, so that a sign-up that was cut off is done to its end, and one that is
 * told again is the same member. Throws HUB_MEMBER_REFUSED, HUB_MEMBER_EXISTS, HUB_IDEMPOTENCY_CONFLICT.
 */
export async function signUpAtHq(
  ports: JoinPorts,
  caller: { readonly id: string; readonly kind: 'partner' | 'operator' },
  key: string,
  input: SignUp,
): Promise<MemberRow> {
  const { storage, clock, indexKey } = ports;
  const now = instantOf(clock.now());
  const phone = input.phone === undefined ? undefined : phoneAsked(input.phone);
  checkJoining(input, now.slice(0, DATE_CHARS));
  const keyed = (text: string): string => createHmac('sha256', indexKey).update(text).digest('hex');
  const memberId = `m${keyed(`sign-up\n${caller.id}\n${key}`).slice(0, 2 * MEMBER_ID_BYTES)}`;
  const content = keyed(`content\n${JSON.stringify({ ...input, phone })}`);
  const claim = await storage.partners.claims.take({
    scope: `sign-up ${caller.id}`,
    name: key,
    content,
    memberId,
    at: now,
  });
  if (claim.state === 'other') throw new HubFault('HUB_IDEMPOTENCY_CONFLICT');
  const [outcome] = await joinAll(ports, [{ ...input, phone, memberId, channel: caller.kind, at: claim.at }]);
  if (outcome === 'phone-taken') throw new HubFault('HUB_MEMBER_EXISTS');
  const row = outcome === 'erased' ? null : await storage.members.directory.find({ memberId });
  if (row === null) throw new HubFault('HUB_MEMBER_UNKNOWN');
  return row;
}
