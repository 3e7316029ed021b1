import { z } from 'zod';
import { Id } from '../common.ts';
import * as pairing from '../pairing.ts';
import type { Route } from './route.ts';

const None = z.strictObject({});

export const pairingRoutes = {
  createPairingCode: {
    method: 'POST',
    path: '/v1/pairing-codes',
    auth: 'admin',
    tag: 'pairing',
    summary: 'Make a one-time pairing code',
    body: pairing.PairingCodeRequest,
    response: pairing.PairingCode,
  },
  pair: {
    method: 'POST',
    path: '/v1/pair',
    auth: 'public',
    tag: 'pairing',
    summary: 'Exchange a one-time code for a credential',
    body: pairing.PairRequest,
    response: pairing.PairAnswer,
  },
  listPaired: {
    method: 'GET',
    path: '/v1/paired',
    auth: 'admin',
    tag: 'pairing',
    summary: 'Who is paired',
    response: z.strictObject({ devices: z.array(pairing.PairedDevice) }),
  },
  revoke: {
    method: 'DELETE',
    path: '/v1/paired/:deviceId',
    auth: 'admin',
    tag: 'pairing',
    summary: 'Revoke a credential',
    params: z.strictObject({ deviceId: Id }),
    response: None,
  },
} as const satisfies Record<string, Route>;
