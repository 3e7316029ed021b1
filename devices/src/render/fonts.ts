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

let registered = false;

/** Register the bundled fonts once a process or worker. Throws LABEL_FONT_MISSING: a label without glyphs must never be sent. */
export function registerFonts(): void {
  if (registered) return;
  const resolve = createRequire(import.meta.url).resolve;
  for (const [family, file] of FONT_FILES) {
    if (!GlobalFonts.registerFromPath(resolve(file), family)) throw new DeviceError('LABEL_FONT_MISSING', file);
  }
  registered = true;
}
