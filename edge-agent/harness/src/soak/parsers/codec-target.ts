import { type AnyDeviceDefinition, CATALOG, type DeviceCodec } from '@tillside/devices';
import { equal } from './equal.ts';
import type { Chunks } from './inputs.ts';
import { Complaint, type ParserTarget, shown } from './target.ts';

/** Other settings of a model that change how its bytes are read, besides its defaults. */
const MORE_OPTIONS: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  'scanner/serial-generic': [{ prefix: '\x02', suffix: 'ETX' }],
};

/** Every codec of the catalogue, by the models' default options and by some others. */
export function codecTargets(): ParserTarget[] {
  return Object.entries<AnyDeviceDefinition>(CATALOG).flatMap(([model, definition]) =>
    [{}, ...(MORE_OPTIONS[model] ?? [])].flatMap((given, place) => {
      const options = definition.options.safeParse(given);
      // A model whose options have no defaults is on HTTP and has no codecs.
      const codecs = options.success ? definition.codecs(options.data as never) : [];
      const prefix = `${model.replace('/', '.')}${place === 0 ? '' : `-${place + 1}`}`;
      return codecs.map((codec) => codecTarget(`${prefix}.${codec.name}`, codec));
    }),
  );
}

/**
 * Framer and decode of one direction. Held to: nothing throws; the framer holds no more bytes than it was given, and none after `idle`; whatever is
 * accepted encodes to bytes that are read as an equal value and nothing else. One framer takes one case after the other, as on a line that never closes.
 */
export function codecTarget(name: string, codec: DeviceCodec): ParserTarget {
  let check = codecCheck(codec);
  return {
    name,
    samples: codec.samples.map((sample) => codec.encode(sample)),
    check(chunks) {
      try {
        return check(chunks);
      } catch (error) {
        check = codecCheck(codec);
        throw error;
      }
    },
    reader() {
      const framer = codec.framer();
      return {
        push(chunk) {
          for (const output of framer.push(chunk)) if (output.kind === 'frame') codec.decode(output.bytes);
        },
      };
    },
  };
}

function codecCheck(codec: DeviceCodec): (chunks: Chunks) => number {
  const there = codec.framer();
  const back = codec.framer();
  let accepted = 0;
  const take = (outputs: ReturnType<typeof there.push>): void => {
    for (const output of outputs) {
      if (output.kind !== 'frame') continue;
      const decoded = codec.decode(output.bytes);
      if (!decoded.ok) continue;
      accepted += 1;
      checkWayBack(decoded.value);
    }
  };
  const checkWayBack = (value: unknown): void => {
    const outputs = back.push(codec.encode(value));
    const [only] = outputs;
    if (outputs.length !== 1 || only?.kind !== 'frame' || back.pendingBytes !== 0)
      throw new Complaint('NOT_GIVEN_BACK', `${shown(value)} encodes to ${outputs.length} frames and rejects`);
    const again = codec.decode(only.bytes);
    if (!again.ok) throw new Complaint('NOT_GIVEN_BACK', `${shown(value)} encodes to what is refused: ${again.code}`);
    if (!equal(again.value, value))
      throw new Complaint('NOT_GIVEN_BACK', `${shown(value)} comes back as ${shown(again.value)}`);
  };
  return (chunks) => {
    accepted = 0;
    let given = 0;
    for (const chunk of chunks) {
      given += chunk.length;
      take(there.push(chunk));
      if (there.pendingBytes > given) throw new Complaint('KEEPS_TOO_MUCH', `${there.pendingBytes} bytes of ${given}`);
    }
    take(there.idle());
    if (there.pendingBytes !== 0) throw new Complaint('KEEPS_AFTER_IDLE', `${there.pendingBytes} bytes`);
    return accepted;
  };
}
