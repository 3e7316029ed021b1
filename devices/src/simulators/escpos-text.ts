/** The upper half of code page 437, which printers have as page 0. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ';

/** ESC t n: the pages that are read here; of any other one only ASCII can be told. */
const PAGES: ReadonlyMap<number, string> = new Map([
  [16, 'windows-1252'],
  [17, 'ibm866'],
  [46, 'windows-1251'],
]);
const UNKNOWN = '□';
const HAN = new TextDecoder('gb18030');

/** Bytes of text as a printer reads them: Chinese (GB 18030) or a page of single bytes. Half a character at the end shows as a box. */
export function printedText(
  bytes: readonly number[],
  mode: { readonly chinese: boolean; readonly page: number },
): string {
  if (mode.chinese) return HAN.decode(Uint8Array.from(bytes)).replaceAll('\ufffd', UNKNOWN);
  const decoder = PAGES.get(mode.page);
  if (decoder !== undefined) return new TextDecoder(decoder).decode(Uint8Array.from(bytes));
  return bytes.map((byte) => single(byte, mode.page)).join('');
}

function single(byte: number, page: number): string {
  if (byte < 0x80) return String.fromCharCode(byte);
  return page === 0 ? (CP437[byte - 0x80] ?? UNKNOWN) : UNKNOWN;
}
