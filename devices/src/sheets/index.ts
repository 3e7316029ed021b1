export { SheetCodeError } from './barcode.ts';
export { type SheetDevice, sheetHtml, sheetProfiles, storeSheetHtml } from './sheet.ts';
export type { SheetLocale } from './words.ts';
