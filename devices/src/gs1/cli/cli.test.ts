import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkDigit } from '../gtin.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import { runGs1 } from './main.ts';

const GTIN = '09521234543213';

async function* chunksOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function run(args: string[], stdin: AsyncIterable<Uint8Array> = chunksOf(), env: Record<string, string> = {}) {
  const stdout = new Sink();
  let stderr = '';
  const write = (text: string) => {
    stderr += text;
  };
  const code = await runGs1(args, { stdin, stdout, stderr: { write }, env });
  return { code, out: stdout.text, err: stderr };
}

async function parse(input: string | Uint8Array, ...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, out } = await run(['parse', ...args], chunksOf(input));
  expect(code).toBe(0);
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

const folder = mkdtempSync(join(tmpdir(), 'tillside-gs1-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('tillside-gs1 parse', () => {
  it('writes one object a line, with names that others rely on', async () => {
    expect(await parse(`]d201${GTIN}10LOT1{GS}17271231\n]E06901234567893\n`)).toEqual([
      {
        ok: true,
        kind: 'gs1',
        symbology: 'GS1 DataMatrix',
        gtin: GTIN,
        ais: [
          { ai: '01', value: GTIN, title: 'GTIN' },
          { ai: '10', value: 'LOT1', title: 'BATCH/LOT' },
          { ai: '17', value: '271231', title: 'USE BY or EXPIRY' },
        ],
        aim: ']d2',
        data: `01${GTIN}10LOT1\x1d17271231`,
      },
      {
        ok: false,
        code: 'GTIN_CHECK_DIGIT',
        message: 'The check digit is wrong.',
        hint: 'Scan again; if it stays, the code was printed or typed wrongly.',
        position: 15,
      },
    ]);
  });

  it('reads ^ as FNC1 in a line of elements, and as itself in any other', async () => {
    const ais = ({ ais: found }: Record<string, unknown>) =>
      (found as { ai: string; value: string }[]).map(({ ai }) => ai);
    const [first, second, third] = (await parse(
      `^01${GTIN}10LOT1^17271231\n]d201${GTIN}10LOT1^17271231\na^b\n`,
    )) as Record<string, unknown>[];
    expect(ais(first ?? {})).toEqual(['01', '10', '17']);
    expect(ais(second ?? {})).toEqual(['01', '10', '17']);
    expect(third).toMatchObject({ ok: true, kind: 'text', data: 'a^b' });
  });

  it.each(['\x1d', '{GS}', '{FNC1}', '\\x1d', '\\x1D'])('reads FNC1 as %j', async (sign) => {
    const [scan] = await parse(`]C110LOT1${sign}01${GTIN}`);
    expect(scan).toMatchObject({ ok: true, gtin: GTIN, data: `10LOT1\x1d01${GTIN}` });
  });

  it('reads elements in brackets', async () => {
    const elements = `(01)${GTIN}(10)A\\(B`;
    const [bare, marked] = await parse(`${elements}\n]C1${elements}`);
    expect(bare).toMatchObject({ ok: true, kind: 'gs1', symbology: 'unknown', data: `01${GTIN}10A(B` });
    expect(marked).toMatchObject({ ok: true, kind: 'gs1', symbology: 'GS1-128', aim: ']C1', data: `01${GTIN}10A(B` });
    expect(await parse(`]Q1${elements}`)).toMatchObject([{ kind: 'text', data: elements }]);
  });

  it.each([
    `]C101${GTIN}10A{GS}17271331`,
    `]C101${GTIN}{GS}10A\\x1d17271331`,
    `(01)${GTIN}(17)271331`,
    `]C1(01)${GTIN}(17)271331`,
    `]Q1https://example.com/01/${GTIN}?17=271331`,
  ])('points into the line: %s', async (line) => {
    expect(await parse(line)).toMatchObject([{ ok: false, code: 'ELEMENT_MONTH', position: line.indexOf('1331') }]);
  });

  it('reads LF, CR LF, byte order marks, empty lines and a last line without end', async () => {
    expect(await parse(`\ufeffTM:a\r\n\r\n\n\ufeffTM:b\nTM:c`)).toMatchObject([
      { data: 'TM:a' },
      { data: 'TM:b' },
      { data: 'TM:c' },
    ]);
  });

  it('refuses lines that are not UTF-8, and goes on', async () => {
    const bytes = Buffer.concat([Buffer.from('ab'), Buffer.from([0xff, 0xfe]), Buffer.from('\nTM:a\n')]);
    expect(await parse(bytes)).toMatchObject([{ ok: false, code: 'SCAN_NOT_UTF8', position: 2 }, { data: 'TM:a' }]);
  });

  it('refuses lines that are too long, in bounded memory, and goes on', async () => {
    const lines = await parse(
      `${'x'.repeat(5000)}\n${'x'.repeat(MAX_LINE_BYTES + 1)}\nTM:a\n${'x'.repeat(MAX_LINE_BYTES + 1)}`,
    );
    const refused = { ok: false, code: 'SCAN_TOO_LONG', position: 4096 };
    expect(lines).toMatchObject([refused, refused, { data: 'TM:a' }, refused]);
  });

  it('never writes a payment code', async () => {
    const [scan] = await parse('134567890123456789');
    expect(scan).toEqual({ ok: true, kind: 'payment', symbology: 'unknown', ais: [], data: '13****************' });
  });

  it('reads in-store codes by presets and by a file', async () => {
    const label = `211234501299${checkDigit('211234501299')}`;
    const file = join(folder, 'own.json');
    writeFileSync(file, JSON.stringify({ name: 'own', pattern: '21IIIIIPPPPPC', price: { decimals: 2 } }));
    const [scan] = await parse(label, '--rcn-file', file);
    expect(scan).toMatchObject({ kind: 'in-store', inStore: { rule: 'own', item: '12345', priceMinor: 1299 } });
    // The same leading digits in both countries: the first set named reads the code.
    for (const [sets, rule] of [
      ['no,se', 'NO-21'],
      ['SE,NO', 'SE-21'],
    ]) {
      expect(await parse(label, `--rcn=${sets}`)).toMatchObject([{ inStore: { rule } }]);
    }
  });

  it('gives the same however the bytes are cut', async () => {
    const input = Buffer.from(`\ufeff]E06901234567892\r\n会员\r\n(01)${GTIN}\n\n${'y'.repeat(30)}\nTM:z`);
    const { out: whole } = await run(['parse'], chunksOf(input));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(input.length), { maxLength: 8 }), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), input.length];
        const { out } = await run(
          ['parse'],
          chunksOf(...at.slice(1).map((end, index) => input.subarray(at[index], end))),
        );
        expect(out).toBe(whole);
      }),
    );
  });

  it('answers any bytes line by line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        for (const scan of await parse(bytes)) {
          if (scan.ok) expect(scan).toMatchObject({ kind: expect.any(String), ais: expect.any(Array) });
          else expect(Object.keys(scan)).toEqual(['ok', 'code', 'message', 'hint', 'position']);
        }
      }),
    );
  });
});

describe('tillside-gs1 digital-link', () => {
  it.each([
    [`(01)${GTIN}(10)LOT/1`, { ok: true, uri: `https://id.gs1.org/01/${GTIN}/10/LOT%2F1` }],
    [`]d217271231{GS}01${GTIN}`, { ok: true, uri: `https://id.gs1.org/01/${GTIN}?17=271231` }],
    [`17271231(01)`, { code: 'ELEMENT_AI_UNKNOWN', position: 8 }],
    [`01${GTIN}{FNC1}8200http://a`, { code: 'LINK_NO_PLACE', position: 22 }],
    [`]C1(01)${GTIN}(10)A\\(B(8200)http://a`, { code: 'LINK_NO_PLACE', position: 29 }],
    ['(10)A', { code: 'ELEMENT_REQUIRES', position: 0 }],
    ['(99)A', { code: 'LINK_NO_KEY', position: 0 }],
    ['hello', { code: 'ELEMENT_AI_UNKNOWN', position: 0 }],
  ])('%s', async (line, expected) => {
    const { code, out } = await run(['digital-link'], chunksOf(line));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject(expected);
  });

  it("writes links of one's own domain", async () => {
    const { out } = await run(['digital-link', '--domain', 'https://example.com/a/'], chunksOf(`(01)${GTIN}`));
    expect(JSON.parse(out)).toEqual({ ok: true, uri: `https://example.com/a/01/${GTIN}` });
  });
});

describe('the command line', () => {
  it.each([
    [[], 'Give a command'],
    [['scan'], 'no command scan'],
    [['parse', '--frob'], 'no option --frob'],
    [['parse', '-x'], 'no option -x'],
    [['parse', '--frob=1'], 'no option --frob '],
    [['parse', '--domain', 'https://a'], 'no option --domain'],
    [['digital-link', '--rcn', 'SE'], 'no option --rcn'],
    [['parse', '--rcn'], '--rcn needs a value'],
    [['parse', '--rcn', 'ZZ'], 'IN_STORE_PRESET'],
    [['parse', '--rcn', 'SE,,NO'], '--rcn cannot be used'],
    [['parse', '--rcn-file', '/nowhere.json'], '--rcn-file cannot be used'],
    [['digital-link', '--domain', 'example.com'], '--domain cannot be used'],
    [['digital-link', '--domain', 'https://a/?b'], '--domain cannot be used'],
    [['parse', '--lang', 'fr'], '--lang cannot be used'],
    [['parse', 'scans.txt'], 'scans.txt is one argument too many'],
    [['parse', '--lang', 'zh', '--frob'], '没有选项 --frob'],
  ])('%j exits with 2 and says why', async (args, message) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  it('helps in the language of the environment or the one asked for', async () => {
    const help = async (args: string[], env: Record<string, string>) => (await run(args, chunksOf(), env)).out;
    expect(await help(['--help'], { LANG: 'de_DE.UTF-8' })).toMatch(/^Usage: tillside-gs1 parse.*\bDE, /s);
    expect(await help(['--help'], { LANG: 'zh_CN.UTF-8' })).toMatch(/^用法/);
    expect(await help(['parse', '-h'], { LANG: 'zh_CN.UTF-8', LC_ALL: 'C' })).toMatch(/^Usage/);
    expect(await help(['--lang', 'zh', '--help'], {})).toMatch(/^用法/);
    expect((await run(['--help'])).code).toBe(0);
  });

  it('reads no faster than its output is read', async () => {
    const waiting: (() => void)[] = [];
    const stdout = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void waiting.push(done) });
    let taken = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; taken < 4; taken += 1) yield Buffer.from('TM:a\n');
    }
    const done = runGs1(['parse'], { stdin: endless(), stdout, stderr: process.stderr, env: {} });
    for (const expected of [0, 1, 2, 3]) {
      await turn();
      expect(taken).toBe(expected);
      waiting.shift()?.();
    }
    expect(await done).toBe(0);
  });

  it('tells an input that breaks off, and an output that cannot be written', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('TM:a\n');
      throw new Error('read EIO');
    }
    expect(await run(['parse'], broken())).toMatchObject({
      code: 1,
      out: expect.stringContaining('TM:a'),
      err: expect.stringContaining('read EIO'),
    });
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(new Error('ENOSPC')) });
    const stderr: string[] = [];
    const input = chunksOf('TM:a\n', 'TM:b\n', 'TM:c\n');
    const io = { stdin: input, stdout, stderr: { write: (text: string) => stderr.push(text) }, env: {} };
    expect(await runGs1(['parse'], io)).toBe(1);
    expect(stderr.join('')).toContain('ENOSPC');
  });

  it('ends quietly when nobody reads on', () => {
    const source = JSON.stringify(new URL('./main.ts', import.meta.url).href);
    const script = `import { runGs1 } from ${source}; process.exitCode = await runGs1(['parse'], process);`;
    const node = `"$NODE" --conditions=@tillside/source --import tsx --input-type=module -e "$SCRIPT"`;
    const shell = `set -o pipefail; (yes ']E06901234567892' || true) | (${node}; echo "exit $?" >&2) | head -n 1`;
    const env = { ...process.env, NODE: process.execPath, SCRIPT: script };
    const out = execFileSync('bash', ['-c', `{ ${shell}; } 2>&1`], { env, encoding: 'utf8' });
    expect(out.split('\n').slice(1)).toEqual(['exit 0', '']);
    expect(out).toMatch(/^{"ok":true,"kind":"gtin"/);
  });
});
