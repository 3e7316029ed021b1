import { splitAim, symbologyOf } from '../../../gs1/aim.ts';

/** One label identifier: what it says of the symbology, and which data fit it. */
interface LabelId {
  readonly id: string;
  readonly aim: string;
  readonly data: RegExp;
}

const ANY = /^.+$/s;
const DIGITS = /^\d+$/;
const label = (id: string, aim: string, data: RegExp): LabelId => ({ id, aim, data });

/**
 * Datalogic's label identifiers as they come from the factory: first those of single-cable RS-232, then where the USA set of plain RS-232 differs
 * (columns SCRS232 and USA of the table published with the maker's Android POS library; lengths by the Magellan guides, "Handheld data format
 * requirements"). The identifier names the symbology only, so that the AIM modifier is that of its plain form. Not here, as no AIM identifier says
 * the same: GTIN forms (`G`), ISBN of ten digits, EAN-8 and UPC-E with add-on, add-ons in Code 128.
 */
const DATALOGIC: readonly LabelId[] = [
  label('F', ']E0', /^\d{13}$/),
  label('F', ']E3', /^\d{15}(?:\d{3})?$/),
  label('FF', ']E4', /^\d{8}$/),
  label('A', ']E0', /^\d{12}$/),
  label('A', ']E3', /^\d{14}(?:\d{3})?$/),
  label('E', ']E0', /^\d{6,8}$/),
  label('I', ']E0', /^97[89]\d{10}$/),
  label('R4', ']e0', ANY),
  label('RX', ']e0', ANY),
  label('RL', ']e0', ANY),
  label('B1', ']A0', ANY),
  label('B2', ']I0', DIGITS),
  label('B3', ']C0', ANY),
  label('&', ']G0', ANY),
  label('%', ']F0', ANY),
  label('@', ']M0', DIGITS),
  label('s', ']S0', DIGITS),
  label('Dm', ']d1', ANY),
  label('Dg', ']d2', ANY),
  label('QR', ']Q1', ANY),
  label('$Q', ']Q1', ANY),
  label('QG', ']Q3', ANY),
  label('Az', ']z0', ANY),
  label('P', ']L0', ANY),
  label('mP', ']L0', ANY),
  label('*', ']A0', ANY),
  label('i', ']I0', DIGITS),
  label('#', ']C0', ANY),
];

/**
 * A scan with a label identifier -> the same with the AIM identifier that says so, the data as they came. GS1-128 has its AIM identifier for a
 * label; a scanner that is set to AIM identifiers sends nothing else. Undefined where no identifier fits: what stands there is not guessed.
 */
export function aimOfLabel(text: string): string | undefined {
  const { aim } = splitAim(text);
  if (aim !== undefined) return symbologyOf(aim) && text;
  const found = DATALOGIC.find(({ id, data }) => text.startsWith(id) && data.test(text.slice(id.length)));
  return found && `${found.aim}${text.slice(found.id.length)}`;
}

/** The way back: as a scanner with these labels sends it. What has no label of its own keeps its AIM identifier. */
export function labelOfAim(text: string): string {
  const { aim, data } = splitAim(text);
  const found = DATALOGIC.find((one) => one.aim === aim && one.data.test(data));
  return found ? `${found.id}${data}` : text;
}
