import type { z } from 'zod';
import type { Journal, Reader, Tx } from '../../journal/index.ts';
import type { Terminal } from '../../lanes/till.ts';
import { type AccountDeps, memberOf, search, signup } from './accounts.ts';
import { type AccrueDeps, accrue, reverseAccrual } from './accrue.ts';
import { inquire, type Origin, redeem, takeBack } from './redeem.ts';
import { Refusal } from './refusal.ts';
import {
  AnswerMemory,
  answeredBefore,
  hashOf,
  keepTransaction,
  markReversed,
  readTransaction,
  type Transaction,
} from './transactions.ts';
import {
  CheckInformation,
  type LoyaltyTransactionResponse,
  LoyaltyTransactionResponse as ResponseSchema,
  ReverseInformation,
  SearchInformation,
  SignupInformation,
  TRANSACTION_TYPES,
  type TransactionType,
} from './wire.ts';

export interface LoyaltyDeps extends AccountDeps, AccrueDeps {
  readonly journal: Journal;
}

/** One request of the POS, its headers checked. `body` is as it came. */
export interface LoyaltyRequest extends Origin {
  readonly type: TransactionType;
  readonly terminal: Terminal;
  readonly body: unknown;
}

type Done = { readonly answer: LoyaltyTransactionResponse } & Partial<
  Pick<Transaction, 'memberId' | 'checkGuid' | 'booking'>
>;

const PARTS = {
  LOYALTY_SEARCH: 'searchTransactionInformation',
  LOYALTY_INQUIRE: 'checkTransactionInformation',
  LOYALTY_SIGNUP: 'signupTransactionInformation',
  LOYALTY_REDEEM: 'checkTransactionInformation',
  LOYALTY_ACCRUE: 'checkTransactionInformation',
  LOYALTY_REVERSE: 'reverseTransactionInformation',
} as const;

export const isTransactionType = (type: unknown): type is TransactionType =>
  TRANSACTION_TYPES.some((known) => known === type);

/**
 * The transactions of the contract over this store's own use cases. A transaction that changes something leaves its effect and its answer in one write under the GUID of the POS: a retry
 * gets the first answer, after a restart too. A refusal leaves nothing, and may be tried again. Everything here is done at once, so a retry that comes while the first request is still at
 * work waits for it.
 */
export class ToastLoyalty {
  #deps: LoyaltyDeps;
  #memory = new AnswerMemory();

  constructor(deps: LoyaltyDeps) {
    this.#deps = deps;
  }

  /** Throws Refusal, and AgentError of the use cases. */
  answer(request: LoyaltyRequest): LoyaltyTransactionResponse {
    const { type } = request;
    switch (type) {
      case 'LOYALTY_SEARCH': {
        const asked = this.#read(request, SearchInformation, type);
        return this.#look(request, asked, (reader) => search(reader, this.#deps, asked));
      }
      case 'LOYALTY_INQUIRE': {
        const asked = this.#read(request, CheckInformation, type);
        return this.#look(request, actedOn(asked), (reader) => inquire(reader, this.#deps, request, asked));
      }
      case 'LOYALTY_SIGNUP': {
        const asked = this.#read(request, SignupInformation, type);
        return this.#once(request, asked, (tx) => signup(tx, this.#deps, asked));
      }
      case 'LOYALTY_REDEEM': {
        const asked = this.#read(request, CheckInformation, type);
        return this.#once(request, actedOn(asked), (tx) => redeem(tx, this.#deps, request, asked));
      }
      case 'LOYALTY_ACCRUE': {
        const asked = this.#read(request, CheckInformation, type);
        return this.#once(request, actedOn(asked), (tx) => accrue(tx, this.#deps, request.terminal, request, asked));
      }
      case 'LOYALTY_REVERSE': {
        const asked = this.#read(request, ReverseInformation, type);
        return this.#once(request, asked, (tx) => this.#reverse(tx, request, asked));
      }
      case 'LOYALTY_TRANSFER':
        throw new Refusal('ERROR_INVALID_TRANSFER', 'accounts are not transferred here: an account is a person');
    }
  }

  /** The part of the body that a type carries. Throws ERROR_INVALID_INPUT_PROPERTIES. */
  #read<S extends z.ZodType>({ body }: LoyaltyRequest, schema: S, type: keyof typeof PARTS): z.output<S> {
    const given = (body ?? {}) as Record<string, unknown>;
    const inBody = given.toastTransactionType;
    if (inBody !== undefined && inBody !== null && inBody !== type)
      throw new Refusal('ERROR_INVALID_INPUT_PROPERTIES', 'toastTransactionType is not that of the header');
    const part = PARTS[type];
    const parsed = schema.safeParse(given[part]);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.slice(0, 3);
    const words = issues.map((issue) => `${[part, ...issue.path].join('.')}: ${issue.message}`).join('; ');
    throw new Refusal('ERROR_INVALID_INPUT_PROPERTIES', words);
  }

  /** What changes nothing is read again only when the memory has not its answer. */
  #look(
    { restaurant, guid, type }: LoyaltyRequest,
    asked: unknown,
    work: (reader: Reader) => LoyaltyTransactionResponse,
  ): LoyaltyTransactionResponse {
    const { journal, clock } = this.#deps;
    const requestHash = hashOf([type, asked]);
    const before =
      answeredBefore(journal, restaurant, guid, requestHash) ??
      this.#memory.find(restaurant, guid, requestHash, clock.now());
    if (before !== undefined) return before;
    const answer = work(journal);
    this.#memory.keep(restaurant, guid, { requestHash, answer, atMs: clock.now() });
    return answer;
  }

  #once(
    { restaurant, guid, type }: LoyaltyRequest,
    asked: unknown,
    work: (tx: Tx) => Done,
  ): LoyaltyTransactionResponse {
    const { journal, clock } = this.#deps;
    const requestHash = hashOf([type, asked]);
    return journal.write((tx) => {
      const before = answeredBefore(tx, restaurant, guid, requestHash);
      if (before !== undefined) return before;
      const { answer, memberId, checkGuid, booking } = work(tx);
      keepTransaction(
        tx,
        restaurant,
        { guid, type, memberId, checkGuid, booking },
        { requestHash, answer, at: clock.now() },
      );
      return answer;
    });
  }

  /**
   * Undoes a redeem or an accrual by its GUID. Without a loyaltyIdentifier (the transaction had none) it is accepted whatever there is to undo. Throws ERROR_TRANSACTION_DOES_NOT_EXIST,
   * ERROR_TRANSACTION_CANNOT_BE_REVERSED, ERROR_ACCOUNT_INVALID.
   */
  #reverse(tx: Tx, { restaurant, terminal }: LoyaltyRequest, asked: z.output<typeof ReverseInformation>): Done {
    const { transactionId, loyaltyIdentifier } = asked;
    const answer: LoyaltyTransactionResponse = { transactionStatus: 'ACCEPT' };
    const found = readTransaction(tx, restaurant, transactionId);
    if (found === undefined) {
      if (this.#memory.knows(restaurant, transactionId)) throw cannot('it changed nothing');
      if (loyaltyIdentifier === null || loyaltyIdentifier === undefined) return { answer };
      throw new Refusal('ERROR_TRANSACTION_DOES_NOT_EXIST', 'no transaction has this transactionId');
    }
    const { type, memberId, checkGuid, booking, reversedAt } = found;
    if (type !== 'LOYALTY_REDEEM' && type !== 'LOYALTY_ACCRUE') throw cannot(`it was a ${type}`);
    const isOther =
      memberId !== undefined &&
      (loyaltyIdentifier ?? memberId) !== memberId &&
      memberOf(tx, this.#deps, loyaltyIdentifier ?? '')?.memberId !== memberId;
    if (isOther) throw new Refusal('ERROR_ACCOUNT_INVALID', 'the transaction was of another account');
    if (reversedAt !== undefined) throw cannot('it was reversed before');
    const at = this.#deps.clock.now();
    if (type === 'LOYALTY_REDEEM') {
      const answered = appliedBy(tx, restaurant, transactionId);
      const isAll = takeBack(tx, this.#deps, restaurant, checkGuid ?? '', answered, asked.redemptions ?? []);
      if (isAll) markReversed(tx, restaurant, transactionId, at);
    } else {
      markReversed(tx, restaurant, transactionId, at);
      if (booking !== undefined && checkGuid !== undefined)
        reverseAccrual(tx, this.#deps, terminal, restaurant, { checkGuid, booking });
    }
    return { answer, memberId, checkGuid };
  }
}

const cannot = (why: string): Refusal => new Refusal('ERROR_TRANSACTION_CANNOT_BE_REVERSED', why);

/** What a redeem was answered to have applied. */
function appliedBy(reader: Reader, restaurant: string, guid: string) {
  const row = reader.get<{ answer: string }>(
    'SELECT answer FROM toast_transaction WHERE restaurant = ? AND guid = ?',
    restaurant,
    guid,
  );
  return ResponseSchema.parse(JSON.parse(row?.answer ?? '{}')).checkResponse?.appliedRedemptions ?? [];
}

/** A check without the times that differ between one try and the next. */
function actedOn({ check, ...rest }: z.output<typeof CheckInformation>): unknown {
  const { paidDate: _paid, closedDate: _closed, ...content } = check;
  return { ...rest, check: content };
}
