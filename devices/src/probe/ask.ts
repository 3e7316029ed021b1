import type { AnyDeviceDefinition } from '../catalog.ts';
import type { DeviceCodec } from '../contract/codec.ts';
import type { ByteTransport, Clock } from '../contract/transport.ts';

/** What came within the time: values of the model's codec, and bytes that were none. */
export interface Heard {
  readonly values: readonly unknown[];
  readonly byteCount: number;
  /** The last bytes that came, a few hundred at most. */
  readonly tail: Uint8Array;
}

const MAX_TAIL_BYTES = 256;

export interface Listening {
  readonly clock: Clock;
  readonly waitMs: number;
  /** Ends the wait early. */
  readonly enough: (values: readonly unknown[]) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Opens the line, sends, listens and closes. Rejects with the coded error of an opening that failed. */
export async function ask(
  transport: ByteTransport,
  codec: DeviceCodec,
  request: Uint8Array | undefined,
  listening: Listening,
  mask = 0xff,
): Promise<Heard> {
  const framer = codec.framer();
  const values: unknown[] = [];
  let byteCount = 0;
  let tail = new Uint8Array();
  let wake: () => void = () => {};
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const onBytes = (bytes: Uint8Array): void => {
    byteCount += bytes.length;
    tail = Uint8Array.from([...tail, ...bytes].slice(-MAX_TAIL_BYTES));
    for (const output of framer.push(bytes.map((byte) => byte & mask))) {
      if (output.kind !== 'frame') continue;
      const decoded = codec.decode(output.bytes);
      if (decoded.ok) values.push(decoded.value);
    }
    if (listening.enough(values)) wake();
  };
  await transport.open({ onBytes, onClose: wake });
  const timer = listening.clock.setTimeout(wake, listening.waitMs);
  listening.signal?.addEventListener('abort', wake, { once: true });
  try {
    // A line that breaks while it is asked has not answered.
    if (request && request.length > 0) await transport.write(request).catch(wake);
    await woken;
  } finally {
    timer.cancel();
    listening.signal?.removeEventListener('abort', wake);
    await transport.close();
  }
  return { values, byteCount, tail };
}

/** A codec of the model under its default options, by name. */
export function codecOf(definition: AnyDeviceDefinition, name: string): DeviceCodec | undefined {
  const options = definition.options.safeParse({});
  // The options were just made by this definition's own schema: its type is theirs.
  return options.success ? definition.codecs(options.data as never).find((codec) => codec.name === name) : undefined;
}
