import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EVENT_TYPES, type EventType } from './bodies.ts';
import { readBody, UPCASTS } from './read-body.ts';

const bodies = JSON.parse(readFileSync(new URL('./golden/bodies.json', import.meta.url), 'utf8')) as Record<
  EventType,
  Record<string, unknown>
>;

test.each(Object.keys(UPCASTS) as (keyof typeof UPCASTS)[])('%s becomes its next version', (type) => {
  const read = readBody({ type, stream: EVENT_TYPES[type].stream, data: bodies[type] });
  expect(read.ok && read.event.type).toBe(UPCASTS[type].to);
  expect(read.ok && EVENT_TYPES[UPCASTS[type].to].body.safeParse(read.event.body).success).toBe(true);
});

test('a version goes up within its own name, in its own stream', () => {
  for (const [from, { to }] of Object.entries(UPCASTS)) {
    const [name, number] = [from.replace(/\.v\d+$/u, ''), Number(/\d+$/u.exec(from)?.[0])];
    expect(to).toBe(`${name}.v${number + 1}`);
    expect(EVENT_TYPES[to].stream).toBe(EVENT_TYPES[from as EventType].stream);
  }
});

test('what can not be read says why, and never what was in it', () => {
  const sale = bodies['tillside.sale.completed.v1'];
  expect(readBody({ type: 'tillside.sale.completed.v9', stream: 'sales', data: sale })).toEqual({
    ok: false,
    reason: 'TYPE_UNKNOWN',
  });
  expect(readBody({ type: 'tillside.sale.completed.v1', stream: 'ops', data: sale })).toMatchObject({
    reason: expect.stringMatching(/^STREAM_WRONG/u),
  });
  const broken = readBody({
    type: 'tillside.sale.completed.v1',
    stream: 'sales',
    data: { ...sale, memberId: '138 0000 0000' },
  });
  expect(broken).toMatchObject({ ok: false, reason: expect.stringMatching(/^BODY_INVALID: memberId/u) });
  expect(JSON.stringify(broken)).not.toContain('138');
});
