import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope, EventBody } from '@tillside/protocol';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AgentError } from '../errors.ts';
import { Journal } from '../journal/index.ts';
import { systemClock, systemRandom } from '../ports.ts';
import { eraseAgain, eraseKeys, eraseMember } from './erase.ts';
import { memberByCode } from './members.ts';
import { unseal } from './sealing.ts';
import { signUp } from './sign-up.ts';

let dataDir: string;
let journal: Journal;
const open = (): Journal => Journal.open({ dataDir, store: 's1', clock: systemClock, random: systemRandom });
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tillside-erase-'));
  journal = open();
});
afterEach(() => {
  journal.close();
  rmSync(dataDir, { recursive: true });
});

const PHONE = '+8613912345678';
const joinUp = (phone = PHONE) => {
  const ports = { clock: systemClock, random: systemRandom, indexKey: Buffer.alloc(32, 7), keys: journal.keys };
  const consents = [{ purpose: 'membership', granted: true, textVersion: '1' } as const];
  return journal.write((tx) => signUp(tx, ports, { phone, consents, channel: 'kiosk' }));
};
const joinedEvent = (): EventBody<'tillside.member.joined.v1'> => {
  const row = journal.get<{ envelope: string }>(`SELECT envelope FROM event WHERE type = 'tillside.member.joined.v1'`);
  return (JSON.parse(row?.envelope ?? '') as Envelope).data as EventBody<'tillside.member.joined.v1'>;
};
const holding = (secret: string): string[] =>
  readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(dataDir, name);
    return statSync(path).isFile() && readFileSync(path).includes(secret);
  });
const erase = (memberId: string): void => {
  journal.write((tx) => eraseMember(tx, systemClock, memberId, 'member'));
  eraseKeys(journal, memberId, 'member');
};

it('forgets a member: the event stays, and nobody can read it any more', () => {
  const { memberId, code } = joinUp();
  const key = journal.keys.get(memberId) ?? '';
  const { profile } = joinedEvent();
  if (profile === undefined) throw new Error('the joined event has no profile');
  expect(unseal(Buffer.from(key, 'base64url'), memberId, profile)).toEqual({ phone: PHONE });
  expect(holding(key)).toEqual(['keys.db']);
  erase(memberId);
  expect(journal.keys.get(memberId)).toBeUndefined();
  expect(holding(key)).toEqual([]);
  expect(joinedEvent().profile).toEqual(profile);
  expect(memberByCode(journal, code, systemClock.now())).toBeUndefined();
  expect(() => erase(memberId)).toThrow(AgentError);
  expect(holding('13912345678')).toEqual([]);
});

it('forgets again what an older copy of the keys brings back, and what a crash left between the two files', () => {
  const { memberId } = joinUp();
  const older = readFileSync(join(dataDir, 'keys.db'));
  journal.write((tx) => eraseMember(tx, systemClock, memberId, 'member'));
  journal.close();
  writeFileSync(join(dataDir, 'keys.db'), older);
  journal = open();
  expect(journal.keys.get(memberId)).toBeUndefined();
});

it('forgets again who a disk that is put back brings again, and tells HQ, who may never have heard', () => {
  const early = joinUp();
  journal.write((tx) =>
    tx.run('INSERT INTO purchase (member_id, sku, at, quantity) VALUES (?, ?, ?, 1)', early.memberId, 'milk', '2024'),
  );
  const shown = `INSERT INTO exposure (recommendation_id, visit, member_id, at, asked, skus, body) VALUES ('r1', 'kiosk', ?, 1, '', '["milk"]', '{}')`;
  journal.write((tx) => tx.run(shown, early.memberId));
  journal.close();
  const older = readFileSync(join(dataDir, 'journal.db'));
  journal = open();
  const late = joinUp('+8613912345679');
  erase(early.memberId);
  erase(late.memberId);
  journal.close();
  writeFileSync(join(dataDir, 'journal.db'), older);
  journal = open();
  expect(memberByCode(journal, early.code, systemClock.now())).toBeDefined();
  expect(eraseAgain(journal)).toBe(2);
  expect(memberByCode(journal, early.code, systemClock.now())).toBeUndefined();
  expect(journal.all('SELECT 1 FROM purchase')).toEqual([]);
  expect(journal.all('SELECT 1 FROM exposure')).toEqual([]);
  const told = journal.all<{ envelope: string }>(`SELECT envelope FROM event WHERE type = 'tillside.member.erased.v1'`);
  const ids = told.map(({ envelope }) => (JSON.parse(envelope) as { data: { memberId: string } }).data.memberId);
  // Of who joined since, HQ may have heard before the disk was put back.
  expect(ids.toSorted()).toEqual([early.memberId, late.memberId].toSorted());
  expect(eraseAgain(journal)).toBe(0);
});

it('takes over the keys of an older journal, and leaves none in it', () => {
  const key = 'Zx'.repeat(21).concat('Z');
  journal.close();
  const db = new Sqlite(join(dataDir, 'journal.db'));
  db.exec(`CREATE TABLE member_key (member_id TEXT PRIMARY KEY, key TEXT NOT NULL, deposited INTEGER NOT NULL DEFAULT 0) STRICT;
    INSERT INTO member_key VALUES ('m1', '${key}', 1), ('m2', 'other', 0)`);
  db.close();
  journal = open();
  expect(journal.keys.get('m1')).toBe(key);
  expect(journal.keys.toDeposit(9)).toEqual([{ memberId: 'm2', key: 'other' }]);
  expect(holding(key)).toEqual(['keys.db']);
});
