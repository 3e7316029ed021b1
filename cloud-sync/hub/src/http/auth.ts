import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { Phones } from '../members/phones.ts';
import type { Pairing } from '../pairing.ts';
import type { CredentialRecord, HubStorage } from '../storage/port.ts';
import { SeenStores } from './seen.ts';

const BEARER = /^Bearer ([A-Za-z0-9_-]{43})$/u;

export interface AuthPorts {
  readonly pairing: Pairing;
  readonly phones: Pick<Phones, 'memberOf'>;
  readonly storage: HubStorage;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** Every route says whom it serves in `config.auth`; one that says nothing serves nobody. */
export function installAuth(app: FastifyInstance, { pairing, phones, storage, clock, log }: AuthPorts): void {
  const stores = new SeenStores({
    registry: storage.registry,
    clock,
    failed: (error) => log.warn({ err: error }, 'when stores were last seen could not be written'),
  });
  app.addHook('onClose', () => stores.stop());

  app.decorateRequest('credential', null);
  app.decorateRequest('member', null);
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const { auth: wanted, scope } = request.routeOptions.config;
    if (wanted === 'public') return;
    const { authorization } = request.headers;
    if (wanted === 'member') {
      request.member = await phones.memberOf(authorization?.replace(/^Bearer /u, '') ?? '');
      if (request.member === null) throw new HubFault('HUB_SESSION_REFUSED');
      return;
    }
    if (authorization === undefined) throw new HubFault('HUB_CREDENTIAL_MISSING');
    const credential = await pairing.identify(BEARER.exec(authorization)?.[1] ?? '');
    if (credential === null) throw new HubFault('HUB_CREDENTIAL_REFUSED');
    if (credential.kind === 'partner' && wanted === 'operator' && scope !== undefined) {
      if (!credential.scopes.includes(scope)) throw new HubFault('HUB_SCOPE_REFUSED', scope);
    } else if (credential.kind !== wanted) throw new HubFault('HUB_ROLE_REFUSED');
    request.credential = credential;
  });
  // What was turned away at the door costs no write: after an outage that is what the hub does most.
  app.addHook('preHandler', async ({ credential }) => {
    // Routes of plugins that came before this one have no such member at all.
    const store = credential?.store ?? null;
    if (store !== null) stores.seen(store);
  });
}

export function credentialOf(request: FastifyRequest): CredentialRecord {
  if (request.credential === null) throw new HubFault('HUB_CREDENTIAL_MISSING');
  return request.credential;
}

/** The id of the store that makes this request. */
export function storeOf(request: FastifyRequest): string {
  const { store } = credentialOf(request);
  if (store === null) throw new HubFault('HUB_ROLE_REFUSED');
  return store;
}
