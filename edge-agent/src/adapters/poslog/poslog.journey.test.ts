import { CallError, type PoslogReport } from '@tillside/agent-contract';
import { afterEach, describe, expect, it } from 'vitest';
import { ITEMS_CSV, type Rig, startRig } from '../../testing.ts';
import { plainSale, poslog } from './testing/samples.ts';

let rig: Rig;
afterEach(async () => rig.stop());

async function start(more: Record<string, unknown> = {}): Promise<void> {
  rig = await startRig(more);
  await post('/v1/imports/items', 'text/csv', ITEMS_CSV);
}

async function post(
  path: string,
  type: string,
  body: string | Uint8Array,
  credential = rig.adminCredential(),
): Promise<unknown> {
  const response = await fetch(rig.agent.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${credential}`, 'content-type': type, 'accept-language': 'en' },
    body: body as BodyInit,
  });
  const answer = (await response.json()) as { code: string };
  if (!response.ok) throw new CallError(response.status, answer as never);
  return answer;
}

const deliver = (document: string | Uint8Array, credential?: string, type = 'application/xml'): Promise<PoslogReport> =>
  post('/v1/imports/poslog', type, document, credential) as Promise<PoslogReport>;

describe('a POS that sells alone', () => {
  it('tells what it sold: sales reach the journal', async () => {
    await start();
    const report = await deliver(poslog([plainSale({ sequence: 1 })]));
    expect(report).toMatchObject({ transactions: 1, accepted: 1, quarantined: 0, importedFen: 1290 });
    expect(
      rig.agent.app.journal.all('SELECT terminal_id, receipt_number, business_date, payable_fen FROM sale'),
    ).toEqual([
      {
        terminal_id: 'poslog-store-test-3',
        receipt_number: '20261122.3.1',
        business_date: '2026-11-22',
        payable_fen: 1290,
      },
    ]);
    expect(await deliver(poslog([plainSale({ sequence: 1 })]))).toMatchObject({ accepted: 0, repeated: 1 });
  });
});
