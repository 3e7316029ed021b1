import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CONSENT_TEXTS, PointsRules } from '@tillside/decide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { textsInForce } from '../members/consent-texts.ts';
import { rulesOf } from '../points/rules.ts';
import { type Rig, startRig } from '../testing.ts';

const dir = mkdtempSync(join(tmpdir(), 'tillside-terms-'));
const texts = { ...DEFAULT_CONSENT_TEXTS, version: 'hq-1' };
const own = { ...DEFAULT_CONSENT_TEXTS, version: 'own-1' };
const terms = { format: 1, points: PointsRules.parse({ offlineBurnPoints: 70 }), consentTexts: texts };
let rig: Rig;
let version = 0;

function apply(content: string) {
  version += 1;
  const file = join(dir, `terms-${version}`);
  writeFileSync(file, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return rig.agent.app.desired.apply('terms', { version, sha256, file, byDelta: false });
}
const inForce = () => {
  const { journal, desired } = rig.agent.app;
  return [
    desired.currentVersion('terms'),
    rulesOf(journal).offlineBurnPoints,
    textsInForce(journal, own).version,
  ] as const;
};

beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

it('terms of HQ count for points and texts together; bad ones are refused with what is wrong, and the last good ones stay', async () => {
  expect(inForce()).toEqual([0, 500, 'own-1']);
  expect(await apply(JSON.stringify(terms))).toEqual({ outcome: 'applied' });
  expect(inForce()).toEqual([1, 70, 'hq-1']);
  const untranslated = { ...texts, guardian: { zh: '请监护人办理', en: ' ' } };
  for (const [content, why] of [
    ['not {', 'not JSON'],
    [JSON.stringify({ ...terms, format: 2 }), 'format'],
    [JSON.stringify({ ...terms, points: { ...terms.points, offlineBurnPoints: -1 } }), 'points.offlineBurnPoints'],
    [JSON.stringify({ ...terms, consentTexts: untranslated }), 'consentTexts.guardian.en'],
  ] as const)
    expect(await apply(content)).toMatchObject({
      outcome: 'refused',
      code: 'TERMS_REFUSED',
      message: expect.stringContaining(why) as string,
    });
  expect(inForce()).toEqual([1, 70, 'hq-1']);
  // HQ may leave the texts to its stores again.
  const { consentTexts: _, ...bare } = terms;
  expect(await apply(JSON.stringify(bare))).toEqual({ outcome: 'applied' });
  expect(inForce()).toEqual([version, 70, 'own-1']);
});
