import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainOf, incoming } from '../testing/events.ts';
import { sumEffects, sumsOf } from './effects.ts';
import type { IncomingEvent } from './incoming.ts';
import { type PackedBatch, Packer, unpack } from './packed.ts';
import { readQuickLine } from './quick-line.ts';

const AT = '2024-03-02T09:15:30+08:00';
const HASH = 'a'.repeat(64);

/** One of each sort, by two epochs. */
function sorts(): IncomingEvent[] {
  const [sales, other, ops, members] = [chainOf('s1'), chainOf('s1'), chainOf('s1', 'ops'), chainOf('s1', 'members')];
  const shed = {
    stream: 'presence',
    fromSeq: 1,
    toSeq: 3,
    prevhash: HASH,
    lastHash: HASH,
    reason: 'disk-full',
    at: AT,
  };
  const applied = { kind: 'campaigns', version: 1, sha256: HASH, outcome: 'applied', at: AT };
  const counts = { questions: 200, failed: 0, late: 1, crashes: 0 };
  const stage = { version: 3, modelId: 'm3', stage: 'share', sharePercent: 10, ...counts, at: AT };
  return [
    sales.sale(),
    other.again(chainOf('s1').sale()),
    sales.sale({ memberId: 'm_0001', cashierId: '张三', receiptNumber: '𝟙' }),
    other.sale({ payableFen: 1, savingsFen: 0 }),
    ops.next('tillside.stream.shed.v1', shed),
    ops.next('tillside.desired.applied.v1', applied),
    ops.next('tillside.model.changed.v1', stage),
    ops.next('from.the.future.v9', { '': '界' }),
    members.next('tillside.member.erased.v1', { memberId: 'm_0001', at: AT, by: 'member' }),
  ].map(incoming);
}

/** As a batch is packed; quickly where that can be. */
function pack(events: readonly IncomingEvent[], isQuick: boolean): PackedBatch {
  const bytes = Buffer.from(events.map(({ text }) => `${text}\n`).join(''));
  const packer = new Packer('s1', bytes, events.length);
  let begin = 0;
  for (const event of events) {
    const end = begin + Buffer.byteLength(event.text);
    const quick = isQuick ? readQuickLine(bytes.toString('latin1'), begin, end) : null;
    if (quick === null) packer.add(event, begin, end);
    else packer.addQuick(quick, begin, end);
    begin = end + 1;
  }
  return packer.done();
}

test('events are the same on the other side of a thread, in any number and order', () => {
  const all = sorts();
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: 1 }), fc.boolean(), (events, isQuick) => {
      const back = unpack(structuredClone(pack(events, isQuick)));
      const plain = back.map((event) => ({
        ...event,
        effects: sumEffects([event.effects]),
        marks: { ...event.effects },
      }));
      expect(plain).toMatchObject(
        events.map(({ effects, ...event }) => {
          const { sales: _sales, totals: _totals, ...marks } = effects;
          return { ...event, effects: sumEffects([effects]), marks };
        }),
      );
      expect(back.map(({ shed, again }) => [shed, again])).toEqual(events.map(({ shed, again }) => [shed, again]));
    }),
  );
});

test.each([true, false])(
  'the sums are those of all of them; of a part they are worked out again (quick: %s)',
  (isQuick) => {
    const events = sorts();
    const packed = structuredClone(pack(events, isQuick));
    const back = unpack(packed);
    const batch = { events: back, sums: packed.sums };
    expect(sumsOf(batch, back)).toBe(packed.sums);
    expect(packed.sums).toEqual(sumEffects(events.map(({ effects }) => effects)));
    expect(sumsOf(batch, back.slice(1))).toEqual(sumEffects(events.slice(1).map(({ effects }) => effects)));
  },
);
