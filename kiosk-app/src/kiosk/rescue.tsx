import { KioskPage } from '@tillside/ui';
import { Component, Fragment, type ReactElement, type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { readSettings } from './access/settings.ts';
import { endSession } from './end-session.ts';

/** Long enough to read what happened; short enough that nobody looks for somebody to help. */
export const RESCUE_MS = 5_000;

interface RescueState {
  isBroken: boolean;
  /** Counts the breakdowns: what comes after one is made anew, with nothing of before. */
  turn: number;
}

/** When a screen breaks down: everything that was somebody's goes with it, a calm page stands for a moment, and the kiosk begins again. */
export class Rescue extends Component<{ children: ReactNode }, RescueState> {
  override state: RescueState = { isBroken: false, turn: 0 };

  static getDerivedStateFromError(): Partial<RescueState> {
    return { isBroken: true };
  }

  readonly #again = (): void => this.setState(({ turn }) => ({ isBroken: false, turn: turn + 1 }));

  override render(): ReactNode {
    const { isBroken, turn } = this.state;
    return isBroken ? <Calm onOver={this.#again} /> : <Fragment key={turn}>{this.props.children}</Fragment>;
  }
}

function Calm({ onOver }: { onOver: () => void }): ReactElement {
  const { t, i18n } = useTranslation();
  useEffect(() => {
    void endSession();
    document.documentElement.dataset.screen = 'rescue';
    const timer = setTimeout(() => {
      void i18n.changeLanguage(readSettings(window.localStorage).homeLocale);
      onOver();
    }, RESCUE_MS);
    return () => clearTimeout(timer);
  }, [onOver, i18n]);
  return (
    <KioskPage head={null}>
      <div className="tl-state" role="status">
        <h1>{t('join.rescue.title')}</h1>
        <p>{t('join.rescue.text')}</p>
      </div>
    </KioskPage>
  );
}
