import { type Facts, factsOf } from './facts.ts';
import { codesIn, fenOf, tableRows } from './markdown.ts';

/** One line of an example's table: what is on the counter and what it costs. Money in fen. */
export interface ReceiptLine {
  readonly lineId: string;
  readonly sku: string;
  readonly lotId: string | undefined;
  readonly taxRateBp: number | undefined;
  readonly noPromotions: boolean;
  /** Units, or grams of a weighed line at a price for the kilogram. */
  readonly quantity: number | undefined;
  readonly weightGrams: number | undefined;
  readonly unitPriceFen: number;
  readonly listFen: number;
  readonly saves: readonly { readonly campaignId: string; readonly amountFen: number }[];
  readonly paysFen: number;
}

export interface ReceiptTotal {
  readonly listFen: number;
  readonly savesFen: number;
  readonly paysFen: number;
}

/** What an example's JSON block may hold: parts of a campaign set, a basket and a context, in the schema's own words. */
export interface ExampleBlock {
  readonly campaigns: readonly Readonly<Record<string, unknown>>[];
  readonly policy: Readonly<Record<string, unknown>>;
  readonly basket: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
}

/** One worked example of the page. */
export interface Example {
  readonly title: string;
  /** What the retailer says, in Chinese and in English. */
  readonly says: readonly string[];
  readonly block: ExampleBlock;
  readonly lines: readonly ReceiptLine[];
  readonly total: ReceiptTotal;
  readonly facts: Facts;
  /** The arithmetic in words. */
  readonly prose: string;
}

export interface ShopItem {
  readonly sku: string;
  readonly category: string;
  readonly department: string;
  readonly priceFen: number;
}

/** `breakfast` 3.00 + `coupon` 0.45, or a dash. */
function savesOf(cell: string): ReceiptLine['saves'] {
  if (cell === '–') return [];
  return cell.split(' + ').map((part) => {
    const match = /^`([^`]+)` (\d+\.\d\d)$/u.exec(part);
    if (!match) throw new Error(`No saving: ${part}`);
    return { campaignId: match[1] ?? '', amountFen: fenOf(match[2] ?? '') };
  });
}

function lineOf(cells: readonly string[]): ReceiptLine {
  const [lineId = '', item = '', units = '', list = '', saves = '', pays = ''] = cells;
  const measure = /^(?:(\d+)|(\d+\.\d{3}) kg) × (\d+\.\d\d)$/u.exec(units);
  const [sku] = codesIn(item);
  if (!measure || sku === undefined) throw new Error(`No line: ${cells.join(' | ')}`);
  const [, quantity, kilograms, price = ''] = measure;
  const tax = /, tax (\d+) %/u.exec(item)?.[1];
  return {
    lineId,
    sku,
    lotId: /, lot `([^`]+)`/u.exec(item)?.[1],
    taxRateBp: tax === undefined ? undefined : Number(tax) * 100,
    noPromotions: item.endsWith(', no promotions'),
    quantity: quantity === undefined ? undefined : Number(quantity),
    weightGrams: kilograms === undefined ? undefined : Math.round(Number(kilograms) * 1000),
    unitPriceFen: fenOf(price),
    listFen: fenOf(list),
    saves: savesOf(saves),
    paysFen: fenOf(pays),
  };
}

function tableOf(text: string): { lines: ReceiptLine[]; total: ReceiptTotal } {
  const rows = tableRows(text);
  const last = rows.at(-1) ?? [];
  if (last[0] !== '**Total**') throw new Error('A receipt ends with its total.');
  const [listFen = 0, savesFen = 0, paysFen = 0] = last.slice(3).map(fenOf);
  return { lines: rows.slice(0, -1).map(lineOf), total: { listFen, savesFen, paysFen } };
}

function blockOf(text: string, before: ExampleBlock | undefined): ExampleBlock {
  const json = /^```json\n([\s\S]*?)\n```$/mu.exec(text)?.[1];
  if (json === undefined) throw new Error('An example has a block.');
  const block = JSON.parse(json) as Partial<ExampleBlock>;
  const unknown = Object.keys(block).filter((key) => !['campaigns', 'policy', 'basket', 'context'].includes(key));
  if (unknown.length > 0) throw new Error(`A block holds no ${unknown.join(', ')}.`);
  const campaigns = block.campaigns ?? before?.campaigns;
  if (!campaigns) throw new Error('The first example of a part has campaigns.');
  return { campaigns, policy: block.policy ?? {}, basket: block.basket ?? {}, context: block.context ?? {} };
}

const rest = (text: string): string =>
  text
    .replace(/^```json\n[\s\S]*?\n```$/mu, '')
    .split('\n')
    .filter((line) => !/^(?:[|>]|- )/u.test(line))
    .join('\n');

function exampleOf(section: string, before: Example | undefined): Example {
  const title = section.slice(0, section.indexOf('\n'));
  const body = section.slice(title.length);
  try {
    return {
      title,
      says: [...body.matchAll(/^> (.+)$/gmu)].map((match) => match[1] ?? ''),
      block: blockOf(body, before?.block),
      ...tableOf(body),
      facts: factsOf([...body.matchAll(/^- (.+)$/gmu)].map((match) => match[1] ?? '')),
      prose: rest(body),
    };
  } catch (error) {
    throw new Error(`${title}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The shop's items, from the table under "The shop". */
export function readShop(page: string): ShopItem[] {
  const shop = page.split(/^## /mu).find((part) => part.startsWith('The shop\n')) ?? '';
  return tableRows(shop).map(([sku = '', , category = '', department = '', price = '']) => ({
    sku: codesIn(sku)[0] ?? '',
    category: codesIn(category)[0] ?? '',
    department: codesIn(department)[0] ?? '',
    priceFen: fenOf(price),
  }));
}

/** Every example of the page, in its order. Throws where the page holds something that no test would look at. */
export function readExamples(page: string): Example[] {
  return page.split(/^## /mu).flatMap((part) => {
    const found: Example[] = [];
    for (const section of part.split(/^### /mu).slice(1)) found.push(exampleOf(section, found.at(-1)));
    return found;
  });
}
