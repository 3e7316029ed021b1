import { scaleProfiles, scannerProfiles } from '@tillside/firmware-configs';
import { describe, expect, it } from 'vitest';
import { CATALOG, type DeviceCatalog } from './catalog.ts';

describe('device profiles and the catalogue agree', () => {
  const catalog: DeviceCatalog = CATALOG;

  it.each([...scannerProfiles(), ...scaleProfiles()])('$model', (profile) => {
    const definition = catalog[profile.model];
    expect(definition?.name).toEqual(profile.name);
    expect(definition?.serialDefaults).toEqual(profile.line);
    expect(definition?.options.safeParse(profile.options).success).toBe(true);
  });

  it('leave no serial model without a set-up sheet', () => {
    const serial = Object.values(catalog).filter((definition) => definition.serialDefaults !== undefined);
    const sheets = [...scannerProfiles(), ...scaleProfiles()].map(({ model }) => model);
    expect(serial.map(({ model }) => model).sort()).toEqual(sheets.sort());
  });
});
