import {
  type AnyDeviceDefinition,
  CATALOG,
  classifyScan,
  type DeviceCodec,
  InStoreRules,
  parseDigitalLink,
  parseElementString,
  parseScan,
  readInStore,
} from '@tillside/devices';
import type { MeasureContext } from '../../measure.ts';
import type { Result } from '../../output/schema.ts';
import { median } from '../../quantiles.ts';

const ROUNDS = 5;
const MESSAGES_A_LOOK_AT_THE_CLOCK = 64;

const ELEMENTS = '010952123454321310LOT1\x1d17271231';
const LINK = 'https://id.gs1.org/01/09521234543213/10/LOT1?17=271231';

/** A decoder and what it is given, again and again: messages as a device sends them, each in one piece. */
interface Decoder {
  readonly name: string;
  readonly messages: readonly { readonly bytes: number; run(): unknown }[];
}

/** Framer and decode of every codec of the catalogue, by its models' default options and on its samples; and what a scan means. */
function decoders(): Decoder[] {
  return [...Object.entries<AnyDeviceDefinition>(CATALOG).flatMap(codecsOf), ...gs1Parsers()];
}

function codecsOf([model, definition]: [string, AnyDeviceDefinition]): Decoder[] {
  const options = definition.options.safeParse({});
  if (!options.success) return [];
  return definition
    .codecs(options.data as never)
    .map((codec) => ({ name: `${model.replace('/', '.')}.${codec.name}`, messages: messagesOf(codec) }));
}

function messagesOf(codec: DeviceCodec): Decoder['messages'] {
  const framer = codec.framer();
  return codec.samples.map((sample) => {
    const wire = codec.encode(sample);
    return {
      bytes: wire.length,
      run() {
        const [output] = framer.push(wire);
        if (output?.kind !== 'frame' || !codec.decode(output.bytes).ok)
          throw new Error(`${codec.name} refuses a sample`);
      },
    };
  });
}

function gs1Parsers(): Decoder[] {
  const inStore = InStoreRules.parse(['SE']);
  const parser = (
    name: string,
    texts: readonly string[],
    run: (text: string) => { ok: boolean } | undefined,
  ): Decoder => ({
    name,
    messages: texts.map((text) => ({
      bytes: text.length,
      run() {
        if (run(text)?.ok !== true) throw new Error(`${name} refuses ${text}`);
      },
    })),
  });
  const scans = [
    ']E06901234567892',
    `]d2${ELEMENTS}`,
    `]Q1${LINK}`,
    '2011122912346',
    'TM:8f3a2b',
    '134567890123456789',
  ];
  return [
    parser('gs1.element-string', [ELEMENTS, '00106141411234567897'], parseElementString),
    parser('gs1.digital-link', [LINK, 'https://example.com/01/09521234543213'], parseDigitalLink),
    parser('gs1.in-store', ['2011122912346', '2302148210869'], (text) => readInStore(text, inStore)),
    parser('gs1.scan', scans, (text) => parseScan(text, { inStore })),
    // The same as the contract's event, which is what a driver makes of a scan.
    parser('gs1.scan-event', scans, (text) => ({ ok: classifyScan(text, { inStore }).kind !== 'invalid' })),
  ];
}

/** `nsPerByte` and `framesPerSecond` of each: medians of rounds that are run by turns, so that whatever else the machine does falls on all alike. */
export async function measureDecoders(forMs: number, { progress, signal }: MeasureContext): Promise<Result[]> {
  const all = decoders().map((decoder) => ({ ...decoder, rounds: [] as { nsPerByte: number; perSecond: number }[] }));
  progress.stage('decoders', (ROUNDS + 1) * all.length);
  for (let round = -1; round < ROUNDS; round++) {
    for (const decoder of all) {
      signal.throwIfAborted();
      const figures = runFor(decoder, forMs / ROUNDS);
      // The first round is for the compiler.
      if (round >= 0) decoder.rounds.push(figures);
      progress.tick();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return all.flatMap(({ name, rounds }): Result[] => [
    { case: name, metric: 'nsPerByte', value: median(rounds.map(({ nsPerByte }) => nsPerByte)), unit: 'ns' },
    { case: name, metric: 'framesPerSecond', value: median(rounds.map(({ perSecond }) => perSecond)), unit: '1/s' },
  ]);
}

function runFor({ messages }: Decoder, forMs: number): { nsPerByte: number; perSecond: number } {
  const beganMs = performance.now();
  let [count, bytes, tookMs] = [0, 0, 0];
  while (tookMs < forMs) {
    for (let left = MESSAGES_A_LOOK_AT_THE_CLOCK; left > 0; left--) {
      const message = messages[count % messages.length];
      message?.run();
      bytes += message?.bytes ?? 0;
      count += 1;
    }
    tookMs = performance.now() - beganMs;
  }
  return { nsPerByte: (tookMs * 1e6) / bytes, perSecond: (count * 1_000) / tookMs };
}
