import type { SameKeys } from '@tillside/ui';
import type { accessZh } from './words-zh.ts';

export const accessEn: SameKeys<typeof accessZh> = {
  open: 'Easier to use',
  title: 'What would make this easier?',
  size: 'Size of text',
  sizes: { normal: 'Normal', large: 'Large', largest: 'Largest' },
  contrast: 'High contrast',
  contrastWhy: 'Black on white, with strong lines.',
  voice: 'Read aloud',
  voiceWhy: 'Speaks what is on the screen. Arrow keys move, Enter chooses.',
  voiceShared:
    'This is a loudspeaker that others hear. What is yours alone, such as your number and points, is shown and not spoken.',
  low: 'Controls lower',
  lowWhy: 'All you touch moves to the lower part of the screen, within reach from a seat.',
  time: 'More time',
  timeWhy: 'Waits longer before asking whether you are still there.',
  reset: 'Back to normal',
  done: 'Done',
  spoken: {
    help: 'Reading aloud is on. Up and down: previous and next. Left and right: first and last. Enter: choose. Escape: back. Help: say it again.',
    off: 'Reading aloud is off.',
    private: 'This is yours alone; it is shown on the screen.',
    typed: '{{count}} characters typed.',
    button: 'button',
    checkbox: 'option',
    switch: 'switch',
    textbox: 'text field',
    heading: 'heading',
    on: 'chosen',
    unchosen: 'not chosen',
    disabled: 'not available now',
  },
};
