import { lookup as dnsLookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type AddressRules, mayConnect } from './address.ts';

export const SEND_LIMITS = {
  timeoutMs: 15_000,
  /** Of an answer that is read and thrown away before the connection is closed. */
  answerBytes: 4_096,
} as const;

/** What a receiver said: a status, or why there was none. */
export type SendResult =
  | { readonly status: number; readonly retryAfterMs: number }
  | { readonly status: null; readonly why: string };

export interface Sending {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly rules: AddressRules;
  /** PEM of authorities that are trusted beside the system's. */
  readonly ca?: string | undefined;
  readonly timeoutMs?: number;
}

const seconds = (header: string | undefined): number =>
  header !== undefined && /^\d{1,6}$/u.test(header) ? Number(header) * 1000 : 0;

/** Every address that the name has is judged, and the one that is connected to is one that was judged: no second look-up comes between. */
function judgedLookup(protocol: string, rules: AddressRules): LookupFunction {
  return (hostname, options, done) => {
    dnsLookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '', 0);
      const bad = found.find(({ address }) => !mayConnect(protocol, address, rules));
      const [first] = found;
      if (bad !== undefined || first === undefined)
        return done(Object.assign(new Error('not public'), { code: 'ADDRESS_REFUSED' }), '', 0);
      if (options.all === true) return (done as unknown as (e: null, all: typeof found) => void)(null, found);
      done(null, first.address, first.family);
    });
  };
}

/** One attempt. Never rejects; follows no redirection. */
export function send({
  url,
  headers,
  body,
  rules,
  ca,
  timeoutMs = SEND_LIMITS.timeoutMs,
}: Sending): Promise<SendResult> {
  return new Promise((resolve) => {
    const target = new URL(url);
    const isTls = target.protocol === 'https:';
    const payload = Buffer.from(body, 'utf8');
    const failed = (why: string): void => resolve({ status: null, why });
    const host = target.hostname.replace(/^\[|\]$/gu, '');
    // Numbers are not looked up.
    if (/^[\d.]+$|:/u.test(host) && !mayConnect(target.protocol, host, rules)) return failed('ADDRESS_REFUSED');
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': String(payload.length), 'user-agent': 'tillside-hub' },
      lookup: judgedLookup(target.protocol, rules),
      signal: AbortSignal.timeout(timeoutMs),
      agent: false as const,
      ...(ca === undefined ? {} : { ca }),
    };
    const call = (isTls ? httpsRequest : httpRequest)(target, options, (answer) => {
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > SEND_LIMITS.answerBytes) call.destroy();
      });
      answer.on('error', () => undefined);
      resolve({ status: answer.statusCode ?? 0, retryAfterMs: seconds(answer.headers['retry-after']) });
    });
    call.on('error', (error: NodeJS.ErrnoException) =>
      failed(error.name === 'AbortError' || error.name === 'TimeoutError' ? 'TIMEOUT' : (error.code ?? 'FAILED')),
    );
    call.end(payload);
  });
}
