import type { Locale } from '@tillside/agent-contract';
import { z } from 'zod';
import type { AgentError } from '../../errors.ts';

/** What a till posts (JSON-RPC 2.0); `method` is always `call`, the path says what is meant. */
export const RpcCall = z.object({
  jsonrpc: z.literal('2.0').optional(),
  id: z.union([z.string().max(64), z.number(), z.null()]).default(null),
  params: z.record(z.string(), z.unknown()).nullish(),
});
export type RpcCall = z.infer<typeof RpcCall>;

/** The code that Odoo's own server gives to errors of its logic; tills look at `data`. */
const SERVER_ERROR = 200;

export const rpcResult = (id: RpcCall['id'], result: unknown): object => ({ jsonrpc: '2.0', id, result });

/** An error as Odoo's client expects it: it shows `data.message`. `code` and `hint` are ours. */
export function rpcError(id: RpcCall['id'], error: AgentError, locale: Locale): object {
  const { message, hint } = error.words(locale);
  const { code, fields } = error;
  return {
    jsonrpc: '2.0',
    id,
    error: {
      code: SERVER_ERROR,
      message,
      data: {
        name: code,
        message: `${message} ${hint}`,
        debug: '',
        arguments: [],
        code,
        hint,
        ...(fields ? { fields } : {}),
      },
    },
  };
}
