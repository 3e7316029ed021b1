import type { SKRSContext2D } from '@napi-rs/canvas';
import type { LabelTemplate, TagType } from '@tillside/firmware-configs';
import type { LabelContent } from '../contract/command.ts';
import { priceParts, priceText } from './money.ts';
import { digitalLinkMatrix } from './qr.ts';
import { ellipsise, setFont, type Weight, wrap } from './text.ts';

const BLACK = '#000000';
const WHITE = '#ffffff';
const RED = '#ff0000';
/** Under this a Chinese character on e-paper is a blot. */
const MIN_TEXT_PX = 11;
/** The fen and the currency sign, against the yuan. */
const FEN_RATIO = 0.5;
const SIGN_RATIO = 0.42;
/** Height of a capital or digit against the font size (Inter). */
const CAP_RATIO = 0.727;
/** A short price may grow into free room by this much. */
const MAX_PRICE_GROWTH = 1.2;
const MIN_PRICE_SCALE = 0.4;
/** A long promotion text shrinks to this before it is cut: half a condition would mislead. */
const MIN_BAND_TEXT = 0.65;
/** A code wider than this share of the label would take room from the price. */
const MAX_QR_SHARE = 0.22;

/** A label being drawn: the canvas, what to say, and the template scaled to this tag. */
interface Sheet {
  readonly ctx: SKRSContext2D;
  readonly content: LabelContent;
  readonly template: LabelTemplate;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly hasRed: boolean;
  readonly padPx: number;
  readonly scale: number;
}

/** Lay a label out: promotion band, names, then the price as the largest thing, with the details and the code beside or beneath it. */
export function drawLabel(ctx: SKRSContext2D, content: LabelContent, tag: TagType, template: LabelTemplate): void {
  const scale = Math.min(tag.widthPx / template.referenceWidthPx, tag.heightPx / template.referenceHeightPx);
  const sheet: Sheet = {
    ctx,
    content,
    template,
    widthPx: tag.widthPx,
    heightPx: tag.heightPx,
    hasRed: tag.colours.includes('red'),
    padPx: Math.max(4, Math.round(template.paddingPx * scale)),
    scale,
  };
  ctx.fillStyle = WHITE;
  ctx.fillRect(0, 0, tag.widthPx, tag.heightPx);
  ctx.textBaseline = 'alphabetic';
  const belowBand = drawBand(sheet);
  const belowNames = drawNames(sheet, belowBand);
  drawPriceArea(sheet, belowNames);
}

function textPx(sheet: Sheet, referencePx: number): number {
  return Math.max(MIN_TEXT_PX, Math.round(referencePx * sheet.scale));
}

function measurer(sheet: Sheet, sizePx: number, weight: Weight = 700): (text: string) => number {
  return (text) => {
    setFont(sheet.ctx, sizePx, weight);
    return sheet.ctx.measureText(text).width;
  };
}

/** Returns the y under the band. */
function drawBand(sheet: Sheet): number {
  const { ctx, content, template, widthPx, padPx } = sheet;
  if (!content.promotion) return 0;
  const bandPx = Math.max(18, Math.round(template.bandPx * sheet.scale));
  ctx.fillStyle = sheet.hasRed ? RED : BLACK;
  ctx.fillRect(0, 0, widthPx, bandPx);
  ctx.fillStyle = WHITE;
  const fullPx = textPx(sheet, template.bandTextPx);
  const roomPx = widthPx - 2 * padPx;
  const shrink = Math.max(MIN_BAND_TEXT, roomPx / measurer(sheet, fullPx)(content.promotion.zh));
  const zhPx = Math.max(MIN_TEXT_PX, Math.floor(fullPx * Math.min(1, shrink)));
  const enPx = textPx(sheet, template.bandTextPx * 0.7);
  const baseline = Math.round(bandPx / 2 + zhPx * 0.36);
  const zh = ellipsise(content.promotion.zh, roomPx, measurer(sheet, zhPx));
  setFont(ctx, zhPx);
  ctx.fillText(zh, padPx, baseline);
  const leftPx = roomPx - ctx.measureText(zh).width - 2 * padPx;
  const en = content.promotion.en;
  // The English text stands whole or not at all: half a condition would mislead.
  if (measurer(sheet, enPx)(en) <= leftPx) drawRight(sheet, en, widthPx - padPx, baseline, enPx);
  return bandPx;
}

function drawRight(sheet: Sheet, text: string, rightPx: number, baseline: number, sizePx: number): number {
  setFont(sheet.ctx, sizePx);
  const { width } = sheet.ctx.measureText(text);
  sheet.ctx.fillText(text, rightPx - width, baseline);
  return width;
}

/** Returns the y under the names. */
function drawNames(sheet: Sheet, top: number): number {
  const { ctx, content, template, widthPx, padPx } = sheet;
  const roomPx = widthPx - 2 * padPx;
  ctx.fillStyle = BLACK;
  const zhPx = textPx(sheet, template.nameZhPx);
  const maxLines = template.nameZhLines[content.promotion ? 0 : 1];
  let baseline = top + Math.round(padPx * 0.6);
  for (const line of wrap(content.nameZh || content.nameEn, roomPx, maxLines, measurer(sheet, zhPx))) {
    baseline += Math.round(zhPx * 1.08);
    setFont(ctx, zhPx);
    ctx.fillText(line, padPx, baseline);
  }
  const enPx = textPx(sheet, template.nameEnPx);
  baseline += Math.round(enPx * 1.4);
  const size = ellipsise(content.size, roomPx * 0.45, measurer(sheet, enPx));
  const sizeWidth = size === '' ? 0 : drawRight(sheet, size, widthPx - padPx, baseline, enPx) + padPx;
  const en = content.nameZh === '' ? '' : ellipsise(content.nameEn, roomPx - sizeWidth, measurer(sheet, enPx));
  setFont(ctx, enPx);
  ctx.fillText(en, padPx, baseline);
  return baseline + Math.round(enPx * 0.35);
}

function drawPriceArea(sheet: Sheet, namesBottom: number): void {
  const { content, template, widthPx, heightPx, padPx } = sheet;
  const smallPx = textPx(sheet, template.smallPx);
  const top = namesBottom + Math.round(padPx / 2);
  const bottom = heightPx - padPx;
  const right = widthPx - padPx;
  const qrPx = drawQr(sheet, top, right, bottom);
  const detailsRight = qrPx === 0 ? right : right - qrPx - padPx;
  const details = detailTexts(content);
  if (template.details === 'beneath') {
    const linePx = details.unit || details.was ? Math.round(smallPx * 1.45) : 0;
    const lines = qrPx > 0 && details.unit && details.was ? 2 : 1;
    drawPrice(sheet, {
      left: padPx,
      right,
      top,
      bottom: bottom - Math.max(linePx * lines, qrPx + (qrPx && padPx / 2)),
    });
    if (lines === 2) drawDetailsLeft(sheet, details, bottom, smallPx);
    else drawDetailsRow(sheet, details, detailsRight, bottom, smallPx);
    return;
  }
  const measure = measurer(sheet, smallPx);
  const detailsPx = Math.max(0, ...[details.unit, details.was].map((text) => (text ? measure(text) : 0)));
  const priceRight = detailsRight - (detailsPx > 0 ? detailsPx + padPx : 0);
  drawPrice(sheet, { left: padPx, right: priceRight, top, bottom });
  if (details.unit) drawRight(sheet, details.unit, detailsRight, bottom - 1, smallPx);
  const wasBaseline = details.unit ? bottom - Math.round(smallPx * 1.5) : bottom - 1;
  if (details.was) drawStruck(sheet, details.was, detailsRight - measure(details.was), wasBaseline, smallPx);
}

/** Was-price above unit price, at the left edge: for a template whose code stands at the right. */
function drawDetailsLeft(sheet: Sheet, details: Details, bottom: number, smallPx: number): void {
  if (details.was) drawStruck(sheet, details.was, sheet.padPx, bottom - Math.round(smallPx * 1.5), smallPx);
  setFont(sheet.ctx, smallPx);
  if (details.unit) sheet.ctx.fillText(details.unit, sheet.padPx, bottom - 1);
}

interface Details {
  readonly unit: string | undefined;
  readonly was: string | undefined;
}

function detailTexts(content: LabelContent): Details {
  return {
    unit: content.unitPrice && `${priceText(content.unitPrice.fen)}/${content.unitPrice.per}`,
    was: content.wasPriceFen === undefined ? undefined : `原价 ${priceText(content.wasPriceFen)}`,
  };
}

function drawDetailsRow(sheet: Sheet, details: Details, right: number, bottom: number, smallPx: number): void {
  const { padPx } = sheet;
  const measure = measurer(sheet, smallPx);
  const roomPx = right - padPx;
  const short = details.was?.replace('原价 ', '');
  // The unit price is the one that must stay; the word before the was-price gives way first, then the was-price.
  const unitPx = details.unit ? measure(details.unit) : 0;
  if (details.unit) {
    setFont(sheet.ctx, smallPx);
    sheet.ctx.fillText(details.unit, padPx, bottom - 1);
  }
  const was = [details.was, short].find((text) => text && unitPx + padPx + measure(text) <= roomPx);
  if (was) drawStruck(sheet, was, details.unit ? right - measure(was) : padPx, bottom - 1, smallPx);
}

/** Text with its amount struck through; the word before it stays whole. */
function drawStruck(sheet: Sheet, text: string, left: number, baseline: number, sizePx: number): void {
  const { ctx } = sheet;
  setFont(ctx, sizePx);
  ctx.fillText(text, left, baseline);
  const word = text.startsWith('原价 ') ? ctx.measureText('原价 ').width : 0;
  const { width } = ctx.measureText(text);
  const thick = Math.max(1, Math.round(sizePx / 11));
  ctx.fillRect(
    Math.floor(left + word - 1),
    Math.round(baseline - sizePx * 0.36 - thick / 2),
    Math.ceil(width - word + 2),
    thick,
  );
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Yuan big, fen small and raised; scaled down until it fits the box. */
function drawPrice(sheet: Sheet, box: Box): void {
  const { ctx, content, template } = sheet;
  const { yuan, fen } = priceParts(content.priceFen);
  const wanted = template.priceYuanPx * sheet.scale;
  const heightFit = (box.bottom - box.top) / CAP_RATIO;
  let yuanPx = Math.min(wanted * MAX_PRICE_GROWTH, heightFit);
  const widthAt = (sizePx: number) =>
    measurer(sheet, sizePx * SIGN_RATIO, 700)('¥') +
    measurer(sheet, sizePx, 800)(yuan) +
    measurer(sheet, sizePx * FEN_RATIO, 800)(`.${fen}`) +
    sizePx * 0.1;
  const width = widthAt(yuanPx);
  const roomPx = box.right - box.left;
  if (width > roomPx) yuanPx *= Math.max(MIN_PRICE_SCALE, roomPx / width);
  yuanPx = Math.floor(yuanPx);
  const capPx = yuanPx * CAP_RATIO;
  const baseline = Math.round(box.bottom - Math.max(0, (box.bottom - box.top - capPx) * 0.35));
  const raised = (sizePx: number) => Math.round(baseline - capPx + sizePx * CAP_RATIO);
  ctx.fillStyle = BLACK;
  let left = box.left;
  const put = (text: string, sizePx: number, weight: Weight, y: number) => {
    setFont(ctx, sizePx, weight);
    ctx.fillText(text, left, y);
    left += ctx.measureText(text).width;
  };
  put('¥', yuanPx * SIGN_RATIO, 700, baseline);
  left += yuanPx * 0.04;
  put(yuan, yuanPx, 800, baseline);
  left += yuanPx * 0.02;
  put(`.${fen}`, yuanPx * FEN_RATIO, 800, raised(yuanPx * FEN_RATIO));
}

/** The code in the lower right corner, or nothing when there is no room. Returns its side in pixels. */
function drawQr(sheet: Sheet, top: number, right: number, bottom: number): number {
  const { ctx, content, template, widthPx } = sheet;
  const modulePx = Math.floor(template.qrModulePx * Math.max(1, sheet.scale));
  const matrix = modulePx < 2 ? undefined : digitalLinkMatrix(content.gtin);
  if (!matrix) return 0;
  const sidePx = matrix.size * modulePx;
  if (bottom - sidePx < top + modulePx || sidePx > widthPx * MAX_QR_SHARE) return 0;
  ctx.fillStyle = BLACK;
  for (let y = 0; y < matrix.size; y += 1) {
    for (let x = 0; x < matrix.size; x += 1) {
      if (matrix.dark(x, y)) {
        ctx.fillRect(right - sidePx + x * modulePx, bottom - sidePx + y * modulePx, modulePx, modulePx);
      }
    }
  }
  return sidePx;
}
