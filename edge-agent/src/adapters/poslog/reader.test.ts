import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childOf, childrenOf, textOf } from './elements.ts';
import { POSLOG_LIMITS } from './limits.ts';
import { PoslogReader, type ReadTransaction, type Stop } from './reader.ts';
import { plainSale, poslog, retail, sale, TEST_CARD, tender, transaction, V6_NAMESPACE } from './testing/samples.ts';

interface Outcome {
  readonly read: ReadTransaction[];
  readonly stop: Stop | undefined;
}

function readAll(...chunks: readonly (string | Uint8Array)[]): Outcome {
  const reader = new PoslogReader(POSLOG_LIMITS);
  const read = chunks.flatMap((chunk) => reader.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
  return { read: [...read, ...reader.end()], stop: reader.stop };
}

const sequences = ({ read }: Outcome): (string | undefined)[] =>
  read.map(({ element }) => textOf(element, 'SequenceNumber'));
const stopped = ({ stop }: Outcome): string | undefined => stop?.error.code;
const flaws = ({ read }: Outcome): (string | undefined)[] => read.map(({ flaw }) => flaw?.code);

const three = poslog([1, 2, 3].map((sequence) => plainSale({ sequence })));

describe('a POSLog document', () => {
  it('whole: every transaction in order, with its place and what a sale needs of it', () => {
    const all = readAll(three);
    expect(stopped(all)).toBeUndefined();
    expect(sequences(all)).toEqual(['1', '2', '3']);
    expect(all.read.map(({ position }) => position.line)).toEqual([3, 9, 15]);
    const trade = childOf(all.read[0]?.element ?? fail(), 'RetailTransaction') ?? fail();
    const [line] = childrenOf(trade, 'LineItem');
    expect(textOf(line, 'Sale', 'POSIdentity', 'POSItemID')).toBe('2900000000018');
    expect(textOf(line, 'Sale', 'Description')).toBe('某商品 & more');
    expect(childOf(line ?? fail(), 'Own')).toBeUndefined();
  });

  it('split at every byte: the same', () => {
    const bytes = Buffer.from(poslog([plainSale({ sequence: 7 })]));
    const reader = new PoslogReader(POSLOG_LIMITS);
    const read = [...bytes].flatMap((byte) => reader.write(Uint8Array.of(byte)));
    read.push(...reader.end());
    expect(reader.stop).toBeUndefined();
    expect(read).toEqual(readAll(bytes).read);
    for (let at = 0; at <= bytes.length; at += 1)
      expect(sequences(readAll(bytes.subarray(0, at), bytes.subarray(at)))).toEqual(['7']);
  });

  it('joined: a second document behind the first is not read', () => {
    const all = readAll(three, poslog([plainSale({ sequence: 9 })]));
    expect(sequences(all)).toEqual(['1', '2', '3']);
    expect(stopped(all)).toBe('POSLOG_NOT_WELL_FORMED');
  });

  it('noise first: refused, nothing read', () => {
    for (const noise of ['hello', '{"a":1}', '\u0000\u0001', 'PK\u0003\u0004']) {
      const all = readAll(noise + three);
      expect(stopped(all)).toBe('POSLOG_NOT_WELL_FORMED');
      expect(all.read).toEqual([]);
    }
    expect(stopped(readAll(''))).toBe('POSLOG_NOT_WELL_FORMED');
  });

  it('truncated anywhere: what was whole stays, the place is told', () => {
    const bytes = Buffer.from(three);
    const ends = [...three.matchAll(/<\/Transaction>/g)].map(({ index }) =>
      Buffer.byteLength(three.slice(0, index + '</Transaction>'.length)),
    );
    for (let at = 1; at < bytes.length - 2; at += 7) {
      const all = readAll(bytes.subarray(0, at));
      expect(all.read.length).toBe(ends.filter((end) => end <= at).length);
      expect(stopped(all)).toMatch(/^POSLOG_(NOT_WELL_FORMED|ENCODING)$/);
      expect(all.stop?.position.line).toBeLessThanOrEqual(33);
    }
  });

  it('oversize: a transaction beyond a limit is passed over, the next is read', () => {
    const line = sale({ amount: '1.00' });
    const many = transaction({ sequence: 1 }, retail(Array.from({ length: POSLOG_LIMITS.lines + 1 }, () => line)));
    const long = transaction({ sequence: 2 }, `<v:Image>${'x'.repeat(POSLOG_LIMITS.transactionChars + 1)}</v:Image>`);
    const full = transaction({ sequence: 3 }, retail(['<LineItem/>'.repeat(POSLOG_LIMITS.elements)]));
    const all = readAll(poslog([many, long, full, plainSale({ sequence: 4 })]));
    expect(sequences(all)).toEqual(['1', '2', '3', '4']);
    const large = 'POSLOG_TRANSACTION_TOO_LARGE';
    expect(flaws(all)).toEqual([large, large, large, undefined]);
    expect(all.read[0]?.element.children.map(({ name }) => name)).not.toContain('RetailTransaction');
  });

  it('oversize: a tag or a document without end stops', () => {
    const attributes = Array.from({ length: 20_000 }, (_, index) => `a${index}="1234567890"`).join(' ');
    expect(stopped(readAll(poslog([`<Transaction ${attributes}>`])))).toBe('POSLOG_TOO_LARGE');
    expect(stopped(readAll(poslog([`<Transaction a="${'x'.repeat(200_000)}"/>`])))).toBe('POSLOG_TOO_LARGE');
    expect(stopped(readAll(poslog([`<!-- ${'x'.repeat(200_000)} -->`])))).toBe('POSLOG_TOO_LARGE');
    expect(stopped(readAll(poslog(['<Transaction>'.repeat(200)])))).toBe('POSLOG_TOO_DEEP');
    const reader = new PoslogReader({ documentBytes: 10_000 });
    expect(reader.write(Buffer.from(poslog([plainSale(), ' '.repeat(10_000), plainSale()]))).length).toBe(1);
    expect(reader.stop?.error.code).toBe('POSLOG_TOO_LARGE');
  });

  it('any bytes: never anything but a coded stop', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '<POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/">',
        '<Transaction>',
        '</Transaction>',
        '</POSLog>',
        '<![CDATA[',
        ']]>',
        '<!--',
        '-->',
        '<?xml ',
        '?>',
        '<!DOCTYPE',
        '&amp;',
        '&constructor;',
        '&x;',
        '&#x41;',
        '&#xD800;',
        '<constructor:x>',
        '<a __proto__="1" hasOwnProperty="2" a="">',
        '<LineItem>',
        '<Sale>',
        '\u0000',
        '\ud800',
        '漢',
      ),
    );
    const bytes = fc.oneof(
      fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''))),
      fc.uint8Array({ maxLength: 400 }),
      fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(poslog(pieces))),
    );
    fc.assert(
      fc.property(bytes, fc.nat(200), (document, at) => {
        const all = readAll(document.subarray(0, at), document.subarray(at));
        if (all.stop !== undefined) expect(all.stop.error.code).toMatch(/^POSLOG_/);
      }),
      { numRuns: 400 },
    );
  });
});

describe('what a POSLog document may not hold', () => {
  const secret = '<!DOCTYPE POSLog [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
  const laughs = `<!DOCTYPE POSLog [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, at) => `<!ENTITY l${at} "&a;&a;">`).join('')}]>`;

  it.each([
    ['an external entity', three.replace('?>\n', `?>\n${secret}`).replace('>117<', '>&x;<')],
    ['an entity bomb', three.replace('?>\n', `?>\n${laughs}`).replace('>117<', '>&l29;<')],
    ['an empty declaration', three.replace('?>\n', '?>\n<!DOCTYPE POSLog>')],
    ['one in small letters', three.replace('?>\n', '?>\n<!doctype POSLog>')],
    ['one without end', `<!DOCTYPE POSLog [${' '.repeat(200_000)}`],
    ['one inside the document', three.replace('<Transaction', '<!DOCTYPE x><Transaction')],
  ])('%s', (_, document) => {
    const all = readAll(document);
    expect(stopped(all)).toBe('POSLOG_DOCTYPE');
    expect(all.read).toEqual([]);
  });

  it('an entity of its own without a declaration', () => {
    expect(stopped(readAll(three.replace('某商品', '&x;')))).toBe('POSLOG_NOT_WELL_FORMED');
  });

  it('another namespace: found and expected are told', () => {
    const found = readAll(poslog([plainSale()], 'urn:other'));
    expect(stopped(found)).toBe('POSLOG_NAMESPACE');
    expect(found.stop?.error.message).toContain(
      '{urn:other}POSLog; {http://www.nrf-arts.org/IXRetail/namespace/}POSLog',
    );
    expect(stopped(readAll(poslog([plainSale()], '')))).toBe('POSLOG_NAMESPACE');
    expect(stopped(readAll('<Orders/>'))).toBe('POSLOG_NAMESPACE');
    expect(stopped(readAll(poslog(['<Transaction xmlns="urn:other"/>'])))).toBe('POSLOG_NAMESPACE');
    expect(stopped(readAll(`<a xmlns="${V6_NAMESPACE}"/>`))).toBe('POSLOG_NAMESPACE');
  });

  it.each([
    [
      'a text that is read',
      (card: string) => retail([sale({ amount: '1' }).replace('某商品', card)]),
      'Sale/Description',
    ],
    ['a text that nobody reads', (card: string) => `<v:A><v:B>${card}</v:B></v:A>`, 'v:A/v:B'],
    [
      'an attribute',
      (card: string) => retail([tender('1', 'CreditDebit').replace('<Tender ', `<Tender note="${card}" `)]),
      '@note',
    ],
    ['CDATA', (card: string) => `<v:A><![CDATA[x ${card} y]]></v:A>`, 'v:A'],
  ])('a card number in %s: nothing of it is kept', (_, content, field) => {
    for (const card of [TEST_CARD, '4111 1111 1111 1111', '4111-1111-1111-1111', '3782 822463 10005']) {
      const all = readAll(poslog([transaction({ sequence: 5 }, content(card)), plainSale({ sequence: 6 })]));
      expect(flaws(all)).toEqual(['POSLOG_CARD_NUMBER', undefined]);
      expect(all.read[0]?.flaw?.message).toContain(field.replaceAll('v:', ''));
      expect(JSON.stringify(all.read)).not.toContain(card);
      expect(textOf(all.read[0]?.element, 'SequenceNumber')).toBe('5');
    }
  });

  it('a number in the field of card numbers counts whether its check digit is right or not; masked it does not', () => {
    const field = (number: string): string =>
      retail([
        tender('1', 'CreditDebit', `<CreditDebit><PrimaryAccountNumber>${number}</PrimaryAccountNumber></CreditDebit>`),
      ]);
    const flawOf = (number: string): string | undefined => flaws(readAll(poslog([transaction({}, field(number))])))[0];
    expect(flawOf('4111111111111112')).toBe('POSLOG_CARD_NUMBER');
    expect(flawOf('411111******1111')).toBeUndefined();
  });

  it('codes of goods, receipts and signatures are no card numbers', () => {
    // A GTIN that happens to pass the check of cards, and a receipt's long number.
    const goods = retail([sale({ amount: '1', code: '6900000000007' }), sale({ amount: '1', code: '4006381333931' })]);
    const other = `<v:Barcode>660502002000272920180714142504</v:Barcode><v:Path d="M411 111 111 111 111 1"/>`;
    expect(flaws(readAll(poslog([transaction({}, goods + other)])))).toEqual([undefined]);
  });
});

describe('how POSLog documents are written', () => {
  const one = poslog([plainSale({ sequence: 8, operator: '李' })]);
  const utf16 = (text: string): Buffer => Buffer.from(text.replace('UTF-8', 'UTF-16'), 'utf16le');

  it.each([
    ['UTF-8 with a mark', Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(one)])],
    ['UTF-8 without a declaration', Buffer.from(one.replace(/^<\?xml.*\?>\n/, ''))],
    ['UTF-16 little-endian with a mark', Buffer.concat([Buffer.of(0xff, 0xfe), utf16(one)])],
    ['UTF-16 little-endian', utf16(one)],
    ['UTF-16 big-endian with a mark', Buffer.concat([Buffer.of(0xfe, 0xff), utf16(one).swap16()])],
    ['UTF-16 big-endian', utf16(one).swap16()],
    ['UTF-8 that says UTF-16', Buffer.from(one.replace('UTF-8', 'utf-16'))],
  ])('%s', (_, bytes) => {
    for (const all of [readAll(bytes), readAll(...[...bytes].map((byte) => Uint8Array.of(byte)))]) {
      expect(stopped(all)).toBeUndefined();
      expect(textOf(all.read[0]?.element, 'OperatorID')).toBe('李');
    }
  });

  it.each(['GB18030', 'gbk', "gb2312'"])('%s, by its declaration', (label) => {
    const quote = label.endsWith("'") ? "'" : '"';
    const head = Buffer.from(`<?xml version='1.0' encoding=${quote}${label.replace("'", '')}${quote}?>\n`);
    // 李 is C0 EE in all three.
    const [before = '', after = ''] = one
      .replace(/^<\?xml.*\?>\n/, '')
      .replaceAll('某商品', 'x')
      .split('李');
    const bytes = Buffer.concat([head, Buffer.from(before), Buffer.of(0xc0, 0xee), Buffer.from(after)]);
    expect(textOf(readAll(bytes).read[0]?.element, 'OperatorID')).toBe('李');
  });

  it('another encoding than it says: refused', () => {
    expect(stopped(readAll(Buffer.concat([Buffer.from(one), Buffer.of(0xc0, 0xee)])))).toBe('POSLOG_ENCODING');
    expect(stopped(readAll(one.replace('UTF-8', 'EBCDIC-CP-US')))).toBe('POSLOG_ENCODING');
  });

  it('with prefixes, in the namespace of version 6, in a message around it, with shared fields', () => {
    const prefixed = poslog([plainSale({ sequence: 4 })])
      .replace('xmlns="', 'xmlns:p="')
      .replace(/<(\/?)(?=[A-Z])/g, '<$1p:');
    expect(sequences(readAll(prefixed))).toEqual(['4']);
    expect(sequences(readAll(poslog([plainSale({ sequence: 4 })], V6_NAMESPACE)))).toEqual(['4']);
    const around = `<r:Add xmlns:r="http://www.nrf-arts.org/IXRetail/namespace/"><ARTSHeader/>${poslog([plainSale({ sequence: 4 })]).replace(/^<\?xml.*\?>\n/, '')}</r:Add>`;
    expect(sequences(readAll(around))).toEqual(['4']);
    const shared = poslog([
      '<RetailStoreID>9</RetailStoreID><BusinessDayDate>2026-11-22</BusinessDayDate>',
      plainSale(),
    ]);
    expect(readAll(shared).read[0]?.shared).toEqual({ RetailStoreID: '9', BusinessDayDate: '2026-11-22' });
  });
});

function fail(): never {
  throw new Error('not there');
}
