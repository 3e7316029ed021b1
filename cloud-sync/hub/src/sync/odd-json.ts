/** What JSON allows and those who keep it don't all take the same way. Each check costs next to nothing for what an agent of ours writes. */

const HALF_A_PAIR = /\p{Surrogate}/u;
const MAYBE_ODD = /\\u(?:0000|[dD][89a-fA-F])/;

/** Is there a NUL, or half a surrogate pair, in any text of `value`, which is (a part of) what `text` says? */
export function hasOddText(text: string, value: unknown): boolean {
  return text.includes('\\u') && MAYBE_ODD.test(text) && isOdd(value);
}

function isOdd(value: unknown): boolean {
  const open: unknown[] = [value];
  for (let next = open.pop(); open.length > 0 || next !== undefined; next = open.pop()) {
    if (typeof next === 'string' && (next.includes('\0') || HALF_A_PAIR.test(next))) return true;
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, inner] of Object.entries(next)) open.push(key, inner);
  }
  return false;
}

/** Are objects and lists of a JSON text nested more than `limit` levels deep? */
export function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (const mark of marksOf(text)) {
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}

/** Does some object of a JSON text name a key twice? `value` is what the text says. */
export function repeatsKey(text: string, value: unknown): boolean {
  return JSON.stringify(value) !== text && keysIn(text) !== keysOf(value);
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const MARKS = '{}[]:';

/** The marks of a well-formed JSON text outside its strings. */
function* marksOf(text: string): Generator<string> {
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) inString = !inString;
    else if (inString && code === BACKSLASH) at += 1;
    else if (!inString && MARKS.includes(text[at] ?? '')) yield text[at] ?? '';
  }
}

/** Keys of all objects that a JSON text writes. */
function keysIn(text: string): number {
  let keys = 0;
  for (const mark of marksOf(text)) if (mark === ':') keys += 1;
  return keys;
}

function keysOf(value: unknown): number {
  let keys = 0;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    const inner = Object.values(next);
    if (!Array.isArray(next)) keys += inner.length;
    for (const each of inner) if (typeof each === 'object') open.push(each);
  }
  return keys;
}
