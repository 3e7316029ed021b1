import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runGs1 } from './cli/main.ts';
import { GS1_PROBLEMS } from './problems.ts';

const FILE = new URL('../../../docs/gs1.md', import.meta.url).pathname;

const EXAMPLES = {
  'parse --rcn SE': [
    ']E06901234567892',
    ']d20109521234543213' + '10LOT1{GS}17271231',
    ']Q1https://example.com/01/9521234543213?linkType=all',
    '2088123412991',
    '134567890123456789',
    '(01)09521234543214',
  ],
  'digital-link': ['(01)09521234543213(17)271231(10)LOT/1', '(10)LOT1'],
} as const;

async function examples(): Promise<string> {
  const blocks = await Promise.all(
    Object.entries(EXAMPLES).map(async ([command, lines]) => {
      let out = '';
      const stdout = new Writable({
        write(chunk, _encoding, done) {
          out += chunk;
          done();
        },
      });
      async function* stdin(): AsyncGenerator<Uint8Array> {
        yield Buffer.from(lines.join('\n'));
      }
      await runGs1(command.split(' '), { stdin: stdin(), stdout, stderr: process.stderr, env: {} });
      const answers = out.split('\n');
      const pairs = lines.map((line, index) => `    ${line}\n        ${answers[index]}`);
      return [`Lines for \`${command}\`, each with what is written:`, '', ...pairs].join('\n');
    }),
  );
  return blocks.join('\n\n');
}

function codes(): string {
  const rows = Object.entries(GS1_PROBLEMS).map(
    ([code, { message, hint }]) => `| ${[`\`${code}\``, message, hint].join(' | ')} |`,
  );
  return ['| code | what is wrong | what to do |', '|---|---|---|', ...rows].join('\n');
}

/** Puts a text between the mark of that name and the next end mark. */
function fill(document: string, name: string, text: string): string {
  const mark = new RegExp(`(<!-- ${name}: [^>]*-->\\n).*?(<!-- end -->)`, 's');
  expect(document).toMatch(mark);
  return document.replace(mark, (_, start: string, end: string) => `${start}\n${text}\n\n${end}`);
}

describe('docs/gs1.md', () => {
  it('has the examples and the codes of the program (vitest -u writes them)', async () => {
    const document = readFileSync(FILE, 'utf8');
    await expect(fill(fill(document, 'examples', await examples()), 'codes', codes())).toMatchFileSnapshot(FILE);
  });

  it('has texts that fit a table and end like sentences', () => {
    for (const [code, { message, hint }] of Object.entries(GS1_PROBLEMS)) {
      expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/);
      for (const text of [message, hint]) expect(text, code).toMatch(/^[^|\n]+[.…]$/);
    }
  });
});
