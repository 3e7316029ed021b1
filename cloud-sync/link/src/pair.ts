import { z } from 'zod';
import { LinkError, problem } from './errors.ts';
import { type HttpPort, postJson } from './http.ts';
import type { LinkLimits } from './limits.ts';
import type { HubCredential } from './ports.ts';

/** The part of the hub's pairing answer that a store needs; the hub may say more. */
const StorePairing = z.object({
  credential: z.string().min(16),
  store: z.string(),
  mqttUrl: z.string().optional(),
  root: z.record(z.string(), z.unknown()),
});

export interface PairOptions {
  readonly hubUrl: string;
  readonly code: string;
  readonly store: string;
  readonly http: HttpPort;
  readonly limits: LinkLimits;
  readonly nowMs: number;
}

/** Trades a one-time code for the store's own credential and the root of trust. Throws LinkErrors; the code works once. */
export async function pair({ hubUrl, code, store, http, limits, nowMs }: PairOptions): Promise<HubCredential> {
  const answer = await postJson(http, {
    url: `${hubUrl}/v1/pair`,
    body: { code, kind: 'store', name: store },
    answer: StorePairing,
    refused: 'HUB_REFUSED_PAIRING',
    maxAnswerBytes: limits.maxRootBytes + limits.maxAnswerBytes,
    nowMs,
  }).catch((error: unknown) => {
    // Without a credential, "refused" can only mean the code.
    if (error instanceof LinkError && error.problem.code === 'HUB_REFUSED_CREDENTIAL') {
      throw new LinkError(problem('HUB_REFUSED_PAIRING'));
    }
    throw error;
  });
  if (answer.store !== store) {
    throw new LinkError(problem('HUB_REFUSED_PAIRING', `the code is for ${answer.store}, this store is ${store}`));
  }
  const { credential, mqttUrl, root } = answer;
  return { hubUrl, credential, mqttUrl, root: JSON.stringify(root) };
}
