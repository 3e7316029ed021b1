const MAX_LINE_CHARS = 8_192;

type Text = { readonly zh: string; readonly en: string };

/** What is wrong with a script, where, and what to do. `line` counts from 1. */
export class ScriptError extends Error {
  readonly line: number;
  readonly words: Text;
  readonly hint: Text;

  constructor(line: number, words: Text, hint: Text) {
    super(`line ${line}: ${words.en}`);
    this.name = 'ScriptError';
    this.line = line;
    this.words = words;
    this.hint = hint;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  r: '\r',
  n: '\n',
  t: '\t',
  '\\': '\\',
  '"': '"',
  '#': '#',
  ' ': ' ',
};

/** A word, quoted or not, or the comment that ends the line. */
const WORD = /"((?:[^"\\]|\\.)*)"(?=\s|$)|((?:[^\s"\\#]|\\.)(?:[^\s"\\]|\\.)*)|(#.*)/y;

/** One line as words, comment and quotes taken off, escapes read. Throws ScriptError. */
export function splitWords(text: string, line: number): string[] {
  const wrong = (en: string, zh: string): ScriptError =>
    new ScriptError(
      line,
      { zh, en },
      {
        zh: '含空格的参数用双引号；转义有 \\x1d、\\r、\\n、\\t、\\\\、\\"。',
        en: 'Quote what has blanks; escapes are \\x1d, \\r, \\n, \\t, \\\\ and \\".',
      },
    );
  if (text.length > MAX_LINE_CHARS) throw wrong('the line is too long', '这一行太长');
  const words: string[] = [];
  let at = 0;
  for (;;) {
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at >= text.length) return words;
    WORD.lastIndex = at;
    const found = WORD.exec(text);
    if (!found) throw wrong(`what stands at column ${at + 1} cannot be read`, `第 ${at + 1} 列无法识别`);
    const [whole, quoted, plain, comment] = found;
    if (comment !== undefined) return words;
    words.push(plainOf(quoted ?? plain ?? '', wrong));
    at += whole.length;
  }
}

function plainOf(word: string, wrong: (en: string, zh: string) => ScriptError): string {
  return word.replace(/\\(x[0-9a-fA-F]{2}|.)/g, (written, what: string) => {
    const known = what.length === 3 ? String.fromCharCode(Number.parseInt(what.slice(1), 16)) : ESCAPES[what];
    if (known === undefined) throw wrong(`there is no escape ${written}`, `没有转义 ${written}`);
    return known;
  });
}
