import { Button, Keyboard, Notice, ScanIcon, useLocale } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiError } from '../../api/result.ts';
import { shopperWords } from '../own-errors.ts';

/** The contract's limit for a member code. */
const MEMBER_CODE_CHARS = 80;

export interface SignInProps {
  error: ApiError | null;
  isWorking: boolean;
  onCode: (code: string) => void;
  onJoin: () => void;
  /** By the phone's number; null: this store sends no codes. */
  onPhone: (() => void) | null;
}

/** Scanning is the way; typing the number is for those whose phone is at home. */
export function useSignIn({ error, isWorking, onCode, onJoin, onPhone }: SignInProps): {
  body: ReactElement;
  foot: ReactElement;
} {
  const { t } = useTranslation();
  const locale = useLocale();
  const [typed, setTyped] = useState('');
  const words = error ? shopperWords(error, locale) : null;
  const body = (
    <div className="k-sign-in">
      <section className="k-scan">
        <div className="k-scan-frame" aria-hidden>
          <ScanIcon weight="light" />
        </div>
        <h1>{t('signIn.title')}</h1>
        <p className="k-lead">{t('signIn.how')}</p>
        {onPhone === null ? null : (
          <Button look="quiet" size="large" onPress={onPhone}>
            {t('join.phoneSignIn.way')}
          </Button>
        )}
      </section>
      <section className="k-type-code" aria-labelledby="type-code">
        <h2 id="type-code">{t('signIn.or')}</h2>
        <input
          className="tl-input k-code-input tl-number"
          aria-label={t('signIn.code')}
          value={typed}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && typed.trim().length >= 4) onCode(typed.trim());
          }}
        />
        <Keyboard value={typed} onChange={setTyped} maxLength={MEMBER_CODE_CHARS} />
      </section>
    </div>
  );
  const foot = (
    <>
      {words ? <Notice kind="warning" title={words.title} todo={words.todo} code={words.code} /> : null}
      <div className="k-pair-actions">
        <Button look="quiet" size="large" onPress={onJoin}>
          {t('signIn.notMember')}
        </Button>
        <Button
          look="primary"
          size="large"
          isDisabled={isWorking || typed.trim().length < 4}
          onPress={() => onCode(typed.trim())}
        >
          {t('signIn.go')}
        </Button>
      </div>
    </>
  );
  return { body, foot };
}
