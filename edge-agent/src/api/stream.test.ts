import type { StreamEvent } from '@tillside/agent-contract';
import { describe, expect, it } from 'vitest';
import { type Audience, EventStream } from './stream.ts';

const scan = (lane: string, kind: string, data: string): StreamEvent => ({ type: 'scan', lane, kind, data });

const ON_DISK = { isPending: false, durable: async () => undefined };

function heardBy(audience: Audience, events: readonly StreamEvent[]): StreamEvent[] {
  const stream = new EventStream(0, ON_DISK);
  const heard: StreamEvent[] = [];
  stream.join(audience, undefined, (_, event) => heard.push(event));
  for (const event of events) stream.publish(event);
  return heard;
}

describe('who hears a scan', () => {
  const events = [scan('1', 'gtin', '6901234567892'), scan('2', 'own', 'TM:secret'), scan('1', 'text', '13800000000')];

  it('the till of its lane, whole', () =>
    expect(heardBy({ kind: 'terminal', lane: '1' }, events)).toEqual([events[0], events[2]]));

  it('the operator of every lane, but no code of a person', () =>
    expect(heardBy({ kind: 'operator', lane: undefined }, events)).toEqual([
      events[0],
      scan('2', 'own', ''),
      scan('1', 'text', ''),
    ]));

  it('no customer display: a code of a person is not for a screen that all can read', () =>
    expect(heardBy({ kind: 'display', lane: '1' }, events)).toEqual([]));

  it('nobody of another lane', () => expect(heardBy({ kind: 'kiosk', lane: '3' }, events)).toEqual([]));

  it('an operator who comes back hears what was missed, hidden all the same', () => {
    const stream = new EventStream(0, ON_DISK);
    for (const event of events) stream.publish(event);
    const heard: StreamEvent[] = [];
    stream.join({ kind: 'operator', lane: undefined }, 1, (_, event) => heard.push(event));
    expect(heard).toEqual([scan('2', 'own', ''), scan('1', 'text', '')]);
  });
});

describe('an event that tells of a commit', () => {
  const basket = (revision: number): StreamEvent => ({
    type: 'basket',
    lane: '1',
    basketId: 'b',
    revision,
    what: 'changed',
  });

  function slowDisk() {
    const waiting: { resolve(): void; reject(error: Error): void }[] = [];
    const disk = {
      isPending: true,
      durable(): Promise<void> {
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      },
    };
    const stream = new EventStream(0, disk);
    const heard: [number, StreamEvent][] = [];
    stream.join({ kind: 'terminal', lane: '1' }, undefined, (id, event) => heard.push([id, event]));
    return { disk, waiting, stream, heard };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('leaves when the commit is on the disk, in order; a scan overtakes it and has the lower number', async () => {
    const { disk, waiting, stream, heard } = slowDisk();
    stream.publish(basket(1));
    stream.publish(scan('1', 'gtin', 'a'));
    await turn();
    expect(heard).toEqual([[1, scan('1', 'gtin', 'a')]]);
    disk.isPending = false;
    stream.publish(basket(2));
    for (const wait of waiting) wait.resolve();
    await turn();
    expect(heard.slice(1)).toEqual([
      [2, basket(1)],
      [3, basket(2)],
    ]);
  });

  it('never leaves when the disk lost it', async () => {
    const { waiting, stream, heard } = slowDisk();
    stream.publish(basket(1));
    waiting[0]?.reject(new Error('lost'));
    await turn();
    expect(heard).toEqual([]);
  });
});
