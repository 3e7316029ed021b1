import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOG, type DeviceCatalog } from './catalog.ts';
import { DeviceCommand } from './contract/command.ts';
import { Connection } from './contract/config.ts';
import { QUALITY_RULES } from './contract/quality.ts';

const kinds = Connection.options.map((option) => option.shape.kind.value);
const commands = DeviceCommand.options.map((option) => option.shape.type.value);

/** Folders of models, `drivers/FAMILY/MODEL/definition.ts`: what the catalogue must hold. */
const folders = readdirSync(new URL('./drivers', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('/definition.ts'))
  .map((path) => path.replace('/definition.ts', ''))
  .sort();

describe('catalogue', () => {
  const catalog: DeviceCatalog = CATALOG;
  const seen: string[] = [];

  it.each(Object.keys(CATALOG))('%s keeps the invariants', (key) => {
    const definition = catalog[key];
    if (!definition) throw new Error('listed and not there');
    expect(definition.model).toBe(key);
    expect(key).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
    expect(definition.name.zh).toMatch(/\p{Script=Han}/u);
    expect(definition.name.en).toMatch(/^[\x20-\x7e]{4,}$/);
    expect(definition.source.length).toBeGreaterThan(10);
    expect(definition.connections.length).toBeGreaterThan(0);
    expect(kinds).toEqual(expect.arrayContaining([...definition.connections]));
    expect(commands).toEqual(expect.arrayContaining([...definition.commands]));
    expect(definition.serialDefaults !== undefined).toBe(definition.connections.includes('serial'));
    expect(definition.options.safeParse({ noSuchOption: 1 }).success).toBe(false);
    expect(Object.keys(definition.quality).sort()).toEqual([...QUALITY_RULES].sort());
    for (const { because } of Object.values(definition.quality)) expect(because.length).toBeGreaterThan(10);
    seen.push(key);
  });

  it('saw every model that has a folder, and no other', () => {
    expect(folders.length).toBeGreaterThanOrEqual(2);
    expect([...seen].sort()).toEqual(folders);
  });
});
