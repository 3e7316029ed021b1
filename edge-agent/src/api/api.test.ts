import { callAgent, type Route, routes } from '@tillside/agent-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig } from '../testing.ts';
import { pruneIdempotency } from './register.ts';

let rig: Rig;
let now = Date.parse('2026-11-22T10:00:00Z');
beforeAll(async () => {
  rig = await startRig({}, { now: () => now });
});
afterAll(() => rig.stop());

interface Operation {
  operationId?: string;
  requestBody?: { content: Record<string, unknown> };
  security?: unknown[];
}

describe('the API describes itself', () => {
  it('names every route of the contract, with its operation, body and credential', async () => {
    const document = (await (await fetch(`${rig.agent.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, Operation>>;
    };
    expect(document.openapi).toMatch(/^3\.1/);
    for (const [name, route] of Object.entries<Route>(routes)) {
      const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
      const operation = document.paths[path]?.[route.method.toLowerCase()];
      expect(operation?.operationId, path).toBe(name);
      expect(Object.keys(operation?.requestBody?.content ?? {}), name).toEqual(
        route.body === undefined ? [] : [route.bodyType ?? 'application/json', ...(route.otherBodyTypes ?? [])],
      );
      expect(operation?.security !== undefined, name).toBe(route.auth !== 'public');
    }
    expect(document.paths['/v1/events']?.get?.operationId).toBe('events');
  });

  it('has a page for people', async () => {
    const page = await fetch(`${rig.agent.url}/docs/`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
  });

  it('says that it lives and is ready', async () => {
    for (const path of ['/healthz', '/readyz'])
      expect(await (await fetch(rig.agent.url + path)).json()).toEqual({ ok: true });
  });
});

describe('who may call', () => {
  it('no route but the public ones answers without a credential', async () => {
    for (const [name, route] of Object.entries<Route>(routes)) {
      if (route.auth === 'public') continue;
      const path = route.path
        .replace(':businessDate', '2026-11-22')
        .replace(':tagId', '0000000000000001')
        .replace(':what', 'items')
        .replaceAll(/:\w+/g, 'x');
      const response = await fetch(rig.agent.url + path, { method: route.method });
      expect([400, 401], name).toContain(response.status);
      if (route.body === undefined) expect(response.status, name).toBe(401);
    }
  });

  it('pairing pauses after ten wrong codes, and goes on later', async () => {
    const { code } = rig.agent.app.pairing.createCode({ kind: 'kiosk', name: 'k' });
    const attempt = (guess: string) =>
      callAgent({ url: rig.agent.url }, 'pair', { body: { code: guess, kind: 'kiosk' } });
    for (let miss = 0; miss < 10; miss++) await expect(attempt('WRONG')).rejects.toThrow('PAIRING_CODE_REFUSED');
    await expect(attempt(code)).rejects.toThrow('TOO_MANY_ATTEMPTS');
    now += 5 * 60_000 + 1;
    expect((await attempt(code)).kind).toBe('kiosk');
    await expect(attempt(code)).rejects.toThrow('PAIRING_CODE_REFUSED');
  });

  it('a code is for one kind and ten minutes', async () => {
    const { pairing } = rig.agent.app;
    const first = pairing.createCode({ kind: 'kiosk', name: 'k' });
    expect(() => pairing.pair({ code: first.code, kind: 'terminal' })).toThrow('pairing code');
    now += 10 * 60_000 + 1;
    expect(() => pairing.pair({ code: first.code, kind: 'kiosk' })).toThrow('pairing code');
  });

  it('a staff PIN pauses its phone after five misses, and a session ends after eight hours', async () => {
    const phone = await rig.pair('staff');
    const signIn = (pin: string) => phone.call('staffSignIn', { body: { pin } });
    for (let miss = 0; miss < 5; miss++) await expect(signIn('0000')).rejects.toThrow('PIN_REFUSED');
    await expect(signIn('2468')).rejects.toThrow('TOO_MANY_ATTEMPTS');
    now += 3 * 60_000 + 1;
    phone.session = (await signIn('2468')).session;
    await phone.call('listLabels', {});
    const thief = await rig.pair('staff');
    thief.session = phone.session;
    await expect(thief.call('listLabels', {})).rejects.toThrow('STAFF_SESSION_ENDED');
    now += 8 * 3_600_000 + 1;
    await expect(phone.call('listLabels', {})).rejects.toThrow('STAFF_SESSION_ENDED');
  });
});

describe('answers kept for retries', () => {
  it('are forgotten after a week, not before', async () => {
    const till = await rig.pair('terminal', '1');
    const open = () => till.call('openBasket', { body: { cashierId: 'c' }, key: 'same' });
    const first = await open();
    now += 6 * 86_400_000;
    pruneIdempotency(rig.agent.app.journal, rig.agent.app.clock);
    expect((await open()).basketId).toBe(first.basketId);
    now += 2 * 86_400_000;
    pruneIdempotency(rig.agent.app.journal, rig.agent.app.clock);
    expect((await open()).basketId).not.toBe(first.basketId);
  });
});
