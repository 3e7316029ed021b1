import type { AiEntry } from './dictionary.ts';

/** Text of `ai-table.generated.ts`: a line for each entry of the dictionary, and the names of its linters as a type. */
export function renderAiTable(entries: readonly AiEntry[]): string {
  const linters = [...new Set(entries.flatMap(({ components }) => components.flatMap((part) => part.linters)))].sort();
  return [
    '// Generated from the GS1 Barcode Syntax Dictionary (firmware-configs/data/gs1, Apache-2.0). Do not edit: run the tests of this folder with -u.',
    '// biome-ignore-all format: an entry is a line, so that a new revision of the dictionary reads well as a diff',
    "import type { AiEntry } from './dictionary.ts';",
    '',
    `export type LinterName =\n${linters.map((name) => `  | '${name}'`).join('\n')};`,
    '',
    'export const AI_TABLE: readonly AiEntry<LinterName>[] = [',
    ...entries.map((entry) => `  ${literal(entry)},`),
    '];',
    '',
  ].join('\n');
}

function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value.replace(/[\\']/g, '\\$&')}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${literal(item)}`);
  return `{ ${fields.join(', ')} }`;
}
