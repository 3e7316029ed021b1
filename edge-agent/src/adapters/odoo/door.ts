import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { AgentError } from '../../errors.ts';
import type { OdooLaneConfig } from './config.ts';

/**
 * Who may talk to a lane's devices: a page of a named origin, under an address or a known name (a page of anybody's could make its own name point here: DNS
 * rebinding), and with the key in the path where one is set. Throws ODOO_ORIGIN_REFUSED, ODOO_HOST_REFUSED or NOT_FOUND.
 */
export function admit(
  config: Pick<OdooLaneConfig, 'origins' | 'names' | 'key'>,
  request: { readonly origin: string | undefined; readonly host: string | undefined; readonly key: string | undefined },
): void {
  if (!isKnownHost(request.host, config.names)) throw new AgentError('ODOO_HOST_REFUSED');
  if (request.origin === undefined || !config.origins.includes(request.origin))
    throw new AgentError('ODOO_ORIGIN_REFUSED');
  if (!isSameKey(request.key, config.key)) throw new AgentError('NOT_FOUND');
}

function isKnownHost(host: string | undefined, names: readonly string[]): boolean {
  const name = /^(?:\[([0-9a-f:.]+)\]|([^:]+))(?::\d{1,5})?$/.exec(host?.toLowerCase() ?? '');
  const plain = name?.[1] ?? name?.[2] ?? '';
  return isIP(plain) !== 0 || plain === 'localhost' || names.includes(plain);
}

function isSameKey(given: string | undefined, wanted: string | undefined): boolean {
  if (wanted === undefined || given === undefined) return given === wanted;
  const [one, other] = [given, wanted].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

/** Headers that an Odoo till may send. */
const ALLOWED_HEADERS = 'Content-Type, Accept, X-Requested-With, X-Debug-Mode';
const PREFLIGHT_SECONDS = 600;

/** Headers of every answer to a page that is admitted: only it may read them. */
export const corsHeaders = (origin: string): Record<string, string> => ({
  'access-control-allow-origin': origin,
  vary: 'Origin',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
});

/** Of the answer to a preflight: `privateNetwork` when the browser asks whether a public page may reach into this network. */
export const preflightHeaders = (privateNetwork: boolean): Record<string, string> => ({
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': ALLOWED_HEADERS,
  'access-control-max-age': String(PREFLIGHT_SECONDS),
  ...(privateNetwork ? { 'access-control-allow-private-network': 'true' } : {}),
});
