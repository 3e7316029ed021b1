import { expect, test } from 'vitest';
import { AT, consent, LATER, MUCH_LATER, member } from '../testing/members.ts';
import type { HubStorage } from './port.ts';
import type { TasteRow } from './taste-port.ts';

const PERSONAL = [consent('membership', true), consent('personalisation', true)];
const taste = (memberId: string, said: string): TasteRow => ({ memberId, taste: Buffer.from(said) });
async function* pagesOf(...pages: readonly TasteRow[][]): AsyncGenerator<TasteRow[]> {
  for (const page of pages) yield page;
}

/** Tastes of members. Part of the conformance suite. */
export function tasteCases(get: () => HubStorage, reopen: () => Promise<void>): void {
  const { directory, tastes } = {
    directory: () => get().members.directory,
    tastes: () => get().members.tastes,
  };
  const add = (id: string, consents = PERSONAL) => directory().add(member(id, { consents }), AT);
  const put = (modelId: string, ...rows: TasteRow[]) => tastes().replaceAll(modelId, pagesOf(rows), () => LATER);
  const of = async (...ids: string[]): Promise<Record<string, string>> =>
    Object.fromEntries([...(await tastes().of(ids))].map(([id, bytes]) => [id, bytes.toString()]));

  test('a training’s tastes take the place of those before; of strangers, of who was merged away and of who does not agree nothing is taken', async () => {
    for (const id of ['m_0001', 'm_0002', 'm_0003', 'm_0004']) await add(id);
    await add('m_0005', [consent('membership', true), consent('personalisation', false)]);
    await directory().merge({ from: 'm_0004', into: 'm_0003', at: LATER, basis: 'certain', by: 'hub' });
    expect(await tastes().newest()).toBeNull();
    const all = ['m_0001', 'm_0002', 'm_0003', 'm_0004', 'm_0005', 'm_0009'];
    expect(await put('model-1', ...all.map((id) => taste(id, `one ${id}`)))).toBe(3);
    await reopen();
    expect(await of(...all)).toEqual({ m_0001: 'one m_0001', m_0002: 'one m_0002', m_0003: 'one m_0003' });
    expect(await tastes().newest()).toEqual({ modelId: 'model-1', at: LATER, held: 3 });
    expect(await of()).toEqual({});
    // In pages, and the same member in two: the later counts.
    const pages = pagesOf([taste('m_0001', 'early')], [taste('m_0001', 'two'), taste('m_0003', '\u0000\u00ff')]);
    expect(await tastes().replaceAll('model-2', pages, () => MUCH_LATER)).toBe(2);
    expect(await of(...all)).toEqual({ m_0001: 'two', m_0003: '\u0000\u00ff' });
    expect(await tastes().newest()).toEqual({ modelId: 'model-2', at: MUCH_LATER, held: 2 });
  });

  test('pages that end in an error leave what came beside what was there, and the next training clears it up', async () => {
    for (const id of ['m_0001', 'm_0002']) await add(id);
    await put('model-1', taste('m_0001', 'one'), taste('m_0002', 'one'));
    const broken = async function* () {
      yield [taste('m_0002', 'two')];
      throw new Error('cut off');
    };
    await expect(tastes().replaceAll('model-2', broken(), () => MUCH_LATER)).rejects.toThrow('cut off');
    expect(await of('m_0001', 'm_0002')).toEqual({ m_0001: 'one', m_0002: 'two' });
    expect(await tastes().newest()).toMatchObject({ modelId: 'model-1' });
    expect(await put('model-3', taste('m_0001', 'three'))).toBe(1);
    expect(await of('m_0001', 'm_0002')).toEqual({ m_0001: 'three' });
  });

  test('a withdrawn consent, a merge and an erasure take a taste with them; another consent does not', async () => {
    const ids = ['m_0001', 'm_0002', 'm_0003', 'm_0004', 'm_0005'];
    for (const id of ids) await add(id);
    await put('model-1', ...ids.map((id) => taste(id, id)));
    await directory().put('m_0001', { consents: [consent('personalisation', false, LATER)] }, LATER);
    await directory().put('m_0002', { consents: [consent('marketing', false, LATER)] }, LATER);
    await directory().merge({ from: 'm_0003', into: 'm_0002', at: LATER, basis: 'certain', by: 'hub' });
    await directory().erase('m_0004', { at: LATER, by: 'hq', reason: 'asked' });
    expect(await of(...ids)).toEqual({ m_0002: 'm_0002', m_0005: 'm_0005' });
    // Said by an id that was merged into the person, it is the person's word.
    await directory().put('m_0003', { consents: [consent('personalisation', false, MUCH_LATER)] }, MUCH_LATER);
    expect(await of(...ids)).toEqual({ m_0005: 'm_0005' });
    // Who agrees again is not known again before the next training.
    await directory().put('m_0001', { consents: [consent('personalisation', true, MUCH_LATER)] }, MUCH_LATER);
    expect(await of('m_0001')).toEqual({});
  });
}
