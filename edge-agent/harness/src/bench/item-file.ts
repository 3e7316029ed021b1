/** Rows of one piece of a file. */
const PIECE_ROWS = 500;
const CATEGORIES = 300;

export interface ItemRows {
  readonly count: number;
  row(place: number): string;
}

const HEADER =
  'sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram\n';

/** The file as a stream, made as it is sent: no file of any size lies in this process. */
export function itemFile({ count, row }: ItemRows): ReadableStream<Uint8Array> {
  let place = 0;
  return new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from(HEADER)),
    pull(controller) {
      if (place >= count) {
        controller.close();
        return;
      }
      const end = Math.min(count, place + PIECE_ROWS);
      let piece = '';
      for (; place < end; place++) piece += row(place);
      controller.enqueue(Buffer.from(piece));
    },
  });
}

/** A made-up item, as a store's file has it. */
export const goodRow = (place: number, moreFen: number): string =>
  `bench-${place},${gtinOf(place)},测试商品 ${place} 号,Bench item ${place},1 升,1 L,bench,bench-${place % CATEGORIES},bench,each,${100 + (place % 900) + moreFen},900,Z-${place % 50},dairy\n`;

/** An in-store GTIN-13 (prefix 26). */
function gtinOf(place: number): string {
  const body = `26${String(place).padStart(10, '0')}`;
  const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}
