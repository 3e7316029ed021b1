import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aiLengthAt, allAis, findAi, matchesPattern } from './ai.ts';
import { AI_TABLE } from './ai-table.generated.ts';
import { parseDictionary, parseEntry } from './dictionary.ts';
import { renderAiTable } from './render-table.ts';

const data = (name: string): string =>
  new URL(`../../../../firmware-configs/data/gs1/${name}`, import.meta.url).pathname;
const text = readFileSync(data('gs1-syntax-dictionary.txt'), 'utf8');

describe('the dictionary in firmware-configs', () => {
  it('is the file whose hash stands beside it, with its licence', () => {
    const hash = createHash('sha256')
      .update(readFileSync(data('gs1-syntax-dictionary.txt')))
      .digest('hex');
    expect(readFileSync(data('README.md'), 'utf8')).toContain(hash);
    expect(text).toContain('Licensed under the Apache License, Version 2.0');
  });

  it('gives the generated table (vitest -u writes it)', async () => {
    const entries = parseDictionary(text);
    await expect(renderAiTable(entries)).toMatchFileSnapshot(
      new URL('ai-table.generated.ts', import.meta.url).pathname,
    );
    expect(AI_TABLE).toEqual(entries);
  });

  it('has as many entries as lines that are no remark', () => {
    expect(AI_TABLE.length).toBe(text.split('\n').filter((line) => /^\d/.test(line)).length);
  });
});

describe('parseEntry', () => {
  it('reads all that a line can hold', () => {
    expect(
      parseEntry(
        "8003 ?  N1,zero N13,csum,gcppos1 [X..16]  req=01+21,35nn req=02 ex=03,310n dlpkey=22,10|235 # IT'S # 0",
      ),
    ).toEqual({
      first: '8003',
      last: '8003',
      predefinedLength: false,
      dataAttribute: true,
      components: [
        { set: 'N', min: 1, max: 1, optional: false, linters: ['zero'] },
        { set: 'N', min: 13, max: 13, optional: false, linters: ['csum', 'gcppos1'] },
        { set: 'X', min: 1, max: 16, optional: true, linters: [] },
      ],
      requires: [[['01', '21'], ['35nn']], [['02']]],
      excludes: ['03', '310n'],
      primaryKey: [['22', '10'], ['235']],
      title: "IT'S # 0",
    });
  });

  it('reads the least that a line can hold', () => {
    expect(parseEntry('91-99 X..90')).toEqual({
      first: '91',
      last: '99',
      predefinedLength: false,
      dataAttribute: false,
      components: [{ set: 'X', min: 1, max: 90, optional: false, linters: [] }],
      requires: [],
      excludes: [],
      title: '',
    });
  });

  it.each([
    ['1 X..20', 'no AI'],
    ['10-9 X..20', 'no AI'],
    ['19-10 X..20', 'no AI'],
    ['10 * # T', 'no component'],
    ['10 ! X..20', 'unknown flag !'],
    ['10 req=01', 'no component'],
    ['10 [X..20 req=01', 'brackets'],
    ['10 X..20 N3', 'vary'],
    ['10 [N3] N3', 'mandatory'],
    ['10 X..20 req=', 'unknown attribute req='],
    ['10 X..20 ex=01+02', 'unknown attribute ex=01+02'],
    ['10 X..20 dlpkey=', 'unknown attribute dlpkey='],
    ['10 X..20 req=01=02', 'unknown attribute req=01=02'],
    ['10 X..20 what', 'unknown attribute what'],
    ['10 X..20 N0', 'unknown attribute N0'],
  ])('refuses %s', (line, message) => expect(() => parseEntry(line)).toThrow(message));

  it('names the line', () => expect(() => parseDictionary('# a\n\n10 Q')).toThrow('line 3'));
});

describe('the table', () => {
  it.each([
    ['00', 'SSCC', true, 18, 18],
    ['01', 'GTIN', true, 14, 14],
    ['10', 'BATCH/LOT', false, 1, 20],
    ['17', 'USE BY or EXPIRY', true, 6, 6],
    ['3103', 'NET WEIGHT (kg)', true, 6, 6],
    ['3932', 'PRICE', false, 4, 18],
    ['4333', 'MIN TEMP C.', false, 6, 7],
    ['7007', 'HARVEST DATE', false, 6, 12],
    ['8008', 'PROD TIME', false, 8, 12],
    ['99', 'INTERNAL', false, 1, 90],
  ])('(%s) is %s', (ai, title, predefinedLength, minLength, maxLength) => {
    expect(findAi(ai)).toMatchObject({ ai, title, predefinedLength, minLength, maxLength });
  });

  it('has Digital Link keys and attributes', () => {
    expect(findAi('01')?.primaryKey).toEqual([['22', '10', '21'], ['235']]);
    expect(findAi('253')?.primaryKey).toEqual([]);
    expect(findAi('10')?.primaryKey).toBeUndefined();
    expect(findAi('3103')?.dataAttribute).toBe(true);
    expect(findAi('21')?.dataAttribute).toBe(false);
    const keys = allAis()
      .filter(({ primaryKey }) => primaryKey)
      .map(({ ai }) => ai);
    expect(keys).toEqual('00 01 253 255 401 402 414 415 417 8003 8004 8006 8010 8013 8017 8018'.split(' '));
  });

  it('knows what is not assigned', () => {
    for (const ai of ['', '0', '04', '14', '3106', '3109', '3999', '100', '5000']) expect(findAi(ai)).toBeUndefined();
  });

  it('tells the length of an AI by its first two digits, for all alike', () => {
    for (const { ai } of allAis()) expect(aiLengthAt(`x${ai}99`, 1)).toBe(ai.length);
    expect(aiLengthAt('05', 0)).toBeUndefined();
  });

  it('matches patterns', () => {
    expect(matchesPattern('3103', '310n')).toBe(true);
    expect(matchesPattern('3103', '31nn')).toBe(true);
    expect(matchesPattern('3113', '310n')).toBe(false);
    expect(matchesPattern('31', '31nn')).toBe(false);
  });
});
