import type { CloseSession, DayTotals, OpenSession, TillSession } from '@tillside/agent-contract';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { dateOf, instantOf, zonedInstants } from '../ports.ts';
import { checkDay } from './booking.ts';
import { refuseCardNumbers } from './card-number.ts';
import { dayTotals } from './day.ts';
import { numberingOf } from './numbering.ts';
import type { Terminal, TillDeps } from './till.ts';

/** Shift of every session that only trains. */
const TRAINING_SHIFT = 'T';

interface SessionRow {
  session_id: string;
  terminal_id: string;
  lane: string;
  cashier_id: string;
  shift_id: string;
  business_date: string;
  training: number;
  opening_float_fen: number;
  counted_cash_fen: number | null;
  opened_at: string;
  closed_at: string | null;
}

/** Who works at a terminal, on which business day, in which shift, with how much cash to start: one open session a terminal. A till may sell without any. */
export class Sessions {
  #deps: Pick<TillDeps, 'book' | 'clock' | 'random'>;
  #instant: (ms: number) => string;

  constructor(deps: Pick<TillDeps, 'book' | 'clock' | 'random' | 'zone'>) {
    this.#deps = deps;
    this.#instant = zonedInstants(deps.zone);
  }

  /** Throws SESSION_OPEN, DATE_FAR, BUSINESS_DAY_CLOSED, CARD_NUMBER_REFUSED. */
  open(tx: Tx, terminal: Terminal, input: z.infer<typeof OpenSession>): TillSession {
    const { clock, random } = this.#deps;
    refuseCardNumbers(input);
    const open = openRow(tx, terminal);
    if (open !== undefined) throw new AgentError('SESSION_OPEN', { detail: `(${open.cashier_id})` });
    const now = clock.now();
    const localDate = dateOf(this.#instant(now));
    const { cashierId, training, openingFloatFen, businessDate = localDate } = input;
    checkDay(tx, terminal, businessDate, localDate);
    const shiftId = training ? TRAINING_SHIFT : (input.shiftId ?? nextShift(tx, terminal, businessDate));
    const sessionId = random.uuid();
    tx.run(
      `INSERT INTO till_session (session_id, terminal_id, lane, cashier_id, shift_id, business_date, training, opening_float_fen, opened_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      sessionId,
      terminal.deviceId,
      terminal.lane,
      cashierId,
      shiftId,
      businessDate,
      training ? 1 : 0,
      openingFloatFen,
      instantOf(now),
    );
    return this.current(tx, terminal);
  }

  /** Throws SESSION_UNKNOWN when none is open. */
  current(reader: Reader, terminal: Terminal): TillSession {
    const row = openRow(reader, terminal);
    if (row === undefined) throw new AgentError('SESSION_UNKNOWN');
    const { cashRounding } = this.#deps.book.policy;
    return {
      sessionId: row.session_id,
      terminalId: row.terminal_id,
      lane: row.lane,
      cashierId: row.cashier_id,
      shiftId: row.shift_id,
      businessDate: row.business_date,
      training: row.training === 1,
      openingFloatFen: row.opening_float_fen,
      openedAt: row.opened_at,
      numbering: numberingOf(reader, terminal.deviceId),
      ...(cashRounding === undefined ? {} : { cashRounding }),
    };
  }

  /** Ends a session and answers its X report. Baskets stay as they are: whoever comes next goes on with them. Throws SESSION_UNKNOWN, SESSION_CLOSED. */
  close(
    tx: Tx,
    terminal: Terminal,
    sessionId: string,
    { countedCashFen }: z.infer<typeof CloseSession>,
  ): z.infer<typeof DayTotals> {
    const row = tx.get<SessionRow>(
      'SELECT * FROM till_session WHERE session_id = ? AND terminal_id = ?',
      sessionId,
      terminal.deviceId,
    );
    if (row === undefined) throw new AgentError('SESSION_UNKNOWN');
    if (row.closed_at !== null) throw new AgentError('SESSION_CLOSED', { detail: `(${row.closed_at})` });
    tx.run(
      'UPDATE till_session SET closed_at = ?, counted_cash_fen = ? WHERE session_id = ?',
      instantOf(this.#deps.clock.now()),
      countedCashFen ?? null,
      sessionId,
    );
    return dayTotals(tx, terminal.deviceId, row.business_date, { sessionId });
  }
}

const openRow = (reader: Reader, { deviceId }: Terminal): SessionRow | undefined =>
  reader.get<SessionRow>('SELECT * FROM till_session WHERE terminal_id = ? AND closed_at IS NULL', deviceId);

/** Shifts of a terminal's day count from 1; those that the till named itself move the count only where they are numbers. */
function nextShift(reader: Reader, { deviceId }: Terminal, businessDate: string): string {
  const shifts = reader.all<{ shift_id: string }>(
    'SELECT DISTINCT shift_id FROM till_session WHERE business_date = ? AND terminal_id = ? AND training = 0',
    businessDate,
    deviceId,
  );
  const numbers = shifts.map(({ shift_id }) => (/^\d{1,9}$/.test(shift_id) ? Number(shift_id) : 0));
  return String(Math.max(0, ...numbers) + 1);
}
