import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TcpTransport } from '../transport/tcp.ts';
import { PtyLine, ScannerSimulator, TcpLine } from './index.ts';

describe('PtyLine', () => {
  const path = process.env.PATH;
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tillside-line-'));
  });
  afterEach(async () => {
    process.env.PATH = path;
    await rm(directory, { recursive: true, force: true });
  });

  it('says what to install where socat is missing', async () => {
    process.env.PATH = directory;
    const line = new PtyLine({ path: join(directory, 'pty') });
    await expect(line.start(() => {})).rejects.toMatchObject({ code: 'PTY_NO_SOCAT' });
    await expect(line.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'PORT_CLOSED' });
    await line.stop();
  });

  it('freezes without ending, and stops all the same', async () => {
    const path = join(directory, 'pty');
    const line = new PtyLine({ path });
    let heard = '';
    await line.start((bytes) => {
      heard += Buffer.from(bytes);
    });
    line.freeze(true);
    await writeFile(path, 'a');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toBe('');
    line.freeze(false);
    await expect.poll(() => heard).toBe('a');
    line.freeze(true);
    await line.stop();
  });

  it("takes neither a file nor another one's path, but a path that was left behind", async () => {
    const path = join(directory, 'pty');
    await writeFile(path, 'kept');
    const line = new PtyLine({ path });
    await expect(line.start(() => {})).rejects.toMatchObject({ code: 'PTY_FAILED' });
    expect(await readFile(path, 'utf8')).toBe('kept');
    await rm(path);
    await symlink(join(directory, 'gone'), path);
    await line.start(() => {});
    const other = new PtyLine({ path });
    await expect(other.start(() => {})).rejects.toMatchObject({ code: 'PTY_FAILED' });
    await line.stop();
    await other.start(() => {});
    await other.stop();
  });
});

describe('TcpLine', () => {
  it('keeps its port from one start to the next and refuses to write to nobody', async () => {
    const line = new TcpLine();
    const scanner = new ScannerSimulator(line);
    await scanner.start();
    const { connection } = line;
    if (connection.kind !== 'tcp') throw new Error('a TCP line has a tcp connection');
    await expect(scanner.scan('1')).rejects.toMatchObject({ code: 'PORT_CLOSED' });
    await scanner.stop();
    await scanner.start();
    expect(line.connection).toEqual(connection);

    let heard = '';
    const client = new TcpTransport(connection);
    await client.open({
      onBytes: (bytes) => {
        heard += Buffer.from(bytes);
      },
      onClose: () => {},
    });
    await expect.poll(() => scanner.scan('会员', { prefix: '<', suffix: '>' }).then(() => heard)).toContain('<会员>');
    await client.close();
    await scanner.stop();
  });
});
