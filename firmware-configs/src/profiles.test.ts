import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  DeviceProfile,
  parseProfile,
  posProfiles,
  printerProfiles,
  SetUpCode,
  scaleProfiles,
  scannerProfiles,
} from './profiles.ts';

const folders = [
  ['scanners', scannerProfiles, 'scanner/'],
  ['scales', scaleProfiles, 'scale/'],
  ['printers', printerProfiles, 'printer/'],
] as const;

describe('device profiles', () => {
  it.each(folders)('%s: every file loads, named after its file, in both languages', (folder, load, family) => {
    const files = readdirSync(new URL(`../data/${folder}`, import.meta.url));
    expect(files.length).toBeGreaterThan(0);
    expect(load().map(({ id }) => id)).toEqual(files.sort().map((file) => file.replace('.json', '')));
    for (const { model, setUp, setUpCodes = [] } of load()) {
      expect(model.startsWith(family)).toBe(true);
      for (const { zh, en } of [...setUp, ...setUpCodes.map(({ what }) => what)]) {
        expect(zh).toMatch(/\p{Script=Han}/u);
        expect(en).not.toMatch(/\p{Script=Han}/u);
      }
    }
  });

  it('know what a set-up code can hold', () => {
    const code = {
      what: { zh: '后缀', en: 'suffix' },
      symbology: 'code128',
      proof: 'manual',
      source: 'a test of the schema',
    };
    for (const data of ['<FNC3>$P,HA47,P<CR>', '~VSUFCR.<FNC3>', 'A B']) {
      expect(SetUpCode.safeParse({ ...code, data }).success).toBe(true);
    }
    for (const data of ['', '<FNC1>', 'a<b', 'é', 'a\r'])
      expect(SetUpCode.safeParse({ ...code, data }).success).toBe(false);
    expect(SetUpCode.safeParse({ ...code, symbology: 'qr', data: '<FNC3>A' }).success).toBe(false);
  });

  it('names file and field of bad data', () => {
    const good = scannerProfiles()[0];
    const text = JSON.stringify({ ...good, line: { baudRate: 'fast' } });
    expect(() => parseProfile(DeviceProfile, 'x.json', text)).toThrow(/x\.json[\s\S]*baudRate/);
    expect(() => parseProfile(DeviceProfile, 'x.json', '{')).toThrow(
      expect.objectContaining({ code: 'PROFILE_INVALID' }),
    );
  });
});

describe('POS profiles', () => {
  it('load, each under its own id', () => {
    const ids = posProfiles().map(({ id }) => id);
    const files = readdirSync(new URL('../data/pos', import.meta.url));
    expect(ids).toEqual(files.sort().map((file) => file.replace('.json', '')));
  });
});
