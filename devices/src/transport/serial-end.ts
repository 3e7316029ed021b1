import { read } from 'node:fs';
import { promisify } from 'node:util';
import type { SerialPort } from 'serialport';

const readFile = promisify(read);

type Binding = typeof SerialPort.binding;
type OpenPort = Awaited<ReturnType<Binding['open']>>;
type UnixPort = Extract<OpenPort, { fd: number | null; poller: object }>;

/**
 * The serial library's binding, but an unplugged device ends the port. On Unix a read of a port whose device is gone gives 0 bytes at once, for ever; the
 * library asks again without a pause, so that the port never closes and one core is lost to it (its issue bindings-cpp 162). Ports are opened with
 * VMIN 1 and not blocking: without data a read fails with EAGAIN, so that 0 bytes can only mean the end.
 */
export function endingBinding(binding: Binding): Binding {
  return {
    ...binding,
    list: () => binding.list(),
    open: async (options: Parameters<Binding['open']>[0]) => {
      // Each system's binding takes the same options; only the union of their types is one that no call fits.
      const port: OpenPort = await (binding.open as (of: typeof options) => Promise<OpenPort>)(options);
      if ('poller' in port) port.read = (buffer, offset, length) => readOnce(port, buffer, offset, length);
      return port;
    },
  } as Binding;
}

async function readOnce(
  port: UnixPort,
  buffer: Buffer,
  offset: number,
  length: number,
): Promise<{ buffer: Buffer; bytesRead: number }> {
  for (;;) {
    // The stream takes a canceled read for what it is: the port was closed on purpose.
    if (port.fd === null) throw Object.assign(new Error('port is not open'), { canceled: true });
    try {
      const { bytesRead } = await readFile(port.fd, buffer, offset, length, null);
      if (bytesRead === 0) throw new Error('end of line: the device is gone');
      return { buffer, bytesRead };
    } catch (error) {
      if (!mayTryAgain(error)) throw port.fd === null ? Object.assign(error as Error, { canceled: true }) : error;
    }
    if (port.fd === null) continue;
    await new Promise<void>((resolve, reject) => {
      port.poller.once('readable', (error: Error | null) => (error ? reject(error) : resolve()));
    });
  }
}

function mayTryAgain(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EAGAIN' || code === 'EWOULDBLOCK' || code === 'EINTR';
}
