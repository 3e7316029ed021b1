import type { Step } from './stops.ts';

/**
 * The keys of an assistive keypad (up, down, left, right, centre, and one for help), which works as a keyboard. Its codes for the help key and its headphone jack are set in the
 * pad: F13 (or Help), F15 when a plug goes in, F14 when it comes out. F1 to F12 never reach a page of the shell.
 */
export type KeyMeaning = { step: Step } | 'help' | 'jack-in' | 'jack-out' | 'back';

const MEANING: Readonly<Record<string, KeyMeaning>> = {
  ArrowUp: { step: 'previous' },
  ArrowDown: { step: 'next' },
  ArrowLeft: { step: 'first' },
  ArrowRight: { step: 'last' },
  Help: 'help',
  F13: 'help',
  F14: 'jack-out',
  F15: 'jack-in',
  Escape: 'back',
};

/** In a text field left and right move in the text. */
export function meaningOf(key: string, isTyping: boolean): KeyMeaning | undefined {
  if (isTyping && (key === 'ArrowLeft' || key === 'ArrowRight')) return undefined;
  return Object.hasOwn(MEANING, key) ? MEANING[key] : undefined;
}
