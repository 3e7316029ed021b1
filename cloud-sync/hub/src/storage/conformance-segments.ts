import { randomUUID } from 'node:crypto';
import { SegmentRules } from '@tillside/hub-contract';
import { expect, test } from 'vitest';
import { runSegments } from '../segments/run.ts';
import { peopleOf } from '../segments/testing/people.ts';
import { chainOf, incoming } from '../testing/events.ts';
import { AT, consent, LATER, member } from '../testing/members.ts';
import type { HubStorage } from './port.ts';

const WISH = { rules: SegmentRules.parse({}), before: [], told: () => undefined, goOn: () => undefined };

/** What runs found. Part of the conformance suite. */
export function segmentRunCases(get: () => HubStorage, reopen: () => Promise<void>): void {
  test('of runs of segments the one that began last is the newest, also after closing and opening again; old ones go', async () => {
    expect(await get().segments.newest()).toBeNull();
    const run = await runSegments(peopleOf(300), WISH);
    for (let day = 1; day <= 31; day += 1) {
      const startedAt = `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;
      await get().segments.put({ ...run, id: randomUUID(), startedAt });
    }
    const newest = { ...run, startedAt: '2026-02-01T00:00:00.000Z' };
    await get().segments.put(newest);
    await get().segments.put(newest);
    await reopen();
    expect(await get().segments.newest()).toEqual(newest);
  });
}

/** A run over what stores told. */
export function segmentPeopleCases(get: () => HubStorage): void {
  test('a run over sales of stores: labels in the directory, stores told of them, and a merged person counted once', async () => {
    const { directory, feed, purchases } = get().members;
    const agreed = [consent('membership', true), consent('personalisation', true)];
    for (let at = 0; at < 60; at += 1) {
      const consents = at % 2 === 0 ? agreed : [consent('membership', true)];
      await directory.add(member(`m_00${10 + at}`, { home: at % 3 === 0 ? 's1' : 'hq', consents }), AT);
    }
    const chain = chainOf('s1');
    const sale = (memberId: string, completedAt: string, payableFen: number) =>
      incoming(chain.sale({ memberId, completedAt, businessDate: completedAt.slice(0, 10), payableFen }));
    const days = (at: number): string => new Date(Date.parse(AT) - at * 86_400_000).toISOString();
    const events = Array.from({ length: 56 }, (_, at) => sale(`m_00${10 + at}`, days(3 * at), 1000 + at));
    // m_0010 bought four times, once a week; m_0012 returned after most of a year.
    events.push(...[7, 14, 21].map((at) => sale('m_0010', days(at), 500)), sale('m_0012', days(300), 700));
    await get().events.ingest([{ store: 's1', receivedAt: AT, events }]);
    await directory.merge({ from: 'm_0011', into: 'm_0010', at: AT, basis: 'certain', by: 'hub' });
    const before = await feed.newest();

    const ports = { purchases, directory, clock: { now: () => Date.parse(LATER) } };
    const run = await runSegments(ports, WISH);
    expect({ members: run.members, withoutPurchase: run.withoutPurchase, orders: run.orders }).toEqual({
      members: 55,
      withoutPurchase: 4,
      orders: 60,
    });
    expect(run.rfm).not.toBeNull();
    expect(run.stores.map(({ store }) => store).sort()).toEqual(['hq', 's1']);
    const labels = async (memberId: string) => (await directory.find({ memberId }))?.segments;
    expect(await labels('m_0010')).toEqual(['life-new', 'rfm-champions']);
    expect((await labels('m_0012'))?.[0]).toBe('life-won-back');
    // No consent to personalisation; nothing bought.
    for (const memberId of ['m_0013', 'm_0068']) expect(await labels(memberId)).toEqual([]);
    const changes = await feed.since(['s1'], before, 100);
    expect(changes.changes.map(({ memberId }) => memberId)).toContain('m_0012');
    expect(changes.changes).toHaveLength(run.relabelled);

    await directory.put('m_0012', { consents: [consent('personalisation', false, LATER)] }, LATER);
    expect((await runSegments(ports, WISH)).relabelled).toBe(1);
    expect(await labels('m_0012')).toEqual([]);
  });
}
