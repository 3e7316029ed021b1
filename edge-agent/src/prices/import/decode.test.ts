import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { AgentError } from '../../errors.ts';
import { decodeText, type Encoding } from './decode.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { bytesOf } from './testing.ts';

async function read(...chunks: (string | Uint8Array)[]): Promise<{ encoding: Encoding | undefined; text: string }> {
  let encoding: Encoding | undefined;
  let text = '';
  for await (const piece of decodeText(bytesOf(...chunks), (found) => {
    encoding = found;
  })) {
    expect(piece.length).toBeLessThanOrEqual(IMPORT_LIMITS.chunkChars);
    text += piece;
  }
  return { encoding, text };
}
const refusal = async (...chunks: (string | Uint8Array)[]): Promise<string> =>
  read(...chunks).then(
    () => 'taken',
    (error: unknown) => (error instanceof AgentError ? `${error.code} ${error.detail}` : String(error)),
  );

describe('the encoding of a file', () => {
  it('is UTF-8 however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(40)), async (text, cuts) => {
        fc.pre(!text.includes('\0'));
        const bytes = Buffer.from(`sku,${text}`);
        const chunks: Uint8Array[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(bytes.subarray(at, at + cut));
          at += cut;
        }
        chunks.push(bytes.subarray(at));
        expect(await read(...chunks)).toEqual({ encoding: 'utf-8', text: `sku,${text}` });
      }),
    );
  });

  it('is GB18030 where the bytes are not UTF-8: what Chinese Excel writes', async () => {
    const text = 'sku,nameZh\nmilk,鲜牛奶 1 升\nbread,吐司面包\n';
    expect(await read(iconv.encode(text, 'gb18030'))).toEqual({ encoding: 'gb18030', text });
    const long = `${'a'.repeat(IMPORT_LIMITS.sniffBytes)}${text}`;
    const bytes = iconv.encode(long, 'gb18030');
    // Told by the first characters that differ, however late they come.
    expect(await read(bytes)).toEqual({ encoding: 'gb18030', text: long });
    const [early, late] = [bytes.subarray(0, IMPORT_LIMITS.sniffBytes), bytes.subarray(IMPORT_LIMITS.sniffBytes)];
    expect(await read(early, late)).toEqual({ encoding: 'gb18030', text: long });
  });

  it('is refused when it is neither, or no text at all', async () => {
    expect(await refusal(iconv.encode('sku,鲜', 'utf16le', { addBOM: true }))).toMatch(/^IMPORT_ENCODING \(UTF-16/);
    expect(await refusal(iconv.encode('sku,鲜', 'utf16be'))).toMatch(/^IMPORT_ENCODING \(UTF-16/);
    expect(await refusal(Uint8Array.from([0x73, 0xff, 0xff, 0x41]))).toMatch(/^IMPORT_ENCODING \(neither/);
    expect(await refusal('PK\u0003\u0004workbook')).toMatch(/^IMPORT_REFUSED It is an Excel workbook/);
    expect(await refusal(Uint8Array.from([0x1f, 0x8b, 8]))).toMatch(/^IMPORT_REFUSED It is a gzip/);
    for (const mark of ['', '\uFEFF'])
      expect(await refusal(`${mark} <?xml version="1.0"?><items/>`)).toBe('IMPORT_REFUSED It is XML or HTML.');
  });

  it('that breaks later is told by its place', async () => {
    const start = Buffer.concat([Buffer.from('鲜'), Buffer.alloc(IMPORT_LIMITS.sniffBytes - 3, 'a')]);
    expect(await refusal(start, Uint8Array.from([0xff, 0xff]))).toBe(
      `IMPORT_ENCODING (utf-8 breaks after byte ${IMPORT_LIMITS.sniffBytes})`,
    );
    // A character that the file's end cuts.
    expect(await refusal(Buffer.from('sku,鲜').subarray(0, 6))).toMatch(/^IMPORT_ENCODING/);
  });
});
