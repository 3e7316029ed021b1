import { expect, test } from 'vitest';
import { AT, LATER, MUCH_LATER, member } from '../testing/members.ts';
import type { HubStorage } from './port.ts';

const RUN = { at: AT, tookMs: 12, compared: 4, isCut: true };

/** Who may be there twice, two people, and households. Part of the conformance suite. */
export function duplicateCases(get: () => HubStorage, reopen: () => Promise<void>): void {
  const directory = () => get().members.directory;
  const duplicates = () => get().members.duplicates;
  const households = () => get().members.households;
  const add = async (...ids: string[]) => {
    for (const [at, id] of ids.entries())
      await directory().add(member(id, { joinedAt: new Date(Date.parse(AT) + at).toISOString() }), AT);
  };
  const merge = (from: string, into: string) =>
    directory().merge({ from, into, at: LATER, basis: 'probable', by: 'office' });
  const pair = (from: string, into: string) => ({ from, into, reasons: ['phone' as const] });
  const open = async () => (await duplicates().page(0, 9)).map(({ rank, from, into }) => `${rank} ${from} ${into}`);
  const apartBy = { at: AT, by: 'office', reason: 'twins' };

  test('a run takes the place of the one before; pages of pairs leave out who is one person, or was kept apart, or is erased', async () => {
    expect([await duplicates().run(), await duplicates().count()]).toEqual([null, 0]);
    await add('m_0001', 'm_0002', 'm_0003', 'm_0004', 'm_0005');
    await duplicates().put({ ...RUN, isCut: false }, [pair('m_0005', 'm_0001')]);
    const pairs = [
      ['m_0002', 'm_0001'],
      ['m_0003', 'm_0001'],
      ['m_0004', 'm_0001'],
      ['m_0005', 'm_0004'],
    ] as const;
    await duplicates().put(
      RUN,
      pairs.map(([from, into]) => pair(from, into)),
    );
    await reopen();
    expect(await duplicates().run()).toEqual(RUN);
    expect(await duplicates().page(1, 1)).toEqual([{ rank: 2, ...pair('m_0003', 'm_0001') }]);
    await merge('m_0003', 'm_0001');
    expect(await duplicates().saySeparate({ one: 'm_0004', other: 'm_0001', ...apartBy })).toBe('said');
    expect(await open()).toEqual(['1 m_0002 m_0001', '4 m_0005 m_0004']);
    await directory().unmerge('m_0003', MUCH_LATER, 'office');
    expect(await duplicates().apart('m_0001', 'm_0003')).toBe('undone');
    expect(await duplicates().count()).toBe(2);
    await directory().erase('m_0005', { at: LATER, by: 'hq', reason: 'asked' });
    expect(await open()).toEqual(['1 m_0002 m_0001']);
  });

  test('what was said of two people holds for all their ids, is taken back as a whole, and goes with an erasure', async () => {
    await add('m_0001', 'm_0002', 'm_0003', 'm_0004');
    const { saySeparate, apart, takeBack, separate } = duplicates();
    expect(await saySeparate({ one: 'm_0003', other: 'm_0001', ...apartBy })).toBe('said');
    expect(await saySeparate({ one: 'm_0001', other: 'm_0003', ...apartBy, reason: 'again' })).toBe('said');
    expect(await separate(9)).toEqual([{ one: 'm_0001', other: 'm_0003', ...apartBy }]);
    await merge('m_0002', 'm_0001');
    await merge('m_0004', 'm_0003');
    expect([await apart('m_0002', 'm_0004'), await apart('m_0004', 'm_0001'), await apart('m_0001', 'm_0002')]).toEqual(
      ['said', 'said', null],
    );
    expect(await saySeparate({ one: 'm_0001', other: 'm_0002', ...apartBy })).toBe('refused');
    expect(await saySeparate({ one: 'm_0001', other: 'm_0009', ...apartBy })).toBe('unknown');
    expect([await takeBack('m_0002', 'm_0004'), await takeBack('m_0002', 'm_0004')]).toEqual([true, false]);
    expect(await apart('m_0001', 'm_0003')).toBeNull();
    await saySeparate({ one: 'm_0001', other: 'm_0003', ...apartBy });
    await directory().erase('m_0004', { at: LATER, by: 'hq', reason: 'asked' });
    expect(await separate(9)).toEqual([]);
  });

  test('a household is of two or more: it passes to another name when its head leaves, and ends with the last but one', async () => {
    await add('m_0001', 'm_0002', 'm_0003', 'm_0004');
    const said = { at: LATER, by: 'office', reason: 'at the desk' };
    const ofHousehold = async (name: string) => (await households().members(name, 9)).map(({ memberId }) => memberId);
    const householdOf = async (memberId: string) => (await directory().find({ memberId }))?.household ?? null;
    await households().link('m_0002', 'm_0001', said);
    await households().link('m_0003', 'm_0002', said);
    await directory().put('m_0004', { household: 'm_0001' }, AT);
    expect(await ofHousehold('m_0001')).toEqual(['m_0001', 'm_0002', 'm_0003', 'm_0004']);
    expect((await households().members('m_0001', 9)).map((each) => each.said)).toEqual([said, said, said, null]);
    await households().leave('m_0001', MUCH_LATER);
    expect([await householdOf('m_0001'), await households().said('m_0001')]).toEqual([null, null]);
    expect(await ofHousehold('m_0002')).toEqual(['m_0002', 'm_0003', 'm_0004']);
    await directory().erase('m_0002', { at: MUCH_LATER, by: 'hq', reason: 'asked' });
    expect(await ofHousehold('m_0003')).toEqual(['m_0003', 'm_0004']);
    await households().leave('m_0004', MUCH_LATER);
    expect([await householdOf('m_0003'), await households().said('m_0003')]).toEqual([null, null]);
  });
}
