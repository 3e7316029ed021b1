import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CONSENT_TEXTS } from '@tillside/agent-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../config.ts';
import { type Rig, startRig } from '../testing.ts';

let rig: Rig;
let pagesDir: string;

beforeAll(async () => {
  pagesDir = mkdtempSync(join(tmpdir(), 'tillside-pages-'));
  for (const page of ['index', 'staff', 'display']) writeFileSync(join(pagesDir, `${page}.html`), '<!doctype html>');
  rig = await startRig({
    pagesDir,
    kiosk: {
      homeLocale: 'en',
      idleSeconds: 45,
      speech: 'headphones',
      brand: { light: { memberFill: '#14532d' } },
      presenceZones: { k1: 'entrance' },
    },
  });
});
afterAll(async () => {
  await rig.stop();
  rmSync(pagesDir, { recursive: true, force: true });
});

describe('a store’s kiosks', () => {
  it('are told how they look and behave, and nothing of the store’s sensors', async () => {
    const kiosk = await rig.pair('kiosk', 'k1');
    const settings = await kiosk.call('kioskSettings', {});
    expect(settings).toMatchObject({ homeLocale: 'en', idleSeconds: 45, warningSeconds: 30, speech: 'headphones' });
    expect(settings.brand.light).toEqual({ memberFill: '#14532d' });
    expect(JSON.stringify(settings)).not.toContain('entrance');
  });

  it('get pages that can ask for no camera, microphone or place', async () => {
    for (const path of ['/kiosk/', '/staff/', '/display/']) {
      const { headers } = await fetch(`${rig.agent.url}${path}`);
      const policy = headers.get('permissions-policy') ?? '';
      for (const feature of ['camera', 'microphone', 'geolocation', 'usb', 'serial'])
        expect(policy.split(', '), `${path} ${feature}`).toContain(`${feature}=()`);
    }
  });

  it('are refused at start in colours that nobody could read, by pair and ratio', () => {
    const { dataDir, storeId, storeName } = rig.config;
    const started = () =>
      parseConfig({ version: 1, storeId, storeName, dataDir, kiosk: { brand: { light: { ink: '#bbbbbb' } } } });
    expect(started).toThrow(/kiosk\.brand\.light\.ink: ink on paper has a contrast of 1\.\d\d; 4\.5 is the least/);
  });
});

it('keeps the card of who joined sealed for a retry, which gets it once more', async () => {
  const kiosk = await rig.pair('kiosk', 'k1');
  const consents = [{ purpose: 'membership' as const, granted: true, textVersion: DEFAULT_CONSENT_TEXTS.version }];
  const joining = {
    key: 'join-1',
    body: { phone: '13857204917', isOldEnough: true, consents, locale: 'zh-CN' as const },
  };
  const joined = await kiosk.call('signUp', joining);
  const kept = JSON.stringify(rig.agent.app.journal.all('SELECT * FROM idempotency'));
  expect(kept).toContain('join-1');
  expect(kept).not.toContain(joined.code.slice('TM:'.length));
  expect(await kiosk.call('signUp', joining)).toEqual(joined);
});
