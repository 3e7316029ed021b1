import type { SetUpCode } from '@tillside/firmware-configs';
import { toSVG } from 'bwip-js';

type Symbology = SetUpCode['symbology'];

interface Symbol {
  readonly bcid: string;
  /** Empty modules on each side, by the symbology's standard (Code 128: ISO/IEC 15417, 10; QR: 18004, 4; Data Matrix: 16022, 1; Aztec: 24778, 0). */
  readonly quiet: number;
  /** Module on paper, in millimetres; a wide linear code gets thinner bars, down to `leastMm`. */
  readonly moduleMm: number;
  readonly leastMm: number;
}

/** 2D codes get a module more than their standard asks for: a sheet lies among other ink. */
const SYMBOLS: Readonly<Record<Symbology, Symbol>> = {
  code128: { bcid: 'code128', quiet: 10, moduleMm: 0.38, leastMm: 0.25 },
  qr: { bcid: 'qrcode', quiet: 4, moduleMm: 0.6, leastMm: 0.6 },
  datamatrix: { bcid: 'datamatrix', quiet: 2, moduleMm: 0.6, leastMm: 0.6 },
  aztec: { bcid: 'azteccode', quiet: 2, moduleMm: 0.6, leastMm: 0.6 },
};

const CONTROLS: Readonly<Record<string, string>> = { '<CR>': '\r', '<GS>': '\x1d' };
const BAR_MM = 14;
/** Units of the generator's view box in a module: at scale 2 a linear module has 2, at scale 1 a 2D module has 2; padding is counted in scale. */
const UNITS_A_MODULE = 2;

/** The text as the generator takes it for Code 128, where a caret starts a function and two are a caret. */
const withFunctions = (text: string): string => text.replaceAll('^', '^^').replaceAll('<FNC3>', '^FNC3');

const withControls = (data: string): string => data.replace(/<CR>|<GS>/g, (name) => CONTROLS[name] ?? '');

export class SheetCodeError extends Error {
  readonly code = 'SHEET_CODE';
  readonly hint = "Make the set-up code's data shorter in the profile.";
}

/** A code as SVG with its quiet zone, sized in millimetres, at most `maxWidthMm` wide. Throws SheetCodeError when it does not fit. */
export function barcodeSvg({ symbology, data }: Pick<SetUpCode, 'symbology' | 'data'>, maxWidthMm: number): string {
  const { bcid, quiet, moduleMm, leastMm } = SYMBOLS[symbology];
  const linear = symbology === 'code128';
  const svg = toSVG({
    bcid,
    text: linear ? withFunctions(withControls(data)) : withControls(data),
    ...(linear ? { parsefnc: true, height: BAR_MM } : {}),
    scale: linear ? UNITS_A_MODULE : 1,
    paddingwidth: linear ? quiet : quiet * UNITS_A_MODULE,
    paddingheight: linear ? 0 : quiet * UNITS_A_MODULE,
  });
  const box = /viewBox="0 0 (\d+) (\d+)"/.exec(svg);
  const [width, height] = [Number(box?.[1]) / UNITS_A_MODULE, Number(box?.[2]) / UNITS_A_MODULE];
  const module = Math.min(moduleMm, maxWidthMm / width);
  if (!(module >= leastMm)) throw new SheetCodeError(`${data}: ${width} modules do not fit in ${maxWidthMm} mm`);
  const size = `width="${mm(width * module)}" height="${linear ? `${BAR_MM}mm` : mm(height * module)}"`;
  // A linear code's bars may be stretched to their height; the modules of a 2D code stay square.
  const fit = linear ? ' preserveAspectRatio="none"' : '';
  return svg.replace('<svg ', `<svg ${size}${fit} role="img" shape-rendering="crispEdges" `).replaceAll('\n', '');
}

const mm = (length: number): string => `${Number(length.toFixed(3))}mm`;
