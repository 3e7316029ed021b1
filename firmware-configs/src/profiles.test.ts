import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DeviceProfile, parseProfile, posProfiles, scaleProfiles, scannerProfiles } from './profiles.ts';

const folders = [
  ['scanners', scannerProfiles, 'scanner/'],
  ['scales', scaleProfiles, 'scale/'],
] as const;

describe('device profiles', () => {
  it.each(folders)('%s: every file loads, one for each model, named after it', (folder, load, family) => {
    const files = readdirSync(new URL(`../data/${folder}`, import.meta.url));
    const models = load().map((profile) => profile.model);
    expect(files.length).toBeGreaterThan(0);
    expect(models).toEqual(files.sort().map((file) => `${family}${file.replace('.json', '')}`));
    for (const { setUp } of load()) for (const step of setUp) expect(step.zh).toMatch(/\p{Script=Han}/u);
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
