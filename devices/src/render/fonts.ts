import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';
import { DeviceError } from '../conditions.ts';

const FONT_FILES = [
  ['Tillside Latin', '@fontsource/inter/files/inter-latin-700-normal.woff2'],
  ['Tillside Latin', '@fontsource/inter/files/inter-latin-800-normal.woff2'],
  ['Tillside Han', '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-700-normal.woff2'],
] as const;

/** Bold only: e-paper has no grey, so a thin stroke breaks up. */
export const FONT_STACK = '"Tillside Latin", "Tillside Han"';

/** Of a receipt's picture: a printer has a plain and a bold face. */
const RECEIPT_FILES = [
  ['Tillside Receipt', '@fontsource/inter/files/inter-latin-500-normal.woff2'],
  ['Tillside Receipt Han', '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-500-normal.woff2'],
] as const;

/** Weight and families of a receipt's picture. */
export const RECEIPT_FONTS = {
  plain: { weight: 500, families: '"Tillside Receipt", "Tillside Receipt Han"' },
  bold: { weight: 800, families: FONT_STACK },
} as const;

const registered = new Set<string>();

/** Register the bundled fonts once a process or worker. Throws LABEL_FONT_MISSING: a label without glyphs must never be sent. */
export function registerFonts(): void {
  register(FONT_FILES);
}

/** Those of labels and a plain face besides. Throws LABEL_FONT_MISSING. */
export function registerReceiptFonts(): void {
  register([...FONT_FILES, ...RECEIPT_FILES]);
}

function register(files: readonly (readonly [string, string])[]): void {
  const resolve = createRequire(import.meta.url).resolve;
  for (const [family, file] of files) {
    if (registered.has(file)) continue;
    if (!GlobalFonts.registerFromPath(resolve(file), family)) throw new DeviceError('LABEL_FONT_MISSING', file);
    registered.add(file);
  }
}
