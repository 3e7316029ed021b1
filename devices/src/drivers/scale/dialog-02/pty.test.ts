import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../clock.ts';
import type { Connection } from '../../../contract/config.ts';
import { DeviceEvent } from '../../../contract/event.ts';
import { newCounters } from '../../../contract/metrics.ts';
import { Dialog02Simulator } from '../../../simulators/dialog-02.ts';
import { PtyLine } from '../../../simulators/pty-line.ts';
import { openTransport } from '../../../transport/open.ts';
import { dialog02 } from './definition.ts';

const SECRET = { polynomial: '11021', initial: '0000', software: 'BEEF' } as const;
const weigh = { type: 'weigh', deviceId: 'dev-1', timeoutMs: 5_000, unitPriceFen: 1980 } as const;

describe('scale/dialog-02 on a pseudo-terminal', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tillside-dialog-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('answers the challenge, weighs, and weighs again after the plug was out', async () => {
    const path = join(directory, 'scale');
    const line = new PtyLine({ path });
    const scale = new Dialog02Simulator(line);
    scale.setSecret(SECRET);
    scale.plate.setWeight(1234);
    await scale.start();
    // A pseudo-terminal carries eight bits: the parity of the scale arrives in bit 7.
    const connection: Connection = { kind: 'serial', path, baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 };
    const states: string[] = [];
    const session = dialog02.createSession({
      config: { id: 'dev-1', model: 'scale/dialog-02', connection, options: {} },
      options: dialog02.options.parse({ checksum: SECRET }),
      clock: systemClock,
      counters: newCounters(),
      emit: (event) => {
        const parsed = DeviceEvent.parse(event);
        states.push(parsed.type === 'state' ? parsed.state : parsed.type);
      },
      openTransport: () => openTransport(connection),
    });
    await session.start();
    const good = { ok: true, value: { value: '1.234', grams: 1234, amountFen: 2443 } };
    expect(await session.command(weigh)).toMatchObject(good);
    await scale.stop();
    await expect.poll(() => states.at(-1)).toBe('offline');
    expect(await session.command(weigh)).toMatchObject({ ok: false, code: 'DEVICE_OFFLINE' });
    await scale.start();
    await expect.poll(() => states.at(-1), { timeout: 15_000 }).toBe('online');
    expect(await session.command(weigh)).toMatchObject(good);
    await session.stop();
    await scale.stop();
    expect(states).not.toContain('reject');
  }, 30_000);
});
