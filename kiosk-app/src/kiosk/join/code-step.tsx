import { Button, DeviceMobileIcon } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiError } from '../../api/result.ts';
import type { OwnWords } from '../own-errors.ts';
import { Trouble } from '../page.tsx';
import { CodeEntry, SendAgain } from './code-entry.tsx';
import type { PhoneCode } from './use-phone-code.ts';

export interface CodeStepProps {
  codes: PhoneCode;
  /** By its ends. */
  phone: string;
  error: ApiError | null;
  isWorking: boolean;
  isSlow: boolean;
  onWhole: (code: string) => void;
  /** What can be done while the message can't get out. */
  waiting: { title: string; text: string };
  /** The way on without the code, where there is one. */
  without: { label: string; labelWaiting: string; onPress: () => void } | null;
  /** What a refusal means here. */
  own?: OwnWords;
}

const isWaiting = ({ sent, isCome }: PhoneCode): boolean => sent?.state === 'waiting' && !isCome;

/** Six boxes and the keys; or, while messages can't get out, what works without. */
export function CodeBody(props: CodeStepProps): ReactElement {
  const { codes, phone, isWorking, isSlow, onWhole, waiting, error, own } = props;
  const { t } = useTranslation();
  if (isWaiting(codes)) {
    return (
      <div className="k-code-step" data-step="waiting">
        <div className="k-waiting" role="status">
          <DeviceMobileIcon weight="duotone" aria-hidden />
          <h1 data-must-read>{waiting.title}</h1>
          <p className="k-lead" data-must-read>
            {waiting.text}
          </p>
        </div>
      </div>
    );
  }
  return (
    <div className="k-code-step" data-step="code">
      <div className="k-code-head">
        <h1 data-must-read>{t('join.code.title')}</h1>
        <p className="k-lead tl-second tl-number">{t('join.code.sentTo', { phone })}</p>
        <p className="k-checking" role="status">
          {isWorking && isSlow ? t('join.checking') : ''}
        </p>
        {/* Above the boxes and not in the foot: the keys stay where the hand is. */}
        <Trouble error={error} own={own} />
      </div>
      <CodeEntry value={codes.code} isChecking={isWorking} onChange={codes.setCode} onWhole={onWhole} />
    </div>
  );
}

export function CodeFoot({ codes, error, isWorking, without }: CodeStepProps): ReactElement {
  const { t } = useTranslation();
  const waits = isWaiting(codes);
  return (
    <>
      {waits ? <Trouble error={error} /> : null}
      <div className="k-pair-actions">
        {waits ? (
          <Button look="quiet" size="large" onPress={codes.come}>
            {t('join.waiting.come')}
          </Button>
        ) : (
          <SendAgain resendAt={codes.sent?.resendAt ?? ''} isDisabled={isWorking} onPress={() => void codes.again()} />
        )}
        {without === null ? null : (
          <Button look={waits ? 'member' : 'quiet'} size="large" isDisabled={isWorking} onPress={without.onPress}>
            {waits ? without.labelWaiting : without.label}
          </Button>
        )}
      </div>
    </>
  );
}
