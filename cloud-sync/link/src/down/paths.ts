import { createHash } from 'node:crypto';

/** Succinct hash bins (TAP 15): `2 ** bits` roles named `<prefix>-<hex>`, each for the paths whose SHA-256 begins with its number. */
export interface BinSplit {
  /** 1 to 32. */
  readonly bits: number;
  readonly prefix: string;
}

const sha256 = (path: string): Buffer => createHash('sha256').update(path, 'utf8').digest();

/** The name of the bin that a path is in. */
export function binOf(path: string, { bits, prefix }: BinSplit): string {
  const bin = sha256(path).readUInt32BE() >>> (32 - bits);
  const suffixChars = (2 ** bits - 1).toString(16).length;
  return `${prefix}-${bin.toString(16).padStart(suffixChars, '0')}`;
}

export function startsWithHash(path: string, prefixes: readonly string[]): boolean {
  const hash = sha256(path).toString('hex');
  return prefixes.some((prefix) => hash.startsWith(prefix.toLowerCase()));
}

/** TUF's PATHPATTERN: `*` and `?` never match a `/`; everything else stands for itself. Linear for each `*`, so no pattern can stall us. */
export function matchesGlob(path: string, pattern: string): boolean {
  const [parts, globs] = [path.split('/'), pattern.split('/')];
  return parts.length === globs.length && parts.every((part, index) => matchesPart(part, globs[index] ?? ''));
}

function matchesPart(text: string, glob: string): boolean {
  let [at, in_, star, from] = [0, 0, -1, 0];
  while (at < text.length) {
    if (glob[in_] === '*') {
      star = in_;
      in_ += 1;
      from = at;
    } else if (in_ < glob.length && (glob[in_] === '?' || glob[in_] === text[at])) {
      at += 1;
      in_ += 1;
    } else if (star >= 0) {
      // The last star takes one more character.
      from += 1;
      at = from;
      in_ = star + 1;
    } else return false;
  }
  while (glob[in_] === '*') in_ += 1;
  return in_ === glob.length;
}
