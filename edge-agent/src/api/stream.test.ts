import type { StreamEvent } from '@tillside/agent-contract';
import { describe, expect, it } from 'vitest';
import { type Audience, EventStream } from './stream.ts';

const scan = (lane: string, kind: string, data: string): StreamEvent => ({ type: 'scan', lane, kind, data });

function heardBy(audience: Audience, events: readonly StreamEvent[]): StreamEvent[] {
  const stream = new EventStream(0);
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
    const stream = new EventStream(0);
    for (const event of events) stream.publish(event);
    const heard: StreamEvent[] = [];
    stream.join({ kind: 'operator', lane: undefined }, 1, (_, event) => heard.push(event));
    expect(heard).toEqual([scan('2', 'own', ''), scan('1', 'text', '')]);
  });
});
