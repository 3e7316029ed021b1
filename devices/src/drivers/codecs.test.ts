import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyDeviceDefinition, CATALOG } from '../catalog.ts';
import { DEVICE_CONDITIONS } from '../conditions.ts';
import type { DeviceCodec, WireFixture } from '../contract/codec.ts';
import type { FramerOutput } from '../framing/framer.ts';

/** Every codec of the catalogue against its driver's byte fixtures: the six cases, the way back, and any bytes at all. */

const bytesOf = (wire: string | Uint8Array): Uint8Array =>
  typeof wire === 'string' ? Uint8Array.from(Buffer.from(wire, 'latin1')) : wire;

interface Read {
  values: unknown[];
  refused: string[];
}

function read(codec: DeviceCodec, chunks: readonly Uint8Array[]): Read {
  const framer = codec.framer();
  const result: Read = { values: [], refused: [] };
  const take = (outputs: readonly FramerOutput[]): void => {
    for (const output of outputs) {
      if (output.kind === 'reject') {
        result.refused.push(output.code);
        continue;
      }
      const decoded = codec.decode(output.bytes);
      if (decoded.ok) result.values.push(decoded.value);
      else result.refused.push(decoded.code);
    }
  };
  for (const chunk of chunks) take(framer.push(chunk));
  take(framer.idle());
  return result;
}

const fixturesOf = async (model: string): Promise<readonly WireFixture[]> => {
  const url = new URL(`./${model}/fixtures/wire.ts`, import.meta.url);
  if (!existsSync(url)) return [];
  return ((await import(url.href)) as { FIXTURES: readonly WireFixture[] }).FIXTURES;
};

/** Models whose options have no defaults (HTTP ones) have no codecs either. */
function namesOf(definition: AnyDeviceDefinition): string[] {
  const options = definition.options.safeParse({});
  return options.success ? definition.codecs(options.data as never).map((codec) => codec.name) : [];
}

const drivers = await Promise.all(
  Object.entries<AnyDeviceDefinition>(CATALOG).map(async ([model, definition]) => ({
    model,
    definition,
    fixtures: await fixturesOf(model),
    codec: (name: string, options: Record<string, unknown> = {}): DeviceCodec => {
      const found = definition.codecs(definition.options.parse(options) as never).find((one) => one.name === name);
      if (!found) throw new Error(`${model} has no codec ${name}`);
      return found;
    },
    names: namesOf(definition),
  })),
);
const withCodecs = drivers.filter(({ names }) => names.length > 0);

describe.each(withCodecs)('$model', ({ fixtures, codec, names, definition }) => {
  const good = fixtures.filter((fixture) => fixture.code === undefined);
  const bad = fixtures.filter((fixture) => fixture.code !== undefined);

  it('has lawful and unlawful bytes for every codec, and names them once', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      expect(good.filter((fixture) => fixture.codec === name).length).toBeGreaterThan(0);
      expect(bad.filter((fixture) => fixture.codec === name).length).toBeGreaterThan(0);
    }
    expect(names).toEqual(expect.arrayContaining(fixtures.map((fixture) => fixture.codec)));
    if (definition.probe) expect(names).toContain(definition.probe.codec);
  });

  it.each(good)('$codec reads $name whole and, from a stream, split and joined', (fixture) => {
    const { bounds } = codec(fixture.codec, fixture.options);
    const one = bytesOf(fixture.wire);
    expect(read(codec(fixture.codec, fixture.options), [one])).toMatchObject({ values: [fixture.value], refused: [] });
    if (bounds === 'report') return;
    const split = [...one].map((byte) => Uint8Array.of(byte));
    expect(read(codec(fixture.codec, fixture.options), split).values).toEqual([fixture.value]);
    const joined = Uint8Array.from([...one, ...one]);
    expect(read(codec(fixture.codec, fixture.options), [joined]).values).toEqual([fixture.value, fixture.value]);
  });

  it.each(good)('$codec finds $name after noise and after too much of it', (fixture) => {
    const one = bytesOf(fixture.wire);
    for (const noise of [Uint8Array.of(0xff, 0x80, 0xfe), new Uint8Array(70_000).fill(0xff)]) {
      // A frame right after noise may be lost with it where only an end is marked; the next one may not.
      const { values } = read(codec(fixture.codec, fixture.options), [noise, one, one]);
      expect(values.at(-1)).toEqual(fixture.value);
      expect(values.length).toBeGreaterThanOrEqual(1);
    }
  });

  it.each(bad)('$codec refuses $name as $code', (fixture) => {
    const result = read(codec(fixture.codec, fixture.options), [bytesOf(fixture.wire)]);
    expect(result.values).toEqual([]);
    expect(result.refused).toContain(fixture.code);
    expect(DEVICE_CONDITIONS).toHaveProperty(String(fixture.code));
  });

  it.each(names)('%s gives back what it reads', (name) => {
    const one = codec(name);
    for (const sample of [...one.samples, ...good.filter((f) => f.codec === name && !f.options).map((f) => f.value)]) {
      expect(read(codec(name), [one.encode(sample)]).values).toEqual([sample]);
    }
  });

  it.each(names)('%s makes of any bytes only what it can give back, and keeps no more than it may', (name) => {
    const one = codec(name);
    const known = one.samples.map((sample) => fc.constant(one.encode(sample)));
    const chunk = fc.oneof(fc.uint8Array({ maxLength: 40 }), ...known, mutated(one));
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 8 }), (chunks) => {
        for (const value of read(codec(name), chunks).values) {
          expect(read(codec(name), [one.encode(value)]).values).toEqual([value]);
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** A lawful message with one byte changed. */
function mutated(codec: DeviceCodec): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.constantFrom(...codec.samples), fc.nat(), fc.nat({ max: 255 })).map(([sample, at, byte]) => {
    const bytes = Uint8Array.from(codec.encode(sample));
    bytes[at % bytes.length] = byte;
    return bytes;
  });
}

it('saw the drivers that say they have codecs', () => {
  const claim = drivers.filter(({ definition }) => definition.quality['six-cases'].state === 'done');
  expect(withCodecs.map(({ model }) => model)).toEqual(claim.map(({ model }) => model));
});
