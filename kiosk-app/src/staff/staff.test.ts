import type { LabelView } from '@tillside/agent-contract';
import { LabelCode, LabelState } from '@tillside/agent-contract';
import { describe, expect, it } from 'vitest';
import { pairingCodeIn } from '../shared/credential.ts';
import { errorWords } from '../shared/error-words.ts';
import { labelsOf } from '../testing/store-data.ts';
import { followState, needsLook, showsOtherPrice, sortLabels, toneOf, walkLabels } from './label-view.ts';
import { staffWords } from './own-errors.ts';
import { previewFen, untilOf } from './promotion.ts';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

const label = (state: LabelView['state'], priceFen?: number): LabelView => ({
  tagId: '00007E225A000001',
  state,
  code: 'LABEL_WAITING',
  ...(priceFen === undefined ? {} : { priceFen }),
});

describe('labels', () => {
  it('have words and a tone for every state, in both languages', () => {
    for (const state of LabelState.options) {
      expect(zh.labels.state[state]).toMatch(/\p{Script=Han}/u);
      expect(en.labels.state[state]).toMatch(/[a-z]/);
      expect(toneOf(state)).toBeTruthy();
    }
    for (const code of LabelCode.options) {
      expect(zh.labels.codeText[code]).toMatch(/\p{Script=Han}/u);
      expect(en.labels.codeText[code]).toMatch(/[a-z]/);
    }
  });

  it('put trouble first and keep every label', () => {
    const sorted = sortLabels(labelsOf(40));
    expect(sorted).toHaveLength(40);
    expect(sorted.slice(0, 2).every(needsLook)).toBe(true);
    expect(sorted.slice(2).some(needsLook)).toBe(false);
  });

  it('are walked shelf by shelf, and an old price is one that is proven to be another', () => {
    const at = (tagId: string, shelf?: string): LabelView => ({
      ...label('failed'),
      tagId,
      ...(shelf === undefined ? {} : { shelf }),
    });
    const walked = walkLabels([at('C'), at('B', 'A10'), at('A', 'A2'), at('D', 'A2')]);
    expect(walked.map(({ tagId }) => tagId)).toEqual(['A', 'D', 'B', 'C']);
    expect(showsOtherPrice({ ...label('queued', 900), shownFen: 1000 })).toBe(true);
    expect(showsOtherPrice({ ...label('shown', 900), shownFen: 900 })).toBe(false);
    expect(showsOtherPrice(label('queued', 900))).toBe(false);
  });

  it('agree with the till only when shown, at the same price', () => {
    expect(followState([], 100)).toBe('no-label');
    expect(followState([label('shown', 100)], 100)).toBe('agree');
    expect(followState([label('shown', 120)], 100)).toBe('waiting');
    expect(followState([label('queued', 100)], 100)).toBe('waiting');
    expect(followState([label('shown', 100), label('silent', 100)], 100)).toBe('trouble');
  });
});

describe('promotion', () => {
  it('previews half up in whole fen', () => {
    expect(previewFen(269, 1_000)).toBe(242);
    expect(previewFen(999, 5_000)).toBe(500);
    expect(previewFen(1, 9_000)).toBe(0);
  });

  it('ends in the last second of its last day, here', () => {
    const now = new Date(2026, 10, 29, 9, 30);
    expect(new Date(untilOf('today', now))).toEqual(new Date(2026, 10, 29, 23, 59, 59));
    expect(new Date(untilOf('week', now))).toEqual(new Date(2026, 11, 5, 23, 59, 59));
    expect(untilOf('today', now)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
});

it('takes a pairing code out of an address', () => {
  expect(pairingCodeIn('#pair=7K2M-94QF')).toBe('7K2M-94QF');
  expect(pairingCodeIn('#pair=%20')).toBeNull();
  expect(pairingCodeIn('')).toBeNull();
});

it('says an error in the present language: its own words first, then the registry’s, never a bare code', () => {
  const error = (code: string) => ({ code, message: '', hint: '', status: 400 });
  expect(staffWords(error('PIN_REFUSED'), 'zh-CN').title).toBe('PIN 不对');
  expect(staffWords(error('LABELS_AWAY'), 'en').title).toContain('access point');
  expect(staffWords(error('ANSWER_UNREADABLE'), 'en').title).toBe('That did not work');
  expect(errorWords({ ...error('NEW'), message: 'said by the agent' }, 'en', {}).title).toBe('said by the agent');
});
