import { CallError, callAgent, type PoslogReport } from '@tillside/agent-contract';
import { ITEMS_CSV, type Rig, startRig } from '../../../testing.ts';

/** An agent of a store with items and a member, on the evening of the day that the samples are of, and how its operator calls it. */
export class PoslogRig {
  readonly rig: Rig;

  private constructor(rig: Rig) {
    this.rig = rig;
  }

  static async start(more: Record<string, unknown> = {}): Promise<PoslogRig> {
    const began = Date.now();
    const rig = await startRig(more, { now: () => Date.parse('2026-11-22T22:00:00+08:00') + Date.now() - began });
    const one = new PoslogRig(rig);
    await callAgent(one.admin, 'importFile', { params: { what: 'items' }, body: ITEMS_CSV });
    await callAgent(one.admin, 'importFile', {
      params: { what: 'members' },
      body: 'memberId,code,tier,points,joinedAt,personalisation\nM000001,card-1,gold,100,2025-01-01T00:00:00Z,yes\n',
    });
    return one;
  }

  get admin(): { url: string; credential: string; locale: 'en' } {
    return { url: this.rig.agent.url, credential: this.rig.adminCredential(), locale: 'en' };
  }

  deliver(body: string, credential = this.rig.adminCredential()): Promise<PoslogReport> {
    return callAgent({ ...this.admin, credential }, 'importPoslog', { body });
  }

  rows(sql: string): unknown[] {
    return this.rig.agent.app.journal.all(sql);
  }

  /** Bodies of the events of a type, in order. */
  events(type: string): Record<string, unknown>[] {
    return this.rig.agent.app.journal
      .all<{ envelope: string }>(`SELECT envelope FROM event WHERE type = '${type}' ORDER BY seq`)
      .map(({ envelope }) => (JSON.parse(envelope) as { data: Record<string, unknown> }).data);
  }
}

/** `ok`, or the code of the refusal. */
export const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'ok';
  } catch (error) {
    return error instanceof CallError ? error.code : String(error);
  }
};
