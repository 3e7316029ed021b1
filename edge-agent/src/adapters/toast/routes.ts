import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../../app.ts';
import { AgentError } from '../../errors.ts';
import { holdsCardNumber } from '../../lanes/card-number.ts';
import type { Terminal } from '../../lanes/till.ts';
import type { Shown } from '../../members/find.ts';
import { zonedInstants } from '../../ports.ts';
import { typedPhone } from './accounts.ts';
import { findGoods } from './basket.ts';
import { isTransactionType, type LoyaltyRequest, ToastLoyalty } from './loyalty.ts';
import { Refusal } from './refusal.ts';
import { SeenCodes } from './seen-codes.ts';
import {
  Guid,
  LoyaltyTransaction,
  LoyaltyTransactionResponse,
  TOAST_HEADERS,
  TOAST_PATH,
  TRANSACTION_TYPES,
  type TransactionStatus,
} from './wire.ts';

/** The contract lets a static API key have so many characters. */
const MAX_KEY_CHARS = 255;

/** The loyalty contract's one address. Answers, refusals too, have the contract's shape. */
export function toastRoutes(fastify: FastifyInstance, app: App): void {
  const { toast } = app.config;
  const loyalty = new ToastLoyalty({
    journal: app.journal,
    book: app.book,
    clock: app.clock,
    random: app.random,
    reported: app.reported,
    indexKey: app.indexKey,
    keys: app.journal.keys,
    seen: new SeenCodes(),
    instant: zonedInstants(app.config.zone),
    locale: toast?.locale ?? 'en',
    countryCode: toast?.countryCode ?? '1',
    membershipTextVersion: toast?.membershipTextVersion,
    find: findGoods(app.items, toast?.itemSkus ?? {}),
  });
  const restaurants = new Set(toast?.restaurants ?? []);
  fastify.register(async (scope) => {
    scope.setErrorHandler(answerError);
    // The schema describes; each transaction is read by the part of its type, so that refusals have the contract's words.
    scope.setValidatorCompiler(() => (value) => ({ value }));
    scope.route({
      method: 'POST',
      url: TOAST_PATH,
      schema: {
        tags: ['adapters'],
        summary: 'A loyalty transaction of a Toast POS (Toast Loyalty Integration API)',
        operationId: 'toastLoyalty',
        headers: z.object({
          'Toast-Transaction-Type': z.enum(TRANSACTION_TYPES),
          'Toast-Transaction-GUID': z.string(),
          'Toast-Restaurant-External-ID': z.string(),
        }),
        body: LoyaltyTransaction,
        response: {
          200: LoyaltyTransactionResponse.describe('ACCEPT'),
          400: LoyaltyTransactionResponse.describe('Refused; the status says why'),
          404: LoyaltyTransactionResponse.describe('ERROR_ACCOUNT_INVALID'),
          500: LoyaltyTransactionResponse.describe('ERROR'),
        },
        security: [{ credential: [] }],
      },
      handler: async (request) => {
        const asked = readRequest(app, restaurants, request);
        const shown = shownIn(asked.body, toast?.countryCode ?? '1');
        if (shown !== undefined) await app.finder.prepare(shown);
        return loyalty.answer(asked);
      },
    });
  });
}

/** Who asks what. Throws ERROR_INVALID_TOKEN, ERROR_INVALID_RESTAURANT, ERROR_INVALID_TOAST_TRANSACTION_TYPE, ERROR_INVALID_INPUT_PROPERTIES. */
function readRequest(app: App, restaurants: ReadonlySet<string>, request: FastifyRequest): LoyaltyRequest {
  const header = (name: string): string => {
    const value = request.headers[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const terminal = terminalOf(app, header('authorization'));
  const restaurant = header(TOAST_HEADERS.restaurant);
  if (!restaurants.has(restaurant))
    throw new Refusal('ERROR_INVALID_RESTAURANT', 'not among toast.restaurants of the config of the agent');
  const type = header(TOAST_HEADERS.type);
  if (!isTransactionType(type))
    throw new Refusal('ERROR_INVALID_TOAST_TRANSACTION_TYPE', 'not a type of the loyalty contract');
  const guid = header(TOAST_HEADERS.guid);
  if (!Guid.safeParse(guid).success || holdsCardNumber(guid))
    throw new Refusal('ERROR_INVALID_INPUT_PROPERTIES', 'Toast-Transaction-GUID is missing or no identifier');
  return {
    type,
    guid,
    restaurant,
    terminal,
    adjusts: terminal.priceOwner === 'pos-adjusts',
    body: request.body,
  };
}

/** The key comes as it is, or as a bearer token. Throws ERROR_INVALID_TOKEN for all but a terminal whose POS owns its prices. */
function terminalOf({ pairing }: App, authorization: string): Terminal {
  const key = authorization.replace(/^Bearer /i, '');
  if (key === '' || key.length > MAX_KEY_CHARS || /\s/.test(key)) throw badToken('no API key');
  try {
    const { deviceId, kind, lane, priceOwner } = pairing.authenticate(key);
    if (kind !== 'terminal' || priceOwner === 'tillside')
      throw badToken('pair a terminal with priceOwner pos-adjusts or pos-reports');
    return { deviceId, lane: lane ?? deviceId, priceOwner };
  } catch (error) {
    if (error instanceof AgentError && error.status === 401) throw badToken(error.code);
    throw error;
  }
}

/** A code as a card or a phone shows it, wherever the POS has put it, else a phone that was typed: who is a member elsewhere is looked for before. */
const SHOWN = z.object({
  checkTransactionInformation: z
    .object({ loyaltyIdentifier: z.string().max(200) })
    .optional()
    .catch(undefined),
  searchTransactionInformation: z
    .object({ searchCriteria: z.record(z.string(), z.unknown()) })
    .optional()
    .catch(undefined),
});
const CODE = /^(T[MR]:|\d{18}$)/i;

function shownIn(body: unknown, countryCode: string): Shown | undefined {
  const read = SHOWN.safeParse(body).data;
  const criteria = read?.searchTransactionInformation?.searchCriteria ?? {};
  const texts = [read?.checkTransactionInformation?.loyaltyIdentifier, ...Object.values(criteria)];
  const code = texts.map((text) => (typeof text === 'string' ? text.trim() : '')).find((text) => CODE.test(text));
  if (code !== undefined) return { code };
  const phone = typeof criteria.phone === 'string' ? typedPhone(criteria.phone, countryCode) : undefined;
  return phone === undefined ? undefined : { phone };
}

const badToken = (why: string): Refusal => new Refusal('ERROR_INVALID_TOKEN', why);

/** What the use cases refuse, in the contract's words. What is not here is `ERROR`. */
const STATUS_OF: Partial<Record<AgentError['code'], Refusal['status']>> = {
  MEMBER_UNKNOWN: 'ERROR_ACCOUNT_INVALID',
  PHONE_REFUSED: 'ERROR_INVALID_INPUT_PROPERTIES',
  TENDER_MISMATCH: 'ERROR_INVALID_INPUT_PROPERTIES',
  CARD_NUMBER_REFUSED: 'ERROR_INVALID_INPUT_PROPERTIES',
};

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = (code: number, transactionStatus: TransactionStatus, message: string): FastifyReply =>
    reply.code(code).send({ transactionStatus, message } satisfies LoyaltyTransactionResponse);
  if (error instanceof Refusal) return answer(error.httpStatus, error.status, error.message);
  if (error instanceof AgentError) {
    if (error.status >= 500) request.log.warn({ code: error.code, route: TOAST_PATH }, 'refused');
    const status = STATUS_OF[error.code] ?? 'ERROR';
    const code = error.status >= 500 ? 500 : status === 'ERROR_ACCOUNT_INVALID' ? 404 : 400;
    return answer(code, status, `${error.code}: ${error.message}`);
  }
  // A body that is no JSON, too large, or of another type.
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return answer(400, 'ERROR_INVALID_INPUT_PROPERTIES', error.code ?? 'the body can not be read');
  request.log.error({ err: error, route: TOAST_PATH }, 'unexpected error');
  return answer(500, 'ERROR', 'INTERNAL');
}
