import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock.ts';
import { condition } from '../conditions.ts';
import type { DeviceEvent } from '../contract/event.ts';
import { EventQueue } from './event-queue.ts';
import { Spool } from './spool.ts';
import { ackLine, eventLine, headerLine, readSpool, shedLine } from './spool-file.ts';

const base = { deviceId: 'd', at: '2026-01-01T00:00:00.000Z' };
const scan = (data: string): DeviceEvent => ({ ...base, type: 'scan', kind: 'text', data });
let directory: string;
let next = 0;
/** Lives that "ended at once": their files are closed at the end. */
const ended: Spool[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tillside-spool-'));
});
afterAll(async () => {
  for (const spool of ended) await spool.close();
  await rm(directory, { recursive: true, force: true });
});

/** One life of a host, as far as its spool goes. */
function life(path: string, bootId: string, limits?: { maxEvents: number; maxBytes: number }) {
  const queue = new EventQueue(bootId, limits);
  const conditions: (string | undefined)[] = [];
  const clock = new ManualClock();
  const spool = new Spool({
    path,
    clock,
    queue,
    onWritten: () => {},
    onCondition: (found) => conditions.push(found?.code),
  });
  ended.push(spool);
  return {
    queue,
    spool,
    clock,
    conditions,
    push: (event: DeviceEvent) => spool.append(queue.push(event)),
    ack: (boot: string, seq: number) => {
      queue.ack(boot, seq, Number.MAX_SAFE_INTEGER);
      spool.ack(boot, seq);
    },
    waiting: () => queue.waiting.map(({ bootId, eventSeq, json }) => `${bootId}:${eventSeq}:${JSON.parse(json).data}`),
  };
}

const newPath = (): string => {
  next += 1;
  return join(directory, `${next}.spool`);
};

describe('Spool', () => {
  it('brings back what nobody acknowledged, under its own numbers, after a life that ended at once', async () => {
    const path = newPath();
    const first = life(path, 'b1');
    await first.spool.open();
    for (const data of ['a', 'b', 'c']) first.push(scan(data));
    first.push({ ...base, type: 'state', state: 'online' });
    first.ack('b1', 1);
    await first.spool.settle();
    expect((await stat(path)).mode & 0o777).toBe(0o600);

    const second = life(path, 'b2');
    await second.spool.open();
    expect(second.waiting()).toEqual(['b1:2:b', 'b1:3:c']);
    second.push(scan('d'));
    await second.spool.settle();
    // An acknowledgement of the later boot covers the earlier one.
    const third = life(path, 'b3');
    await third.spool.open();
    expect(third.waiting()).toEqual(['b1:2:b', 'b1:3:c', 'b2:1:d']);
    third.ack('b2', 1);
    await third.spool.close();
    const fourth = life(path, 'b4');
    await fourth.spool.open();
    expect(fourth.waiting()).toEqual([]);
    expect([first, second, third, fourth].flatMap(({ conditions }) => conditions)).toEqual([]);
  });

  it('sends nothing before it is written, and keeps the order of what needs no write', async () => {
    const one = life(newPath(), 'b1');
    await one.spool.open();
    one.push({ ...base, type: 'state', state: 'starting' });
    expect(one.spool.sendableOrder).toBe(1);
    one.push(scan('a'));
    one.push({ ...base, type: 'state', state: 'online' });
    expect(one.spool.sendableOrder).toBe(1);
    await one.spool.settle();
    expect(one.spool.sendableOrder).toBe(3);
  });

  it('says that the end was torn, and loses no more than that', async () => {
    const path = newPath();
    const first = life(path, 'b1');
    await first.spool.open();
    for (const data of ['a', 'b']) first.push(scan(data));
    await first.spool.settle();
    await truncate(path, (await stat(path)).size - 3);
    const second = life(path, 'b2');
    await second.spool.open();
    expect(second.waiting()).toEqual(['b1:1:a']);
    expect(second.conditions).toEqual(['SPOOL_TORN']);
    const third = life(path, 'b3');
    await third.spool.open();
    expect(third.conditions).toEqual([]);
  });

  it('sets a damaged file aside, keeps what can be read of it, and no more than three such files', async () => {
    const path = newPath();
    const name = path.slice(directory.length + 1);
    for (let round = 0; round < 5; round += 1) {
      const good = [1, 2, 3].map((eventSeq) =>
        eventLine({ bootId: `r${round}`, eventSeq, type: 'scan', json: JSON.stringify(scan(`${eventSeq}`)) }),
      );
      const spoilt = good[1]?.replace('"text"', '"tixt"') ?? '';
      await writeFile(path, [headerLine(), good[0], spoilt, good[2]].join(''));
      const one = life(path, 'b');
      await one.clock.advance(round * 1_000);
      await one.spool.open();
      expect(one.waiting()).toEqual([`r${round}:1:1`, `r${round}:3:3`]);
      expect(one.conditions).toEqual(['SPOOL_DAMAGED']);
    }
    const aside = (await readdir(directory)).filter((one) => one.startsWith(`${name}.bad-`));
    expect(aside).toHaveLength(3);
    expect(await readFile(join(directory, aside[0] ?? ''), 'utf8')).toContain('"tixt"');
  });

  it.each([
    ['of a later form', headerLine(9), 'foreign'],
    ['of somebody else', 'hello\nworld\n', 'foreign'],
    ['of zeros', '\0'.repeat(4_096), 'torn'],
    ['that is empty', '', 'clean'],
  ])('takes a file %s for what it is', async (_what, text, found) => {
    const path = newPath();
    await writeFile(path, text);
    expect((await readSpool(path)).found).toBe(found);
    const one = life(path, 'b');
    await one.spool.open();
    one.push(scan('a'));
    await one.spool.settle();
    expect(await readSpool(path)).toMatchObject({ events: [{ eventSeq: 1 }], found: 'clean' });
  });

  it('goes on from memory while it can not write, says so, and writes all when it can again', async () => {
    const path = newPath();
    // A folder in the way of the new file: stands for a disk that is full or read-only.
    await mkdir(`${path}.new`);
    const one = life(path, 'b1');
    await one.spool.open();
    expect(one.conditions).toEqual(['SPOOL_WRITE_FAILED']);
    one.push(scan('a'));
    expect(one.spool.sendableOrder).toBe(1);
    await rmdir(`${path}.new`);
    await one.clock.advance(5_000);
    await expect.poll(() => one.conditions).toEqual(['SPOOL_WRITE_FAILED', undefined]);
    one.push(scan('b'));
    await one.spool.settle();
    const after = life(path, 'b2');
    await after.spool.open();
    expect(after.waiting()).toEqual(['b1:1:a', 'b1:2:b']);
  });

  it('stays small while events come and go, and keeps the count of what was shed', async () => {
    const path = newPath();
    const one = life(path, 'b1', { maxEvents: 2, maxBytes: 1_000_000 });
    await one.spool.open();
    const long = 'x'.repeat(3_000);
    let largest = 0;
    for (let seq = 1; seq <= 100; seq += 1) {
      one.push(scan(`${seq}${long}`));
      await one.spool.settle();
      one.ack('b1', seq);
      await one.spool.settle();
      largest = Math.max(largest, (await stat(path)).size);
    }
    expect(largest).toBeLessThan(20_000);
    for (const data of ['a', 'b', 'c']) one.push(scan(data));
    expect(one.queue.shed).toEqual({ scan: 1 });
    one.spool.shed('scan', 1);
    await one.spool.close();
    const two = life(path, 'b2');
    await two.spool.open();
    expect(two.queue.shed).toEqual({ scan: 1 });
    // Written anew at each start: still one.
    const three = life(path, 'b3');
    await three.spool.open();
    expect(three.queue.shed).toEqual({ scan: 1 });
  });

  it('holds no payment code in clear', async () => {
    const path = newPath();
    const one = life(path, 'b1');
    await one.spool.open();
    one.push({ ...base, type: 'scan', kind: 'payment', data: '28****************' });
    one.push({ ...base, type: 'reject', condition: condition('SCAN_GARBAGE'), byteCount: 1 });
    await one.spool.settle();
    expect(await readFile(path, 'utf8')).not.toMatch(/\d{16}/);
  });
});

describe('a spool file that was cut anywhere', () => {
  it('gives what whole lines before the cut say, and never throws', async () => {
    const path = newPath();
    const record = fc.oneof(
      { weight: 3, arbitrary: fc.record({ push: fc.string({ unit: 'grapheme', maxLength: 20 }) }) },
      fc.record({ ack: fc.nat(30) }),
      fc.constant({ shed: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 30 }), fc.nat(100_000), async (records, cutSeed) => {
        let seq = 0;
        const lines = records.map((one) => {
          if ('ack' in one) return ackLine('b', Math.min(one.ack, seq));
          if ('shed' in one) return shedLine('scan', 1);
          seq += 1;
          return eventLine({ bootId: 'b', eventSeq: seq, type: 'scan', json: JSON.stringify(scan(one.push)) });
        });
        const bytes = Buffer.from([headerLine(), ...lines].join(''));
        const cut = cutSeed % (bytes.length + 1);
        await writeFile(path, bytes.subarray(0, cut));
        const whole = bytes.subarray(0, cut).toString('latin1').split('\n').length - 1;
        let expected: { eventSeq: number }[] = [];
        let shed = 0;
        let at = 0;
        for (const one of records.slice(0, Math.max(0, whole - 1))) {
          if ('ack' in one) expected = expected.filter(({ eventSeq }) => eventSeq > Math.min(one.ack, at));
          else if ('shed' in one) shed += 1;
          else {
            at += 1;
            expected.push({ eventSeq: at });
          }
        }
        const content = await readSpool(path);
        expect(content.events.map(({ eventSeq }) => ({ eventSeq }))).toEqual(expected);
        expect(content.shed.scan ?? 0).toBe(shed);
        expect(['clean', 'torn']).toContain(content.found);
      }),
      { numRuns: 200 },
    );
  });
});
