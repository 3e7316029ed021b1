import type { Locale } from '@tillside/ui';

/** What says things aloud: the system's engine, or a double. */
export interface Voice {
  /** Says it after what is being said; `isUrgent` cuts that short. */
  say(text: string, locale: Locale, isUrgent: boolean): void;
  /** Silence at once; what waits is dropped. */
  stop(): void;
}

/** Sentences that may wait; beyond them the oldest is dropped, since the screen has moved on. */
const MAX_WAITING = 4;

/** The engine of the browser, which is the system's: speech-dispatcher on Linux, SAPI on Windows. */
export function browserVoice(engine: SpeechSynthesis | undefined = globalThis.speechSynthesis): Voice {
  let waiting = 0;
  const stop = (): void => {
    waiting = 0;
    engine?.cancel();
  };
  return {
    say(text, locale, isUrgent) {
      if (engine === undefined || text === '') return;
      if (isUrgent || waiting >= MAX_WAITING) stop();
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.lang = locale;
      waiting += 1;
      utterance.onend = () => {
        waiting = Math.max(0, waiting - 1);
      };
      engine.speak(utterance);
    },
    stop,
  };
}
