import type { LabelView } from '@tillside/agent-contract';
import type { StatusTone } from '@tillside/ui';

type LabelState = LabelView['state'];

const TONES: Readonly<Record<LabelState, StatusTone>> = {
  unpaired: 'waiting',
  sending: 'waiting',
  queued: 'waiting',
  shown: 'good',
  failed: 'bad',
  silent: 'warning',
};

export function toneOf(state: LabelState): StatusTone {
  return TONES[state];
}

/** A person has to go there. On its way is not trouble; it becomes trouble when the agent says so. */
export function needsLook(label: LabelView): boolean {
  return label.state === 'failed' || label.state === 'silent';
}

const ORDER: Readonly<Record<LabelState, number>> = {
  failed: 0,
  silent: 1,
  sending: 2,
  queued: 2,
  unpaired: 4,
  shown: 3,
};

/** Trouble first, then what moves, then what is well; within each by tag, so that rows keep their place. */
export function sortLabels(labels: readonly LabelView[]): LabelView[] {
  return [...labels].sort((a, b) => ORDER[a.state] - ORDER[b.state] || a.tagId.localeCompare(b.tagId));
}

const byShelf = new Intl.Collator('en', { numeric: true });

/** The way to walk: shelf by shelf, those without a shelf last. */
export function walkLabels(labels: readonly LabelView[]): LabelView[] {
  return [...labels].sort(
    (a, b) =>
      Number(a.shelf === undefined) - Number(b.shelf === undefined) ||
      byShelf.compare(a.shelf ?? '', b.shelf ?? '') ||
      a.tagId.localeCompare(b.tagId),
  );
}

/** It is proven to show another price than it should. */
export function showsOtherPrice({ shownFen, priceFen, state }: LabelView): boolean {
  return state !== 'unpaired' && shownFen !== undefined && priceFen !== undefined && shownFen !== priceFen;
}

/** The end of a tag's id, as printed on its back: enough to tell it from its neighbours. */
export function tailOf(tagId: string): string {
  return tagId.slice(-4);
}

export type FollowState = 'no-label' | 'waiting' | 'agree' | 'trouble';

/** Where a changed price stands: the labels of one product against what the till charges now. */
export function followState(labels: readonly LabelView[], tillFen: number): FollowState {
  if (labels.length === 0) return 'no-label';
  if (labels.some(needsLook)) return 'trouble';
  return labels.every((label) => label.state === 'shown' && label.priceFen === tillFen) ? 'agree' : 'waiting';
}
