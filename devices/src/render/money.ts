/** A price in the parts that a label sets differently: yuan ungrouped (a large comma hangs into the line beneath), fen always two digits. */
export function priceParts(priceFen: number): { yuan: string; fen: string } {
  return { yuan: String(Math.trunc(priceFen / 100)), fen: String(priceFen % 100).padStart(2, '0') };
}

export function priceText(priceFen: number): string {
  const { yuan, fen } = priceParts(priceFen);
  return `¥${yuan}.${fen}`;
}
