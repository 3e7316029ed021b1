import { createHash, createHmac } from 'node:crypto';
import {
  type AuthKind,
  ErrorBody,
  IDEMPOTENCY_HEADER,
  type PairedKind,
  type PriceOwner,
  type Route,
  type RouteName,
  routes,
  STAFF_SESSION_HEADER,
} from '@tillside/agent-contract';
import type { FastifyInstance, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Journal, Reader, Tx } from '../journal/index.ts';
import type { Pairing } from '../pairing/pairing.ts';
import type { StaffSessions } from '../pairing/staff.ts';
import type { Clock, Random } from '../ports.ts';
import { openAnswer, sealAnswer } from './kept-answer.ts';
import type { Turns } from './turns.ts';

/** Answers kept for retries; a till that retries later than this gets a fresh attempt, which its receipt number still guards. */
const IDEMPOTENCY_LIFE_MS = 7 * 86_400_000;
const MAX_KEY_CHARS = 128;

type Parsed<R, K extends string> = R extends { [key in K]: infer S }
  ? S extends z.ZodType
    ? z.output<S>
    : undefined
  : undefined;
type Answer<R> = R extends { response: infer S } ? (S extends z.ZodType ? z.input<S> : never) : never;

/** Who calls: a paired device, or the machine's own operator (kind `admin`). */
export interface Caller {
  deviceId: string;
  kind: PairedKind | 'admin' | 'public';
  lane: string | undefined;
  staffId: string | undefined;
  /** Of a terminal; anybody else's is `tillside`. */
  priceOwner: PriceOwner;
}

export interface Call<R> {
  params: Parsed<R, 'params'>;
  query: Parsed<R, 'query'>;
  body: Parsed<R, 'body'>;
  caller: Caller;
  request: FastifyRequest;
  /** Runs the write once for this `Idempotency-Key`: a retry gets the first answer, another request under the same key is refused. */
  once<T>(work: (tx: Tx) => T): T;
  /** Whether this `Idempotency-Key` has its answer: what has to happen before the write must then not happen again. */
  answered(): boolean;
}

export type Handlers<K extends RouteName> = {
  [N in K]: (call: Call<(typeof routes)[N]>) => Answer<(typeof routes)[N]> | Promise<Answer<(typeof routes)[N]>>;
};

export interface ApiDeps {
  /** Of the routes of one agent together. */
  turns: Turns;
  journal: Journal;
  /** Of this machine, apart from the journal. */
  indexKey: Buffer;
  clock: Clock;
  random: Random;
  pairing: Pairing;
  staff: StaffSessions;
  adminCredentialFits(credential: string): boolean;
  /** To be called for each call of somebody in the store. */
  served(): void;
}

/** Registers each handler under its route of the contract: path, checks, authorisation and OpenAPI all come from the one table. */
export function register<K extends RouteName>(app: FastifyInstance, deps: ApiDeps, handlers: Handlers<K>): void {
  const callers = new WeakMap<FastifyRequest, Caller>();
  const { turns } = deps;
  for (const name of Object.keys(handlers) as K[]) {
    const route: Route = routes[name];
    const handle = handlers[name] as (call: Call<Route>) => unknown;
    app.route({
      method: route.method,
      url: route.path,
      schema: {
        tags: [route.tag],
        summary: route.summary,
        operationId: name,
        ...(route.params === undefined ? {} : { params: route.params }),
        ...(route.query === undefined ? {} : { querystring: route.query }),
        ...(route.body === undefined ? {} : { body: route.body }),
        ...(route.bodyType === undefined ? {} : { consumes: [route.bodyType, ...(route.otherBodyTypes ?? [])] }),
        ...headersOf(route),
        response: { 200: route.response, default: REFUSAL },
        ...(route.auth === 'public' ? {} : { security: [{ credential: [] }] }),
      },
      validatorCompiler: route.streamed === true ? allButBody : allButHeaders,
      // Before anything of the request is read: who may not call learns nothing of its schema.
      onRequest: async (request) => {
        callers.set(request, authorise(deps, route.auth, request));
      },
      handler: async (request) => {
        await turns.next();
        const caller = callers.get(request) ?? authorise(deps, route.auth, request);
        if (caller.kind !== 'admin') deps.served();
        return handle({
          params: request.params,
          query: request.query,
          body: request.body,
          caller,
          request,
          once: (work) => once(deps, caller, route, name, request, work),
          answered: () => answerOf(deps.journal, caller, request.headers[IDEMPOTENCY_HEADER]) !== undefined,
        } as Call<Route>);
      },
    });
  }
}

/** What every other status is answered with. */
const REFUSAL = ErrorBody.describe('Refused: a stable code, what happened, what to do');

/** Headers that a route asks for beside the credential. They are described here and checked where they are used, so that a missing one has its own code. */
function headersOf({ idempotent, auth }: Route): { headers?: z.ZodType } {
  const asked = {
    ...(idempotent ? { 'Idempotency-Key': z.string().min(1).max(MAX_KEY_CHARS) } : {}),
    ...(auth === 'staff-session' ? { 'X-Staff-Session': z.string() } : {}),
  };
  return Object.keys(asked).length === 0 ? {} : { headers: z.object(asked) };
}

const unchecked = (value: unknown): { value: unknown } => ({ value });

const allButHeaders: FastifySchemaCompiler<unknown> = (part) =>
  part.httpPart === 'headers' ? unchecked : validatorCompiler(part as Parameters<FastifySchemaCompiler<z.ZodType>>[0]);

/** A streamed body is not there yet when a request is checked. */
const allButBody: FastifySchemaCompiler<unknown> = (part) =>
  part.httpPart === 'body' ? unchecked : allButHeaders(part);

export const bearer = (request: FastifyRequest): string | undefined =>
  /^Bearer (\S{1,200})$/.exec(request.headers.authorization ?? '')?.[1];

/** Throws CREDENTIAL_MISSING, CREDENTIAL_REVOKED, NOT_ALLOWED, STAFF_SESSION_ENDED. */
export function authorise(deps: ApiDeps, auth: AuthKind, request: FastifyRequest): Caller {
  if (auth === 'public')
    return { deviceId: 'public', kind: 'public', lane: undefined, staffId: undefined, priceOwner: 'tillside' };
  const credential = bearer(request);
  if (credential !== undefined && deps.adminCredentialFits(credential)) {
    if (auth !== 'admin' && auth !== 'paired') throw new AgentError('NOT_ALLOWED');
    return { deviceId: 'admin', kind: 'admin', lane: undefined, staffId: undefined, priceOwner: 'tillside' };
  }
  const device = deps.pairing.authenticate(credential);
  const wanted = auth === 'staff-session' ? 'staff' : auth;
  if (wanted !== 'paired' && device.kind !== wanted) throw new AgentError('NOT_ALLOWED');
  const session = request.headers[STAFF_SESSION_HEADER];
  const staffId =
    auth === 'staff-session'
      ? deps.staff.check(device.deviceId, typeof session === 'string' ? session : undefined).staffId
      : undefined;
  return { deviceId: device.deviceId, kind: device.kind, lane: device.lane, staffId, priceOwner: device.priceOwner };
}

function once<T>(
  deps: ApiDeps,
  caller: Caller,
  route: Route,
  name: string,
  request: FastifyRequest,
  work: (tx: Tx) => T,
): T {
  if (!route.idempotent) return deps.journal.write(work);
  const key = request.headers[IDEMPOTENCY_HEADER];
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY_CHARS)
    throw new AgentError('IDEMPOTENCY_KEY_MISSING');
  // A phone number has little entropy: its plain hash could be undone by trying them all.
  const hash = route.personal === true ? createHmac('sha256', deps.indexKey) : createHash('sha256');
  const requestHash = hash.update(JSON.stringify([name, request.params, request.body ?? null])).digest('hex');
  return deps.journal.write((tx) => {
    const before = answerOf(tx, caller, key);
    if (before !== undefined) {
      if (before.request_hash !== requestHash) throw new AgentError('IDEMPOTENCY_KEY_REUSED');
      return openAnswer(deps.indexKey, caller.deviceId, key, before.response) as T;
    }
    const answer = work(tx);
    tx.run(
      'INSERT INTO idempotency (device_id, key, request_hash, response, at) VALUES (?, ?, ?, ?, ?)',
      caller.deviceId,
      key,
      requestHash,
      // A sign-up's answer is the member's card: the journal and its backups keep it from everybody but a retry.
      route.personal === true ? sealAnswer(deps, caller.deviceId, key, answer) : JSON.stringify(answer),
      deps.clock.now(),
    );
    return answer;
  });
}

function answerOf(
  reader: Reader,
  { deviceId }: Caller,
  key: string | string[] | undefined,
): { request_hash: string; response: string } | undefined {
  if (typeof key !== 'string') return undefined;
  return reader.get('SELECT request_hash, response FROM idempotency WHERE device_id = ? AND key = ?', deviceId, key);
}

/** Forgets answers that no till will ask for again. */
export function pruneIdempotency(journal: Journal, clock: Clock): void {
  journal.write((tx) => tx.run('DELETE FROM idempotency WHERE at < ?', clock.now() - IDEMPOTENCY_LIFE_MS));
}
