import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CONSENT_TEXTS as texts } from '@tillside/decide';
import type { MemberRecord } from '@tillside/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Journal } from '../journal/index.ts';
import { systemRandom } from '../ports.ts';
import { checkIn } from './checked-in.ts';

import { changeConsent } from './consents.ts';
import { eraseMember } from './erase.ts';
import { keepFreshness } from './freshness.ts';
import { basketMember, memberById } from './members.ts';
import { correctProfile } from './profile.ts';
import { signUp } from './sign-up.ts';

let now = Date.parse('2026-11-20T08:00:00Z');
const clock = { now: () => now };
let dir: string;
let journal: Journal;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-birthday-'));
  journal = Journal.open({ dataDir: dir, store: 's1', clock, random: systemRandom });
});
afterEach(() => {
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

const ports = () => ({ clock, random: systemRandom, indexKey: Buffer.alloc(32, 1), keys: journal.keys });
const said = (purpose: 'membership' | 'personalisation', granted: boolean) => ({
  purpose,
  granted,
  textVersion: texts.version,
});
function joinHere(granted: boolean, birthday = '1990-05-06'): string {
  const consents = [said('membership', true), said('personalisation', granted)];
  const asked = { phone: '13800138000', birthday, consents, channel: 'kiosk' } as const;
  return journal.write((tx) => signUp(tx, ports(), asked)).memberId;
}
const agree = (memberId: string, granted: boolean): void => {
  now += 1_000;
  const member = memberById(journal, memberId);
  if (member === undefined) throw new Error('gone');
  journal.write((tx) =>
    changeConsent(tx, { clock, texts, keys: journal.keys }, member, said('personalisation', granted)),
  );
};
/** What pricing is told, and what lies beside the tier. */
function known(memberId: string): [string | undefined, string | null | undefined] {
  const member = memberById(journal, memberId);
  const row = journal.get<{ birthday: string | null }>('SELECT birthday FROM member WHERE member_id = ?', memberId);
  return [member && basketMember(journal, member, now).birthday, row?.birthday];
}

it('of a member who joined here follows the consent and the profile, and goes with the member', () => {
  const memberId = joinHere(false);
  expect(known(memberId)).toEqual([undefined, null]);
  agree(memberId, true);
  expect(known(memberId)).toEqual(['05-06', '05-06']);
  const correct = (birthday: string | null) =>
    journal.write((tx) =>
      correctProfile(tx, ports(), memberId, { correction: { birthday }, by: 'member', today: '2026-11-20' }),
    );
  correct('1991-02-28');
  expect(known(memberId)).toEqual(['02-28', '02-28']);
  // HQ has not told yet what changed while the store was away.
  journal.write((tx) => keepFreshness(tx, false));
  expect(known(memberId)[0]).toBeUndefined();
  journal.write((tx) => keepFreshness(tx, true));
  agree(memberId, false);
  expect(known(memberId)).toEqual([undefined, null]);
  agree(memberId, true);
  correct(null);
  expect(known(memberId)).toEqual([undefined, null]);
  journal.write((tx) => eraseMember(tx, clock, memberId, 'member'));
  expect(known(memberId)).toEqual([undefined, undefined]);
});

it('of a member from elsewhere is what HQ tells, until the consent is taken back here', () => {
  const record = (birthday: string): MemberRecord => ({
    memberId: 'm_0001',
    joinedAt: '2026-03-01T10:00:00.000Z',
    tier: 'gold',
    consents: [{ ...said('personalisation', true), at: '2026-03-01T10:00:00.000Z' }],
    tags: [],
    segments: [],
    publicKeys: [],
    codeHashes: [],
    birthday,
    orders: 1,
    points: { lots: [], debt: 0 },
    aliases: [],
  });
  const meet = (birthday: string): unknown =>
    journal.write((tx) =>
      checkIn(tx, { record: record(birthday), included: [], source: 'hq', asOf: '2026-11-20T08:00:00.000Z' }),
    );
  meet('02-29');
  expect(known('m_0001')).toEqual(['02-29', '02-29']);
  agree('m_0001', false);
  // HQ has not heard of it.
  meet('02-29');
  expect(known('m_0001')).toEqual([undefined, null]);
  agree('m_0001', true);
  expect(known('m_0001')).toEqual([undefined, null]);
  meet('02-29');
  expect(known('m_0001')).toEqual(['02-29', '02-29']);
  meet('99-99');
  expect(known('m_0001')).toEqual([undefined, null]);
});
