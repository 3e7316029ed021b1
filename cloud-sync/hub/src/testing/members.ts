import type { LedgerEntry } from '@tillside/decide';
import type { ConsentState, EventBody } from '@tillside/protocol';
import type { MemberStore } from '../storage/member-port.ts';

export const AT = '2024-03-02T01:00:00.000Z';
export const LATER = '2024-03-02T02:00:00.000Z';
export const MUCH_LATER = '2024-03-05T02:00:00.000Z';
/** Ed25519 public keys are 32 bytes; these are nobody's. */
export const KEY_A = 'A'.repeat(43);
export const KEY_B = `${'A'.repeat(42)}E`;
export const CARD_A = 'a'.repeat(64);
export const CARD_B = 'b'.repeat(64);

type Joined = EventBody<'tillside.member.joined.v1'>;
type Directory = MemberStore['directory'];

export const consent = (
  purpose: ConsentState['purpose'],
  granted: boolean,
  at: string = AT,
  textVersion = 'v1',
): ConsentState => ({ purpose, granted, textVersion, at });

export const joined = (memberId: string, change: Partial<Joined> = {}): Joined => ({
  memberId,
  joinedAt: AT,
  channel: 'kiosk',
  tier: 'basic',
  consents: [consent('membership', true)],
  ...change,
});

/** A member of `hq` as the directory takes it. */
export const member = (
  memberId: string,
  change: Partial<Parameters<Directory['add']>[0]> = {},
): Parameters<Directory['add']>[0] => ({
  memberId,
  home: 'hq',
  channel: 'import',
  joinedAt: AT,
  tier: 'basic',
  tierUntil: null,
  consents: [consent('membership', true)],
  tags: [],
  segments: [],
  household: null,
  publicKeys: [],
  codeHashes: [],
  profile: null,
  phoneIndex: null,
  ...change,
});

export const earn = (
  memberId: string,
  sale: string,
  points: number,
  change: Partial<LedgerEntry> = {},
): LedgerEntry => ({
  entryId: `earn:s1:${sale}`,
  memberId,
  kind: 'earn',
  points,
  at: AT,
  ...change,
});
