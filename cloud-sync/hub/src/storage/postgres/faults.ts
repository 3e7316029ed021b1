import { HubFault } from '../../fault.ts';

/** SQLSTATE, or what the network said. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const NETWORK = /^E(CONNREFUSED|CONNRESET|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH|PIPE)$/u;
const LOST =
  /connection (terminated|ended)|timeout exceeded when trying to connect|not queryable|has encountered a connection error|SSL|self-signed|certificate/iu;

/** Two transactions in each other's way: run it again. */
export const isRetryable = (error: unknown): boolean => /^(40001|40P01)$/u.test(codeOf(error));

/** Whether the session is gone, so that its connection must not be used again. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error);
  return (
    NETWORK.test(code) ||
    /^(08|57P0)/u.test(code) ||
    (error instanceof Error && LOST.test(error.message) && code === '')
  );
}

/**
 * What PostgreSQL and the network say, in the registry's codes. The detail is a code, never the server's own text: that may hold the data of a row or parts of the
 * connection string.
 */
export function postgresFault(error: unknown): unknown {
  if (error instanceof HubFault) return error;
  const code = codeOf(error);
  if (code === '53100') return new HubFault('HUB_STORAGE_FULL', 'PostgreSQL');
  if (/^(25006|42501)$/u.test(code)) return new HubFault('HUB_DATA_UNWRITABLE', `PostgreSQL (${code})`);
  if (isRetryable(error) || /^(53|57014|55P03)/u.test(code)) return new HubFault('HUB_STORAGE_BUSY', code);
  if (isLost(error) || /^(28|3D000)/u.test(code)) return new HubFault('HUB_STORAGE_UNREACHABLE', code);
  // TLS that is not trusted, or a host that speaks none.
  if (/^(ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_)/u.test(code))
    return new HubFault('HUB_STORAGE_UNREACHABLE', code);
  return error;
}
