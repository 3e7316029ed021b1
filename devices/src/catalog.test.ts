import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOG, type DeviceCatalog } from './catalog.ts';
import { DeviceCommand } from './contract/command.ts';
import { Connection, SerialSettings, UsbMatch } from './contract/config.ts';
import { QUALITY_RULES } from './contract/quality.ts';

const kinds = Connection.options.map((option) => option.shape.kind.value);
const commands = DeviceCommand.options.map((option) => option.shape.type.value);

/** Folders of models, `drivers/FAMILY/MODEL/definition.ts`: what the catalogue must hold. */
const folders = readdirSync(new URL('./drivers', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('/definition.ts'))
  .map((path) => path.replace('/definition.ts', ''))
  .sort();

const NAMED_FILE = /[\w./-]+\.(?:ts|json)\b/g;
/** Where a file that a quality mark names may be: in the model's folder, its family's, this package, or the repository. */
const places = (key: string, path: string): URL[] =>
  [`./drivers/${key}/`, `./drivers/${key.split('/')[0]}/`, './drivers/', './', '../../'].map(
    (folder) => new URL(path, new URL(folder, import.meta.url)),
  );

describe('catalogue', () => {
  const catalog: DeviceCatalog = CATALOG;
  const seen: string[] = [];
  const reached: string[] = [];

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
    expect(definition.hid !== undefined).toBe(definition.connections.includes('hid'));
    expect(definition.options.safeParse({ noSuchOption: 1 }).success).toBe(false);
    expect(Object.keys(definition.quality).sort()).toEqual([...QUALITY_RULES].sort());
    for (const { state, because } of Object.values(definition.quality)) {
      expect(because.length).toBeGreaterThan(10);
      expect(['done', 'todo', 'exempt']).toContain(state);
    }
    // A device that names a file as its proof names one that is there.
    for (const { state, because } of Object.values(definition.quality))
      for (const [path] of state === 'done' ? because.matchAll(NAMED_FILE) : [])
        expect(
          places(key, path).some((url) => existsSync(url)),
          `${key}: ${path}`,
        ).toBe(true);
    seen.push(key);
  });

  it.each(Object.keys(CATALOG))('%s can be reached as its data say', (key) => {
    const definition = catalog[key];
    if (!definition) throw new Error('listed and not there');
    const { connections, usb = [], serialDefaults, sharedMark, probe } = definition;
    // A serial line may be that of a USB converter, and a shared one is part of another's.
    expect(connections.includes('usb-serial')).toBe(connections.includes('serial'));
    expect(connections.includes('shared')).toBe(sharedMark !== undefined);
    for (const match of usb) expect(UsbMatch.safeParse(match).error?.issues).toBeUndefined();
    if (connections.includes('hid')) expect(usb.length).toBeGreaterThan(0);
    if (usb.length > 0) expect(connections.some((kind) => kind === 'hid' || kind === 'usb-serial')).toBe(true);
    if (serialDefaults) expect(SerialSettings.omit({ path: true }).parse(serialDefaults)).toEqual(serialDefaults);

    const options = definition.options.safeParse({});
    // A model with a line works as it comes from the factory; one that needs options (a secret) has no line.
    if (!options.success) expect([serialDefaults, probe, sharedMark]).toEqual([undefined, undefined, undefined]);
    const codecs = options.success ? definition.codecs(options.data as never) : [];
    for (const { name, samples } of codecs) expect(samples.length, name).toBeGreaterThan(0);
    if (sharedMark !== undefined) {
      const { text, counts } = sharedMark;
      if (counts === 'at-start') expect(text).toMatch(/^[ -~]{1,4}$/);
      else expect([text.length, text < ' ', '\x03\t\n\r'.includes(text)]).toEqual([1, true, false]);
      const answers = codecs.find(({ name }) => name === probe?.codec);
      const heads = answers?.samples.map((sample) =>
        Buffer.from(answers.encode(sample)).toString('latin1').slice(0, text.length),
      );
      expect(new Set(heads)).toEqual(new Set([text]));
    }
    if (probe) {
      expect(probe.request.length).toBeGreaterThan(0);
      const codec = codecs.find(({ name }) => name === probe.codec);
      expect(codec?.samples.some((sample) => probe.answers(sample))).toBe(true);
    }
    reached.push(key);
  });

  it('saw every model that has a folder, and no other', () => {
    expect(folders.length).toBeGreaterThanOrEqual(2);
    expect([...seen].sort()).toEqual(folders);
    expect([...reached].sort()).toEqual(folders);
  });
});
