/**
 * Set-up sheets: one HTML page, A4, with everything in it, that a person prints and scans from top to bottom. The sheet of one profile, or
 * of every device of a store.
 */
import {
  type DeviceProfile,
  printerProfiles,
  type SetUpCode,
  scaleProfiles,
  scannerProfiles,
} from '@tillside/firmware-configs';
import { barcodeSvg } from './barcode.ts';
import { SHEET_CSS } from './style.ts';
import { type SheetLocale, wordsIn } from './words.ts';

/** Room for a code beside its number, in millimetres of the printed page. */
const CODE_WIDTH_MM = 160;

/** Every profile that has a sheet, scanners first. Reads their files, which blocks. */
export const sheetProfiles = (): DeviceProfile[] => [...scannerProfiles(), ...scaleProfiles(), ...printerProfiles()];

/** The page of one profile. Throws SheetCodeError when a code is too long to print. */
export function sheetHtml(profile: DeviceProfile, locale: SheetLocale): string {
  const { pick, say } = wordsIn(locale);
  return page(locale, `${pick(profile.name)} · ${say('sheet')}`, profileSection(profile, locale));
}

/** A device of the store's config, as far as its sheet needs it. */
export interface SheetDevice {
  readonly id: string;
  readonly model: string;
  readonly lane?: string | undefined;
  /** Four hex digits, where the config says which USB device it is. */
  readonly usbVendorId?: string | undefined;
}

/** Whether a profile may be the device's: of its model, and not of another maker's USB devices. */
const fits = (device: SheetDevice, { model, usbVendorId }: DeviceProfile): boolean =>
  device.model === model &&
  (usbVendorId === undefined || device.usbVendorId === undefined || device.usbVendorId === usbVendorId);

/** The devices of a store on one page, then the page of every profile that is for one of them. */
export function storeSheetHtml(
  store: { readonly name: string; readonly devices: readonly SheetDevice[] },
  profiles: readonly DeviceProfile[],
  locale: SheetLocale,
): string {
  const { pick, say } = wordsIn(locale);
  const rows = store.devices.map((device) => {
    const sheets = profiles.filter((profile) => fits(device, profile)).map(({ name }) => html(pick(name)));
    const cells = [device.id, device.lane ?? '–', device.model, sheets.join('<br>') || html(say('noSheet'))];
    return `<tr>${cells.map((cell, at) => `<td>${at === 3 ? cell : html(cell)}</td>`).join('')}</tr>`;
  });
  const heads = (['device', 'lane', 'model', 'which'] as const).map((word) => `<th>${html(say(word))}</th>`);
  const cover = `<section class="devices">${head(say('storeSheet'), store.name)}
<table><thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table>
<div class="notes"><p>${html(say('chooseOne'))}</p><p>${html(say('print'))}</p></div></section>`;
  const used = profiles.filter((profile) => store.devices.some((device) => fits(device, profile)));
  const sheets = used.map((profile) => profileSection(profile, locale));
  return page(locale, `${store.name} · ${say('storeSheet')}`, [cover, ...sheets].join('\n'));
}

function page(locale: SheetLocale, title: string, body: string): string {
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${html(title)}</title><style>${SHEET_CSS}</style></head>
<body><main>
${body}
</main></body></html>
`;
}

const head = (kind: string, title: string): string =>
  `<header><p class="kind">${html(kind)}</p><h1>${html(title)}</h1></header>`;

function profileSection(profile: DeviceProfile, locale: SheetLocale): string {
  const { pick, say } = wordsIn(locale);
  const codes = profile.setUpCodes ?? [];
  const parts = [
    head(`${say('sheet')} · ${profile.id}`, pick(profile.name)),
    `<h2>${html(say('steps'))}</h2><ol class="steps">${profile.setUp.map((step) => `<li>${rich(pick(step))}</li>`).join('\n')}</ol>`,
    codes.length === 0 ? '' : codeList(codes, locale),
    `<h2>${html(say('config'))}</h2><pre>${html(configLines(profile, locale))}</pre>`,
    notes(profile, codes, locale),
  ];
  return `<section class="profile" id="${html(profile.id)}">${parts.join('\n')}</section>`;
}

function codeList(codes: readonly SetUpCode[], locale: SheetLocale): string {
  const { pick, say } = wordsIn(locale);
  const items = codes.map((code, at) => {
    const svg = barcodeSvg(code, CODE_WIDTH_MM).replace(
      'role="img"',
      `role="img" aria-label="${html(pick(code.what))}"`,
    );
    return `<li><span class="number">${at + 1}</span><div><p class="what">${html(pick(code.what))}</p>
<div class="symbol">${svg}</div><p class="holds">${html(code.data)}</p></div></li>`;
  });
  return `<h2>${html(say('codes'))}</h2><p>${html(say('oneByOne'))}</p><ol class="codes">${items.join('\n')}</ol>`;
}

/** What the config need not say. */
const LINE_DEFAULTS: Readonly<Record<string, unknown>> = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 };

/** The entry of the device in the agent's YAML, as far as the profile says it. */
function configLines({ model, line, options, usbVendorId }: DeviceProfile, locale: SheetLocale): string {
  const settings = Object.entries(line ?? {}).filter(([key, value]) => LINE_DEFAULTS[key] !== value);
  const usb = `vendorId: '${usbVendorId ?? 'xxxx'}'`;
  const byPath = line !== undefined && usbVendorId === undefined;
  const where = byPath
    ? ['kind: serial', 'path: /dev/ttyUSB0']
    : [`kind: ${line === undefined ? 'hid' : 'usb-serial'}`, usb];
  const chosen = Object.entries(options).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const rows = [
    `- id: ${model.split('/')[0]}-1`,
    `  model: ${model}`,
    `  connection: { ${[...where, ...settings.map(([key, value]) => `${key}: ${value}`)].join(', ')} }`,
    ...(chosen.length > 0 ? [`  options: { ${chosen.join(', ')} }`] : []),
    ...(byPath || usbVendorId === undefined ? [`  # ${wordsIn(locale).say('probe')}`] : []),
  ];
  return rows.join('\n');
}

function notes(profile: DeviceProfile, codes: readonly SetUpCode[], locale: SheetLocale): string {
  const { say, parity } = wordsIn(locale);
  const { line, source } = profile;
  const lines = [
    line && `${say('line')}: ${line.baudRate} · ${line.dataBits} · ${parity(line.parity)} · ${line.stopBits}`,
    `${say('source')}: ${source}`,
    ...codes.map(({ source: from }, at) => `${at + 1}: ${from}`),
    codes.some(({ proof }) => proof === 'published') && say('published'),
    codes.length > 0 && say('untried'),
    codes.length > 0 && say('print'),
  ];
  const paragraphs = lines.filter((text) => typeof text === 'string').map((text) => `<p>${html(text)}</p>`);
  return `<div class="notes">${paragraphs.join('\n')}</div>`;
}

/** Text between backticks is set as code. */
const rich = (text: string): string => html(text).replace(/`([^`]+)`/g, '<code>$1</code>');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const html = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
