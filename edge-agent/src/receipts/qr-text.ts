import type { SaleReceipt, ShownReceipt } from '@tillside/agent-contract';
import { formatFen } from '@tillside/decide';

/** Bytes of a QR code that a phone reads at once off a kiosk at arm's length: version 15, error correction M (ISO/IEC 18004, table 7: 412 bytes). */
export const MAX_QR_BYTES = 400;

const WORDS = {
  'zh-CN': { total: '应付', paid: '实付', left: (lines: number) => `另有 ${lines} 行，见小票` },
  en: { total: 'To pay', paid: 'Paid', left: (lines: number) => `${lines} more on the receipt` },
} as const;

/** What the QR of a receipt holds: the address of its e-invoice page, else the receipt as a short text, with as many lines as find room. Pure. */
export function receiptQr(receipt: SaleReceipt): ShownReceipt['qr'] {
  if (receipt.fapiaoUrl !== undefined) return { holds: 'e-invoice', data: receipt.fapiaoUrl };
  for (let kept = receipt.lines.length; kept > 0; kept -= 1) {
    const data = textOf(receipt, kept);
    if (Buffer.byteLength(data) <= MAX_QR_BYTES) return { holds: 'text', data, leftOut: receipt.lines.length - kept };
  }
  // Names have limits of their own (Names), so that the rest always finds room.
  return { holds: 'text', data: textOf(receipt, 0), leftOut: receipt.lines.length };
}

function textOf(
  { locale, storeName, at, receiptNumber, lines, payableFen, paidFen }: SaleReceipt,
  kept: number,
): string {
  const words = WORDS[locale];
  const money = (fen: number): string => formatFen(fen, locale);
  const goods = lines.slice(0, kept).map((line) => `${line.name}${countOf(line)} ${money(line.payableFen)}`);
  const rest = kept < lines.length ? [words.left(lines.length - kept)] : [];
  return [
    storeName,
    `${at.slice(0, 16).replace('T', ' ')} ${receiptNumber}`,
    ...goods,
    ...rest,
    `${words.total} ${money(payableFen)}`,
    ...(paidFen === payableFen ? [] : [`${words.paid} ${money(paidFen)}`]),
  ].join('\n');
}

const countOf = ({ quantity, weightGrams }: SaleReceipt['lines'][number]): string => {
  if (weightGrams !== undefined) return ` ${weightGrams} g`;
  return quantity === 1 ? '' : ` x${quantity}`;
};
