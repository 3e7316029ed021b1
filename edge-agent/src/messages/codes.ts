import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { type AgentErrorCode, type Locale, PHONE_CODE_DIGITS } from '@tillside/agent-contract';
import type { Sealed } from '@tillside/protocol';
import { AgentError } from '../errors.ts';
import type { Journal, Reader, Tx } from '../journal/index.ts';
import { phoneIndex, seal, unseal } from '../members/sealing.ts';
import type { Clock, Random } from '../ports.ts';
import { type AskedSoFar, checkAsk, PHONE_CODE_LIMITS } from './limits.ts';

const DAY_MS = 86_400_000;
const KEY_BYTES = 32;
/** Read as one number: its bias towards the lower codes is one in ten million. */
const CODE_BYTES = 6;

export interface CodeRow {
  request_id: string;
  device_id: string;
  phone_index: string;
  member_id: string | null;
  code_hash: string;
  sealed: string | null;
  made_ms: number;
  until_ms: number;
  tries: number;
  is_late: number;
  sends: number;
}

/** Of a message, in memory only. */
export interface Letter {
  readonly phone: string;
  readonly code: string;
  readonly locale: Locale;
}

export interface AskFor {
  /** Of the kiosk. */
  readonly deviceId: string;
  /** E.164. */
  readonly phone: string;
  readonly locale: Locale;
  /** Of who proves their own number. */
  readonly memberId?: string | undefined;
}

export interface Asked {
  readonly requestId: string;
  readonly untilMs: number;
}

/** What a shopper shows; `phone` (E.164) where it must be this one. */
export interface Shown {
  readonly deviceId: string;
  readonly requestId: string;
  readonly code: string;
  readonly phone?: string;
}

/**
 * Codes that prove phones. In the journal, so that a restart between message and entry costs nothing: of a code there is a keyed hash, of a phone a keyed index; what a message that may
 * still go out needs is sealed under a key of this machine.
 */
export class PhoneCodes {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #indexKey: Buffer;
  readonly #hashKey: Buffer;
  readonly #sealKey: Buffer;

  constructor(deps: { journal: Journal; clock: Clock; random: Random; indexKey: Buffer }) {
    const derive = (what: string): Buffer =>
      Buffer.from(hkdfSync('sha256', deps.indexKey, Buffer.alloc(0), `tillside phone ${what}`, KEY_BYTES));
    this.#journal = deps.journal;
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#indexKey = deps.indexKey;
    this.#hashKey = derive('codes');
    this.#sealKey = derive('messages');
  }

  /** A new code, whose message waits to be sent; one that was asked for here before is void. Throws PHONE_CODE_TOO_SOON, PHONE_CODE_LIMIT, PHONE_CODES_BUSY. */
  ask(asked: AskFor): Asked {
    const now = this.#clock.now();
    const index = phoneIndex(this.#indexKey, asked.phone);
    return this.#journal.write((tx) => {
      checkAsk(askedSoFar(tx, index, asked.deviceId, now), now);
      tx.run(
        `UPDATE phone_code SET until_ms = 0, sealed = NULL, is_waiting = 0
         WHERE phone_index = ? AND device_id = ? AND member_id IS ? AND until_ms > ?`,
        index,
        asked.deviceId,
        asked.memberId ?? null,
        now,
      );
      return this.#put(tx, asked, index, { now, isLate: false });
    });
  }

  /** A code for who joined without one, e.g. at a till; none where the number or the store has had its share. In the transaction of the sign-up. */
  askLate(tx: Tx, asked: AskFor & { readonly memberId: string }): void {
    const now = this.#clock.now();
    const index = phoneIndex(this.#indexKey, asked.phone);
    const { phoneToday, storeToday } = askedSoFar(tx, index, asked.deviceId, now);
    if (phoneToday >= PHONE_CODE_LIMITS.perPhoneADay || storeToday >= PHONE_CODE_LIMITS.perStoreADay) return;
    this.#put(tx, asked, index, { now, isLate: true });
  }

  /** The member joined, and the code has not come: a message that still waits is good for longer now. Of another kiosk, phone or time it is let be. */
  keepForLater(tx: Tx, asked: { deviceId: string; requestId: string; phone: string; memberId: string }): void {
    const now = this.#clock.now();
    tx.run(
      `UPDATE phone_code SET member_id = ?, is_late = is_waiting, until_ms = iif(is_waiting = 1, ?, until_ms)
       WHERE request_id = ? AND device_id = ? AND phone_index = ? AND until_ms > ? AND member_id IS NULL`,
      asked.memberId,
      now + PHONE_CODE_LIMITS.lateLifeMs,
      asked.requestId,
      asked.deviceId,
      phoneIndex(this.#indexKey, asked.phone),
      now,
    );
  }

  /** The phone (E.164) that a code proves; it stays good for its one use (`spend`). A wrong one is counted. Throws PHONE_CODE_WRONG, PHONE_CODE_USED_UP, PHONE_CODE_OVER. */
  prove({ deviceId, requestId, code, phone }: Shown): string {
    return this.#judge(code, (reader) => {
      const row = reader.get<CodeRow>('SELECT * FROM phone_code WHERE request_id = ?', requestId);
      const isMeant = phone === undefined || row?.phone_index === phoneIndex(this.#indexKey, phone);
      return row?.device_id === deviceId && row.member_id === null && isMeant ? row : undefined;
    }).phone;
  }

  /** The same for the number of a member who is there: by the message that was named, else by the newest that went to them. */
  proveOwn(shown: { memberId: string; requestId: string | undefined; code: string; phone: string }): string {
    const index = phoneIndex(this.#indexKey, shown.phone);
    return this.#judge(shown.code, (reader) =>
      reader.get<CodeRow>(
        `SELECT * FROM phone_code WHERE member_id = ? AND phone_index = ? AND request_id = coalesce(?, request_id)
         AND until_ms > 0 ORDER BY made_ms DESC LIMIT 1`,
        shown.memberId,
        index,
        shown.requestId ?? null,
      ),
    ).requestId;
  }

  /** In the transaction of what the code was shown for. Throws PHONE_CODE_OVER for one that was spent meanwhile. */
  spend(tx: Tx, requestId: string): void {
    const spent = tx.run(
      'UPDATE phone_code SET until_ms = 0, sealed = NULL, is_waiting = 0 WHERE request_id = ? AND until_ms > ?',
      requestId,
      this.#clock.now(),
    );
    if (spent !== 1) throw new AgentError('PHONE_CODE_OVER');
  }

  /** Undefined where it is not needed any more, or another machine sealed it. */
  open({ request_id: requestId, sealed }: Pick<CodeRow, 'request_id' | 'sealed'>): Letter | undefined {
    if (sealed === null) return undefined;
    try {
      const {
        phone = '',
        code = '',
        locale,
      } = unseal(this.#sealKey, requestId, JSON.parse(sealed) as Sealed) as {
        phone?: string;
        code?: string;
        locale?: string;
      };
      return { phone, code, locale: locale === 'en' ? 'en' : 'zh-CN' };
    } catch {
      return undefined;
    }
  }

  #put(tx: Tx, asked: AskFor, index: string, { now, isLate }: { now: number; isLate: boolean }): Asked {
    const requestId = this.#random.uuid();
    const number = this.#random.bytes(CODE_BYTES).readUIntBE(0, CODE_BYTES) % 10 ** PHONE_CODE_DIGITS;
    const code = String(number).padStart(PHONE_CODE_DIGITS, '0');
    const untilMs = now + (isLate ? PHONE_CODE_LIMITS.lateLifeMs : PHONE_CODE_LIMITS.lifeMs);
    const { phone, locale } = asked;
    tx.run(
      `INSERT INTO phone_code (request_id, device_id, phone_index, member_id, code_hash, sealed, made_ms, until_ms, tries, is_late, is_waiting, sends, next_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 1, 0, ?)`,
      requestId,
      asked.deviceId,
      index,
      asked.memberId ?? null,
      this.#hashOf(requestId, code).toString('hex'),
      JSON.stringify(seal(this.#random, this.#sealKey, requestId, { phone, code, locale })),
      now,
      untilMs,
      isLate ? 1 : 0,
      now,
    );
    dropOldestWaiting(tx);
    return { requestId, untilMs };
  }

  #judge(typed: string, find: (reader: Reader) => CodeRow | undefined): { requestId: string; phone: string } {
    const code = typed.trim();
    const now = this.#clock.now();
    const verdict = this.#journal.write((tx): AgentErrorCode | { requestId: string; phone: string } => {
      const row = find(tx);
      if (row === undefined) return 'PHONE_CODE_OVER';
      const { request_id: requestId, tries } = row;
      if (tries >= PHONE_CODE_LIMITS.tries) return 'PHONE_CODE_USED_UP';
      // One with longer to go than any has was made by a clock that has since been set back.
      const leftMs = row.until_ms - now;
      if (leftMs <= 0 || leftMs > PHONE_CODE_LIMITS.lateLifeMs) return 'PHONE_CODE_OVER';
      if (!timingSafeEqual(this.#hashOf(requestId, code), Buffer.from(row.code_hash, 'hex'))) {
        const isLast = tries + 1 >= PHONE_CODE_LIMITS.tries;
        tx.run(
          'UPDATE phone_code SET tries = tries + 1, sealed = iif(?, NULL, sealed), is_waiting = iif(?, 0, is_waiting) WHERE request_id = ?',
          isLast ? 1 : 0,
          isLast ? 1 : 0,
          requestId,
        );
        return isLast ? 'PHONE_CODE_USED_UP' : 'PHONE_CODE_WRONG';
      }
      const phone = this.open(row)?.phone;
      return phone === undefined ? 'PHONE_CODE_OVER' : { requestId, phone };
    });
    if (typeof verdict === 'string') throw new AgentError(verdict);
    return verdict;
  }

  #hashOf(requestId: string, code: string): Buffer {
    return createHmac('sha256', this.#hashKey).update(`${requestId}:${code}`).digest();
  }
}

function askedSoFar(reader: Reader, index: string, deviceId: string, now: number): AskedSoFar {
  const { kioskWindowMs } = PHONE_CODE_LIMITS;
  const day = now - DAY_MS;
  const phone = reader.get<{ n: number; newest: number | null }>(
    'SELECT count(*) AS n, max(made_ms) AS newest FROM phone_code WHERE phone_index = ? AND made_ms > ?',
    index,
    day,
  );
  const all = reader.get<{ store: number; kiosk: number; recent: number }>(
    `SELECT count(*) AS store, coalesce(sum(device_id = ?), 0) AS kiosk, coalesce(sum(device_id = ? AND made_ms > ?), 0) AS recent
     FROM phone_code WHERE made_ms > ?`,
    deviceId,
    deviceId,
    now - kioskWindowMs,
    day,
  );
  return {
    phoneToday: phone?.n ?? 0,
    newestOfPhoneMs: phone?.newest ?? undefined,
    kioskInWindow: all?.recent ?? 0,
    kioskToday: all?.kiosk ?? 0,
    storeToday: all?.store ?? 0,
  };
}

function dropOldestWaiting(tx: Tx): void {
  tx.run(
    `UPDATE phone_code SET is_waiting = 0, sealed = NULL, until_ms = 0 WHERE is_waiting = 1 AND request_id NOT IN (
       SELECT request_id FROM phone_code WHERE is_waiting = 1 ORDER BY made_ms DESC LIMIT ?)`,
    PHONE_CODE_LIMITS.waiting,
  );
}

/** What is over holds nothing of a person any more; that it was asked for is remembered for a day, for the limits. */
export function prunePhoneCodes(tx: Tx, nowMs: number): void {
  tx.run('UPDATE phone_code SET sealed = NULL, is_waiting = 0, member_id = NULL WHERE until_ms <= ?', nowMs);
  tx.run('DELETE FROM phone_code WHERE until_ms <= ? AND made_ms <= ?', nowMs, nowMs - DAY_MS);
}

/** Who is gone: no message to them goes out, and no code of theirs is good. */
export function forgetPhoneCodes(tx: Tx, memberId: string): void {
  tx.run(
    'UPDATE phone_code SET until_ms = 0, sealed = NULL, is_waiting = 0, member_id = NULL WHERE member_id = ?',
    memberId,
  );
}
