import { Button, Dialog } from '@tillside/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type IdlePhase, idlePhase, type Patience } from './idle.ts';

const TICK_MS = 500;
const TOUCHES = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const;

/** A touch this fresh says more than a sensor does. */
const FRESH_TOUCH_MS = 5_000;

export interface IdleGuardProps {
  patience: Patience;
  /** Nobody seems to stand there any more: asks at once. */
  isPlaceEmpty: boolean;
  onWipe: () => void;
}

/** Wipes the screen when nobody is there any more; asks first, and one touch is enough to stay. */
export function IdleGuard({ patience, isPlaceEmpty, onWipe }: IdleGuardProps): ReactElement {
  const { t } = useTranslation();
  const [phase, setPhase] = useState<IdlePhase>({ name: 'active' });
  const touchedAt = useRef(performance.now());
  const wipe = useRef(onWipe);
  wipe.current = onWipe;
  const limits = useRef(patience);
  limits.current = patience;
  const wasEmpty = useRef(isPlaceEmpty);
  useEffect(() => {
    const hasLeft = isPlaceEmpty && !wasEmpty.current;
    wasEmpty.current = isPlaceEmpty;
    const sinceMs = performance.now() - touchedAt.current;
    if (hasLeft && sinceMs > FRESH_TOUCH_MS && sinceMs < limits.current.idleMs)
      touchedAt.current = performance.now() - limits.current.idleMs;
  }, [isPlaceEmpty]);

  useEffect(() => {
    touchedAt.current = performance.now();
    const touch = (): void => {
      // While the warning stands, only its own buttons count: a sleeve on the glass must not keep a phone number up.
      if (idlePhase(performance.now() - touchedAt.current, limits.current).name === 'active')
        touchedAt.current = performance.now();
    };
    const timer = setInterval(() => {
      const next = idlePhase(performance.now() - touchedAt.current, limits.current);
      if (next.name === 'over') wipe.current();
      else setPhase((now) => (now.name === 'active' && next.name === 'active' ? now : next));
    }, TICK_MS);
    for (const name of TOUCHES) window.addEventListener(name, touch, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      for (const name of TOUCHES) window.removeEventListener(name, touch, { capture: true });
    };
  }, []);

  const stay = (): void => {
    touchedAt.current = performance.now();
    setPhase({ name: 'active' });
  };
  const seconds = phase.name === 'warning' ? Math.ceil(phase.leftMs / 1000) : 0;
  return (
    <Dialog
      isOpen={phase.name === 'warning'}
      onOpenChange={(isOpen) => {
        if (!isOpen) stay();
      }}
      isDismissable={false}
      role="alertdialog"
      title={t('idle.title')}
      actions={
        <>
          <Button look="primary" size="large" wide onPress={stay} autoFocus>
            {t('idle.stay')}
          </Button>
          <Button look="quiet" wide onPress={() => wipe.current()}>
            {t('idle.leave')}
          </Button>
        </>
      }
    >
      <p className="tl-number">{t('idle.text', { count: seconds })}</p>
    </Dialog>
  );
}
