import type { HubAnswer } from '@tillside/hub-contract';

type StoreModel = HubAnswer<'modelStages'>['stores'][number];
type Row = HubAnswer<'takes'>['rows'][number];

const [NEW, OLD] = ['next-item-77aa01b2c3d4', 'next-item-4c09d21f7b1e'];
const DAY_MS = 86_400_000;
const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
const dayAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** The first store tries the new model, the second gave it back, the rest run the one before. */
export function stageOf(store: string, index: number): StoreModel {
  const counts = { sharePercent: 10, questions: 200, failed: 0, late: 3, crashes: 0, overlapPercent: 61, code: null };
  const inForce = { version: 2, modelId: OLD, since: ago(190) };
  if (index > 1) {
    const newest = { ...counts, version: 2, modelId: OLD, stage: 'in-service', questions: 2000, at: ago(190) } as const;
    const given = { version: 2, modelId: OLD, at: ago(240) };
    return { store, state: 'in-service', given, newest, inForce, refused: null };
  }
  const given = { version: 3, modelId: NEW, at: ago(9) };
  if (index === 0) {
    const newest = { ...counts, version: 3, modelId: NEW, stage: 'share', at: ago(3) } as const;
    return { store, state: 'trial', given, newest, inForce, refused: null };
  }
  const code = 'MODEL_TRIAL_LATE';
  const late = { ...counts, questions: 96, late: 14, code };
  const newest = { ...late, version: 3, modelId: NEW, stage: 'rolled-back', at: ago(6) } as const;
  const refused = { code, message: 'On trial, the model was late too often. (questions 96)', at: ago(6) };
  return { store, state: 'refused', given, newest, inForce, refused };
}

/** A model that took another's place twelve days ago and does better; rules beside both. */
export function takesFor(query: URLSearchParams, hasAny: boolean): HubAnswer<'takes'> {
  const [from, to] = [query.get('from') ?? dayAgo(27), query.get('to') ?? dayAgo(0)];
  const row = (day: string, modelId: string | null, source: Row['source'], shown: number, rate: number): Row => ({
    day,
    source,
    modelId,
    explored: false,
    answers: Math.round(shown / 8),
    shown,
    added: Math.round(shown * rate * 1.3),
    bought: Math.round(shown * rate),
  });
  const ofDay = (days: number): Row[] => {
    const day = dayAgo(days);
    const wave = 1 + 0.12 * Math.sin(days * 1.7);
    const [modelId, rate] = days < 12 ? [NEW, 0.081 * wave] : [OLD, 0.066 * wave];
    const shown = Math.round(640 * (1 + 0.2 * Math.cos(days)));
    return [
      row(day, modelId, 'model', shown, rate),
      { ...row(day, modelId, 'model', Math.round(shown * 0.05), rate * 0.45), explored: true, answers: 0 },
      row(day, null, 'co-occurrence', Math.round(shown * 0.4), 0.041 / wave),
      ...(days === 11 ? [row(day, OLD, 'previous-model', 44, 0.06)] : []),
      ...(days % 3 === 0 ? [row(day, null, 'popularity', 60, 0.02)] : []),
    ];
  };
  const days = Array.from({ length: 40 }, (_, index) => index).filter((index) => dayAgo(index) >= from);
  return { from, to, rows: hasAny ? days.flatMap(ofDay) : [], isWhole: true };
}
