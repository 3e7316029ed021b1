import { printerProfiles, scaleProfiles, scannerProfiles } from '@tillside/firmware-configs';
import { describe, expect, it } from 'vitest';
import { CATALOG, type DeviceCatalog } from './catalog.ts';

describe('device profiles and the catalogue agree', () => {
  const catalog: DeviceCatalog = CATALOG;

  const profiles = [...scannerProfiles(), ...scaleProfiles(), ...printerProfiles()];
  const named = (model: string) => profiles.find(({ id }) => id === model.split('/')[1]);

  it.each(profiles)('$id', ({ id, model, name, line, options }) => {
    const definition = catalog[model];
    expect(definition?.options.safeParse(options).success).toBe(true);
    expect(line === undefined).toBe(definition?.serialDefaults === undefined);
    // The profile of the model itself says what the catalogue says; a maker's profile has its own name and may have its own line.
    if (model.split('/')[1] === id)
      expect({ name, line }).toEqual({ name: definition?.name, line: definition?.serialDefaults });
  });

  it('name each its own id', () => {
    expect(new Set(profiles.map(({ id }) => id)).size).toBe(profiles.length);
  });

  it('leave no serial model without a set-up sheet', () => {
    const serial = Object.values(catalog).filter((definition) => definition.serialDefaults !== undefined);
    expect(serial.map(({ model }) => model).filter((model) => named(model) === undefined)).toEqual([]);
  });
});
