import QRCode from 'qrcode';

/**
 * The GS1 Digital Link of a GTIN as a QR matrix. Scheme and host in capitals mean the same and fit QR's alphanumeric mode, which keeps the
 * code at 25 modules (version 2, correction M). Source: GS1 Digital Link URI syntax; ISO/IEC 18004.
 */
export function digitalLinkMatrix(gtin: string): { size: number; dark(x: number, y: number): boolean } | undefined {
  if (!/^\d{8,14}$/.test(gtin)) return undefined;
  const link = `HTTPS://ID.GS1.ORG/01/${gtin.padStart(14, '0')}`;
  const { modules } = QRCode.create(link, { errorCorrectionLevel: 'M' });
  return { size: modules.size, dark: (x, y) => modules.get(y, x) === 1 };
}
