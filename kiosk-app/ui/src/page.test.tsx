import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { fromZero, roundAbove, spread } from './chart/scale.ts';
import {
  Bars,
  CATEGORIES,
  categoryOf,
  createI18n,
  Lines,
  Notice,
  Pictogram,
  Price,
  ProductTile,
  pressKey,
  qrPath,
  UiProvider,
} from './index.ts';
import { UI_WORDS } from './locale/words.ts';

const draw = (locale: 'zh-CN' | 'en', element: React.ReactElement): string =>
  renderToStaticMarkup(<UiProvider i18n={createI18n({ 'zh-CN': {}, en: {} }, locale)}>{element}</UiProvider>);

describe('price', () => {
  it('is read as one amount and drawn in parts', () => {
    const html = draw('en', <Price priceFen={1250} wasFen={1500} tone="offer" />);
    expect(html).toContain('now ¥12.50, was ¥15.00');
    expect(html).toContain('<span class="tl-price-minor">.50</span>');
  });

  it('shows no "was" that is not higher', () => {
    expect(draw('zh-CN', <Price priceFen={1250} wasFen={1250} />)).not.toContain('tl-price-was');
    expect(draw('zh-CN', <Price priceFen={1250} wasFen={1500} />)).toContain('原价 ¥15.00');
  });
});

it('draws every category, and names it in both languages', () => {
  for (const category of CATEGORIES) {
    expect(draw('en', <Pictogram category={category} />)).toContain('<svg');
    expect(UI_WORDS['zh-CN'].category[category]).toMatch(/\p{Script=Han}/u);
    expect(UI_WORDS.en.category[category]).toMatch(/[a-z]/);
  }
  expect(categoryOf('motor oil')).toBe('other');
});

it('says in a notice what happened, what is safe and what to do, and keeps the code small', () => {
  const html = draw(
    'en',
    <Notice
      kind="error"
      title="The label did not answer."
      safe="The till's price is right."
      todo="Try again."
      code="LABEL_SILENT"
    />,
  );
  expect(html).toContain('role="alert"');
  expect(html).toContain('The till&#x27;s price is right. Try again.');
  expect(html).toContain('Code LABEL_SILENT');
});

it('sets a product like a shelf label', () => {
  const html = draw(
    'zh-CN',
    <ProductTile
      category="dairy"
      name="鲜牛奶"
      size="1 L"
      priceFen={1290}
      wasFen={1590}
      tag={{ kind: 'offer', words: '8.1 折' }}
    />,
  );
  for (const text of ['鲜牛奶', '1 L', '8.1 折', '--tint:var(--tint-ice)']) expect(html).toContain(text);
});

it('sets a price in red only where it is lower', () => {
  const tile = (wasFen: number): string =>
    draw(
      'en',
      <ProductTile
        category="snacks"
        name="Raisins"
        priceFen={1600}
        wasFen={wasFen}
        tag={{ kind: 'offer', words: '2nd half price' }}
      />,
    );
  expect(tile(1600)).toContain('data-tone="plain"');
  expect(tile(2000)).toContain('data-tone="offer"');
});

describe('charts', () => {
  it('carry their figures as a table', () => {
    const bars = [
      { label: 'Jade', value: 12, isEmphasised: true },
      { label: 'Others', value: 6 },
    ];
    const html = draw(
      'en',
      <Bars title="Jade members came back more often" bars={bars} format={String} head={['Tier', 'Visits']} />,
    );
    expect(html).toContain('width:78%');
    expect(html).toContain('width:39%');
    expect(html).toContain('<th scope="col" data-align="end">Visits</th>');
  });

  it('break a line where there is no value', () => {
    const series = [{ name: 'Sales', values: [1, null, 3] }];
    const html = draw(
      'en',
      <Lines title="t" labels={['a', 'b', 'c']} series={series} format={String} labelHead="Day" />,
    );
    expect(html.match(/d="M[^"]*M[^"]*"/)).not.toBeNull();
    expect(html).toContain('–');
  });

  it('start at zero, end round, and keep names apart', () => {
    expect(fromZero([0, 0], 100)(0)).toBe(0);
    expect(fromZero([50, 200], 100)(50)).toBe(25);
    expect([roundAbove(0), roundAbove(130), roundAbove(0.3)]).toEqual([1, 200, 0.5]);
    expect(spread([10, 12, 90], 20)).toEqual([10, 30, 90]);
  });
});

it('types digits up to the limit', () => {
  expect(pressKey('12', '3', 3)).toBe('123');
  expect(pressKey('123', '4', 3)).toBe('123');
  expect(pressKey('123', 'delete', 3)).toBe('12');
  expect(pressKey('123', 'clear', 3)).toBe('');
});

it('draws a QR code with its quiet zone', () => {
  const { path, size } = qrPath('https://example.com/m/1');
  expect(size).toBeGreaterThanOrEqual(29);
  expect(path.startsWith('M4 4h1v1h-1z')).toBe(true);
});
