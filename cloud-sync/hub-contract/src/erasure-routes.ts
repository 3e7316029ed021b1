import { z } from 'zod';
import { ErasureProof } from './erasures.ts';
import { MemberId, Reason } from './member-api.ts';

const Params = z.strictObject({ memberId: MemberId });

/** Forgetting a person, and the proof of it. */
export const erasureRoutes = {
  eraseMember: {
    method: 'POST',
    path: '/v1/members/:memberId/erase',
    auth: 'operator',
    scope: 'erase',
    params: Params,
    body: z.strictObject({ reason: Reason, by: z.enum(['member', 'staff', 'hq']).default('member') }),
    response: ErasureProof,
    summary: 'Forget a person at HQ and in every store; the answer is the proof as it stands',
  },
  erasureProof: {
    method: 'GET',
    path: '/v1/erasures/:memberId/proof',
    auth: 'operator',
    scope: 'erase',
    params: Params,
    response: ErasureProof,
    summary: 'What was destroyed, and which stores confirmed when; signed by the hub',
  },
} as const;
