import type { ConsentTexts } from '@tillside/agent-contract';
import { Button, Loading, Notice } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLandscape } from '../../shared/use-landscape.ts';
import { useTexts } from '../../shared/use-texts.ts';
import { Page, Trouble } from '../page.tsx';
import type { PropsOf } from '../screen-props.ts';
import { useSlow } from '../use-visit-call.ts';
import { CodeBody, CodeFoot, type CodeStepProps } from './code-step.tsx';
import './join.css';
import { maskedTyped } from './phone.ts';
import { BirthdayEntry, PhoneEntry } from './phone-entry.tsx';
import { ScannedQuestion } from './scanned.tsx';
import { Terms } from './terms.tsx';
import { type Joining, useJoining } from './use-join.ts';

/** After this the page says that the terms don't come, and goes on asking for them. */
const TEXTS_PATIENCE_MS = 3_000;
/** Refusals that leave a way: a card now, and the proof of the number later. */
const WAYS_ON: ReadonlySet<string> = new Set(['PHONE_CODE_LIMIT', 'PHONE_CODES_BUSY', 'PHONE_CODE_TOO_SOON']);

/** Number and consent on one page, then the code: the fewest touches. Nothing is ticked beforehand. */
export function JoinPage(props: PropsOf<'join'>): ReactElement {
  const { context, screen, storeName, offers, member, dispatch, wipe } = props;
  const { t } = useTranslation();
  const hasCodes = offers?.phoneCodes === true;
  const joining = useJoining({
    client: context.client,
    member,
    hasCodes,
    phone: screen.phone,
    onJoined: (joined) => dispatch({ type: 'joined', member: joined }),
  });
  const texts = useTexts(context.client, joining.error);
  const isLong = useSlow(texts === null, TEXTS_PATIENCE_MS);
  const { codes, filled } = joining;
  if (texts === null) {
    const foot = isLong ? <Notice kind="offline" title={t('join.noTexts')} todo={t('join.noTextsTodo')} /> : null;
    return (
      <Page storeName={storeName} onLeave={wipe} foot={foot}>
        <Loading what={t('join.loading')} />
      </Page>
    );
  }
  const step: CodeStepProps = {
    ...joining,
    phone: maskedTyped(filled.phone),
    onWhole: (typed) => void joining.withCode(texts, typed),
    waiting: { title: t('join.waiting.title'), text: t('join.waiting.text') },
    without: {
      label: t('join.code.without'),
      labelWaiting: t('join.waiting.go'),
      onPress: () => void joining.withoutCode(texts),
    },
  };
  const isSent = codes.sent !== null;
  const hasTyped = filled.phone.digits !== '' || filled.birthday !== '';
  return (
    <Page
      storeName={storeName}
      onLeave={isSent ? codes.leave : wipe}
      foot={isSent ? <CodeFoot {...step} /> : <PhoneFoot {...{ joining, texts, hasCodes }} />}
    >
      {isSent ? <CodeBody {...step} /> : <PhoneStep {...{ joining, texts, storeName }} onLeave={wipe} />}
      <ScannedQuestion code={screen.scanned} isAsked={hasTyped} member={member} dispatch={dispatch} />
    </Page>
  );
}

interface StepProps {
  joining: Joining;
  texts: ConsentTexts;
}

function PhoneStep(props: StepProps & { storeName: string; onLeave: () => void }): ReactElement {
  const { joining, texts, storeName, onLeave } = props;
  const { t } = useTranslation();
  const [isBirthdayOpen, setBirthdayOpen] = useState(false);
  const isLandscape = useLandscape();
  const { filled, change } = joining;
  return (
    <div className="k-join" data-step="phone">
      <div className="k-join-part">
        {isLandscape ? null : <Lacking joining={joining} />}
        <h1 data-must-read>{isBirthdayOpen ? t('join.birthdayTitle') : t('join.title')}</h1>
        {isBirthdayOpen ? (
          <BirthdayEntry value={filled.birthday} onChange={(birthday) => change({ birthday })} />
        ) : (
          <PhoneEntry phone={filled.phone} onChange={(phone) => change({ phone })} />
        )}
      </div>
      <div className="k-join-part">
        <Terms
          {...{ texts, storeName, isBirthdayOpen, onLeave }}
          granted={filled.granted}
          birthday={filled.birthday}
          onChange={(granted) => change({ granted })}
          onBirthday={setBirthdayOpen}
        />
      </div>
    </div>
  );
}

/** What stands in the way. Above the number on a portrait screen and beside the button on a landscape one: the keys stay where the hand is. */
function Lacking({ joining }: { joining: Joining }): ReactElement {
  const { t } = useTranslation();
  const { missing, error } = joining;
  if (missing === null) return <Trouble error={error} />;
  return <Notice kind="warning" title={t(`join.${missing}`)} todo={t(`join.${missing}Text`)} />;
}

function PhoneFoot({ joining, texts, hasCodes }: StepProps & { hasCodes: boolean }): ReactElement {
  const { t } = useTranslation();
  const isLandscape = useLandscape();
  const { error, isWorking, isSlow } = joining;
  const working = hasCodes ? 'join.sending' : 'join.working';
  return (
    <>
      {isLandscape ? <Lacking joining={joining} /> : null}
      {error !== null && WAYS_ON.has(error.code) ? (
        <Button look="quiet" size="large" wide isDisabled={isWorking} onPress={() => void joining.withoutCode(texts)}>
          {t('join.waiting.go')}
        </Button>
      ) : null}
      <Button look="member" size="large" wide isDisabled={isWorking} onPress={() => void joining.agree(texts)}>
        <span data-must-read>{isWorking && isSlow ? t(working) : t('join.go')}</span>
      </Button>
    </>
  );
}
