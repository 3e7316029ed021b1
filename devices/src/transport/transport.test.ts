import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openTransport } from './open.ts';
import { SerialTransport, serialOpenError, serialOptions } from './serial.ts';
import { TcpTransport } from './tcp.ts';

const handlers = () => {
  const seen = { text: '', closedWith: '' };
  return {
    seen,
    onBytes: (bytes: Uint8Array) => {
      seen.text += Buffer.from(bytes).toString();
    },
    onClose: (reason: string) => {
      seen.closedWith = reason;
    },
  };
};

describe('serial', () => {
  const settings = { path: '/dev/does-not-exist', baudRate: 9600, dataBits: 7, parity: 'even', stopBits: 1 } as const;

  it('asks for the line settings as they are configured, locked', () =>
    expect(serialOptions(settings)).toEqual({ ...settings, lock: true, autoOpen: false }));

  it('names a port that is not there', async () => {
    const port = new SerialTransport(settings);
    await expect(port.open(handlers())).rejects.toMatchObject({ code: 'PORT_NOT_FOUND' });
    await expect(port.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'PORT_CLOSED' });
    await port.close();
  });

  it.each([
    ['Error: No such file or directory, cannot open /dev/x', 'PORT_NOT_FOUND'],
    ['Error: Permission denied, cannot open /dev/x', 'PORT_NO_PERMISSION'],
    ['Error Resource temporarily unavailable Cannot lock port', 'PORT_BUSY'],
    ['Error: Inappropriate ioctl for device setting custom baud rate', 'PORT_OPEN_FAILED'],
  ])('%s -> %s', (message, code) => expect(serialOpenError(message, '/dev/x').code).toBe(code));
});

describe('tcp', () => {
  it('carries bytes both ways, tells the close, and opens again', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('data', (bytes) => socket.write(`got ${bytes}`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const line = openTransport({ kind: 'tcp', host: '127.0.0.1', port });
    for (const word of ['one', 'two']) {
      const first = handlers();
      await line.open(first);
      await line.write(Buffer.from(word));
      await expect.poll(() => first.seen.text).toBe(`got ${word}`);
      sockets.at(-1)?.destroy();
      await expect.poll(() => first.seen.closedWith).not.toBe('');
      await expect(line.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'PORT_CLOSED' });
    }
    await line.close();
    await new Promise((resolve) => server.close(resolve));
    await expect(new TcpTransport({ host: '127.0.0.1', port }).open(handlers())).rejects.toMatchObject({
      code: 'TCP_REFUSED',
    });
  });

  it('says which connections carry no bytes', () =>
    expect(() => openTransport({ kind: 'http', url: 'http://127.0.0.1/' })).toThrow(
      expect.objectContaining({ code: 'CONNECTION_NOT_BYTES' }),
    ));
});
