import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock, systemClock } from '../clock.ts';
import type { Connection } from '../contract/config.ts';
import { FAULTS, type FaultKind, FaultyLine, MAX_WAITING_MESSAGES } from './faults.ts';
import type { SimulatorLine } from './line.ts';
import { PtyLine } from './pty-line.ts';
import { seededRandom } from './random.ts';
import { TcpLine } from './tcp-line.ts';

class KeptLine implements SimulatorLine {
  readonly connection: Connection = { kind: 'tcp', host: '127.0.0.1', port: 1 };
  readonly written: string[] = [];
  onBytes: ((bytes: Uint8Array) => void) | undefined;

  async start(onBytes: (bytes: Uint8Array) => void): Promise<void> {
    this.onBytes = onBytes;
  }
  async write(bytes: Uint8Array): Promise<void> {
    this.written.push(Buffer.from(bytes).toString('latin1'));
  }
  async stop(): Promise<void> {
    this.onBytes = undefined;
  }
}

async function faulty(seed = 1) {
  const below = new KeptLine();
  const clock = new ManualClock();
  const line = new FaultyLine(below, { random: seededRandom(seed), clock });
  let heard = '';
  await line.start((bytes) => {
    heard += Buffer.from(bytes);
  });
  /** Writes and moves the clock until it left. */
  const send = async (text: string): Promise<void> => {
    let sent = false;
    const writing = line.write(Buffer.from(text, 'latin1')).finally(() => {
      sent = true;
    });
    while (!sent) await clock.advance(1);
    await writing;
  };
  return { below, clock, line, send, heard: () => heard };
}

const MESSAGE = '6901234567892\r';

describe('FaultyLine', () => {
  it('is a line like any other without faults', async () => {
    const { below, line, send, heard } = await faulty();
    await send(MESSAGE);
    below.onBytes?.(Buffer.from('W'));
    expect(below.written).toEqual([MESSAGE]);
    expect(heard()).toBe('W');
    expect([...line.made]).toEqual([]);
  });

  it('makes noise, splits, loses and repeats messages', async () => {
    const made = async (kind: FaultKind, amount?: number) => {
      const { below, line, send } = await faulty();
      line.set(kind, 1, amount);
      await send(MESSAGE);
      expect([...line.made]).toEqual([[kind, 1]]);
      return below.written;
    };
    const noise = await made('noise', 4);
    expect(noise).toHaveLength(2);
    expect(noise[0]?.length).toBeLessThanOrEqual(4);
    expect(noise[1]).toBe(MESSAGE);
    const split = await made('split');
    expect(split.length).toBeGreaterThan(1);
    expect(split.join('')).toBe(MESSAGE);
    expect(await made('silence')).toEqual([]);
    expect(await made('duplicate')).toEqual([MESSAGE, MESSAGE]);
    const [corrupt = ''] = await made('corrupt');
    const flipped = [...corrupt].map((char, at) => char.charCodeAt(0) ^ MESSAGE.charCodeAt(at));
    expect(flipped.filter((bits) => bits !== 0)).toHaveLength(1);
    expect(Math.log2(Math.max(...flipped)) % 1).toBe(0);
  });

  it('delays messages and keeps their order', async () => {
    const { below, clock, line } = await faulty();
    line.set('delay', 1, 1_000);
    const both = Promise.all([line.write(Buffer.from('a')), line.write(Buffer.from('b'))]);
    await clock.advance(0);
    line.clear();
    const third = line.write(Buffer.from('c'));
    await clock.advance(0);
    expect(below.written).toEqual([]);
    await clock.advance(2_000);
    await Promise.all([both, third]);
    expect(below.written).toEqual(['a', 'b', 'c']);
  });

  it('happens as often as its rate says, the same for the same seed', async () => {
    const run = async (seed: number) => {
      const { below, line, send } = await faulty(seed);
      line.set('silence', 0.25);
      for (let count = 0; count < 400; count += 1) await send(`${count}\r`);
      return below.written;
    };
    const kept = await run(7);
    expect(kept.length).toBeGreaterThan(260);
    expect(kept.length).toBeLessThan(340);
    expect(await run(7)).toEqual(kept);
    expect(await run(8)).not.toEqual(kept);
  });

  it('loses what waits behind too long a queue', async () => {
    const { below, clock, line } = await faulty();
    line.set('delay', 1, 10);
    const sent = Array.from({ length: MAX_WAITING_MESSAGES + 5 }, () => line.write(Buffer.from('x')));
    await clock.advance(10 * sent.length);
    await Promise.all(sent);
    expect(below.written).toHaveLength(MAX_WAITING_MESSAGES);
    expect(line.made.get('silence')).toBe(5);
  });

  it('stops with messages still waiting, and with the plug pulled', async () => {
    const { below, line } = await faulty();
    line.set('delay', 1, 1_000_000);
    const waiting = [line.write(Buffer.from('a')), line.write(Buffer.from('b'))];
    const back = line.unplug(60_000);
    await line.stop();
    await Promise.all([...waiting, back]);
    expect(below.written).toEqual([]);
    expect(below.onBytes).toBeUndefined();
    expect(line.unplugged).toBe(false);
  });

  it('loses what is written while unplugged, and is back after the time or by hand', async () => {
    const { below, clock, line } = await faulty();
    const back = line.unplug(500);
    await line.write(Buffer.from('lost'));
    expect(below.onBytes).toBeUndefined();
    expect(() => line.unplug(1)).toThrow('already');
    await clock.advance(500);
    await back;
    const later = line.unplug();
    await clock.advance(1_000_000);
    expect(line.unplugged).toBe(true);
    line.plug();
    await later;
    await line.write(Buffer.from('kept'));
    expect(below.written).toEqual(['kept']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('has words for people on every fault', () => {
    for (const { help } of Object.values(FAULTS)) expect(help.zh).toMatch(/\p{Script=Han}/u);
  });
});

describe('an unplugged line, for whoever is at the other end', () => {
  it('takes the path of a pseudo-terminal away and brings it back', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tillside-unplug-'));
    const path = join(directory, 'pty');
    const line = new FaultyLine(new PtyLine({ path }), { random: Math.random, clock: systemClock });
    try {
      await line.start(() => {});
      expect(existsSync(path)).toBe(true);
      const back = line.unplug();
      await expect.poll(() => existsSync(path)).toBe(false);
      line.plug();
      await back;
      expect(existsSync(path)).toBe(true);
    } finally {
      await line.stop();
      await rm(directory, { recursive: true, force: true });
    }
    expect(existsSync(path)).toBe(false);
  });

  it('ends a TCP connection and refuses the next', async () => {
    const line = new FaultyLine(new TcpLine(), { random: Math.random, clock: systemClock });
    await line.start(() => {});
    const { connection } = line;
    if (connection.kind !== 'tcp') throw new Error('a TCP line has a tcp connection');
    const dial = () =>
      new Promise<string>((resolve) => {
        const socket = connect(connection.port, connection.host);
        socket.once('connect', () => socket.once('close', () => resolve('ended')));
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
        socket.resume();
      });
    const first = dial();
    await expect
      .poll(() =>
        line.write(Buffer.from('x')).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    const back = line.unplug();
    expect(await first).toBe('ended');
    expect(await dial()).toBe('ECONNREFUSED');
    line.plug();
    await back;
    const again = dial();
    await expect
      .poll(() =>
        line.write(Buffer.from('x')).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await line.stop();
    expect(await again).toBe('ended');
  });
});
