import { TagType } from './schema.ts';

type Row = readonly [
  hwType: number,
  name: string,
  size: string,
  inks: 'bw' | 'bwr' | 'bwy' | 'bwry',
  turns: 0 | 1 | 2 | 3,
];

const INKS = {
  bw: ['white', 'black'],
  bwr: ['white', 'black', 'red'],
  bwy: ['white', 'black', 'yellow'],
  bwry: ['white', 'black', 'red', 'yellow'],
} as const;

/** Facts from the tag list of the OpenEPaperLink project: hardware number, size in pixels, inks and how the panel is mounted. */
const ROWS: readonly Row[] = [
  [0x00, 'M2 1.54"', '152x152', 'bwr', 0],
  [0x01, 'M2 2.9"', '296x128', 'bwr', 1],
  [0x02, 'M2 4.2"', '400x300', 'bwr', 0],
  [0x03, 'M2 2.2"', '212x104', 'bwr', 1],
  [0x04, 'M2 2.6"', '296x152', 'bwr', 1],
  [0x05, 'M2 7.4"', '640x384', 'bwr', 0],
  [0x11, 'M2 2.9" UC8151', '296x128', 'bwr', 1],
  [0x12, 'M2 4.2" UC', '400x300', 'bwr', 0],
  [0x21, 'ST-GM29 2.9"', '296x128', 'bw', 1],
  [0x22, 'M2 2.7"', '264x176', 'bwr', 1],
  [0x26, 'M2 7.5"', '640x384', 'bw', 0],
  [0x28, 'M3 1.6"', '168x168', 'bwry', 0],
  [0x29, 'M3 2.4"', '296x168', 'bwry', 3],
  [0x2b, 'M3 2.9"', '384x168', 'bwry', 3],
  [0x2f, 'M3 4.3"', '522x152', 'bwr', 3],
  [0x30, 'M3 1.6"', '200x200', 'bwr', 0],
  [0x31, 'M3 2.2"', '296x160', 'bwr', 3],
  [0x32, 'M3 2.6"', '360x184', 'bwr', 3],
  [0x33, 'M3 2.9"', '384x168', 'bwr', 3],
  [0x34, 'M3 4.2"', '400x300', 'bwr', 0],
  [0x35, 'M3 6.0"', '600x448', 'bwr', 0],
  [0x36, 'M3 7.5"', '800x480', 'bwr', 0],
  [0x3c, 'M3 4.2"', '400x300', 'bwy', 0],
  [0x40, 'M3 2.9"', '384x168', 'bw', 3],
  [0x45, 'M3 2.2" Lite', '250x128', 'bwr', 3],
  [0x47, 'M3 2.7"', '300x200', 'bwr', 3],
  [0x5a, 'HS 2.13" low resolution', '212x104', 'bw', 1],
  [0x63, 'TLSR 4.2"', '400x300', 'bwr', 0],
  [0x80, 'Chroma 7.4"', '640x384', 'bwr', 0],
  [0x82, 'Chroma 2.9"', '296x128', 'bwr', 1],
  [0x83, 'Chroma 4.2"', '400x300', 'bwr', 0],
  [0xb0, 'Gicisky 2.13"', '250x128', 'bw', 3],
  [0xb1, 'Gicisky 2.13"', '250x128', 'bwr', 3],
  [0xb3, 'Gicisky 2.9"', '296x128', 'bwr', 1],
  [0xb5, 'Gicisky 4.2"', '400x300', 'bwr', 0],
];

function tagType([hwType, name, size, inks, panelQuarterTurns]: Row): TagType {
  const [widthPx, heightPx] = size.split('x').map(Number);
  return TagType.parse({ hwType, name, widthPx, heightPx, colours: [...INKS[inks]], panelQuarterTurns });
}

/** Every tag kind that a picture can be made for, by `hwType`. */
export const OPENEPAPERLINK_TAG_TYPES: ReadonlyMap<number, TagType> = new Map(
  ROWS.map((row) => [row[0], Object.freeze(tagType(row))]),
);
