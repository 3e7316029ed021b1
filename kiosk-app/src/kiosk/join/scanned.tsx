import { Button, Dialog } from '@tillside/ui';
import { type ReactElement, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { KioskAction } from '../state.ts';
import type { Member } from '../use-member.ts';

interface ScannedProps {
  /** The member code that was scanned meanwhile. */
  code: string | undefined;
  /** Something is typed that would be lost. */
  isAsked: boolean;
  member: Member;
  dispatch: (action: KioskAction) => void;
}

/** A code that comes while somebody types may be somebody else's: they are asked before what they typed is gone. */
export function ScannedQuestion({ code, isAsked, member, dispatch }: ScannedProps): ReactElement | null {
  const { t } = useTranslation();
  const use = (scanned: string): void => {
    dispatch({ type: 'open', screen: 'sign-in' });
    void member.signIn(scanned);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each code
  useEffect(() => {
    if (code !== undefined && !isAsked) use(code);
  }, [code]);
  if (code === undefined) return null;
  return (
    <Dialog
      isOpen={isAsked}
      onOpenChange={() => dispatch({ type: 'scanned', code: null })}
      title={t('join.scanned.title')}
      actions={
        <>
          <Button look="primary" size="large" wide onPress={() => dispatch({ type: 'scanned', code: null })}>
            {t('join.scanned.stay')}
          </Button>
          <Button look="quiet" size="large" wide onPress={() => use(code)}>
            {t('join.scanned.use')}
          </Button>
        </>
      }
    >
      <p>{t('join.scanned.text')}</p>
    </Dialog>
  );
}
