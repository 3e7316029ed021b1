import type { MemberView } from '@tillside/hub-contract';
import { Button } from '@tillside/ui';
import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useSession } from '../hub/use-hub.ts';
import { useStoreNames } from '../hub/use-store-names.ts';
import { useTierNames } from '../hub/use-tiers.ts';
import { Proof } from '../parts/erasure-proof.tsx';
import { Household } from '../parts/household.tsx';
import { Adjust, Tags } from '../parts/member-changes.tsx';
import { Consents, Labels, Profile } from '../parts/member-facts.tsx';
import { Correct, Erase, Holdings, Looked, SamePerson } from '../parts/member-tools.tsx';
import { PointsColumn } from '../parts/points-statement.tsx';
import { Column, Lead } from '../parts/print.tsx';
import { ReasonField } from '../parts/reason-field.tsx';
import { forgetReason, reasonOf } from '../parts/reasons.ts';
import { TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

/**
 * One member. Each reading is a look that the access log holds, so that nothing here is read again by itself: who comes by a link says why first; who comes from the search has said it.
 */
export function MemberPage({ id }: { id: string }): ReactElement {
  const [look, setLook] = useState(() => reasonOf(id));
  const [isErased, setErased] = useState(false);
  useEffect(() => forgetReason, []);
  if (isErased) return <Proof id={id} />;
  if (look === undefined)
    return <AskWhy id={id} onSeen={(reason, found) => setLook({ reason, found })} onErased={() => setErased(true)} />;
  return (
    <Detail
      member={look.found}
      reason={look.reason}
      onChanged={(change) => setLook((before) => before && { ...before, found: { ...before.found, ...change } })}
      onErased={() => setErased(true)}
    />
  );
}

function AskWhy({
  id,
  onSeen,
  onErased,
}: {
  id: string;
  onSeen: (reason: string, member: MemberView) => void;
  onErased: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const why = reason.trim();
    setTried(true);
    if (why === '') return;
    const answer = await hub.call('member', { params: { memberId: id }, query: { reason: why } });
    if (answer.ok) {
      onSeen(why, answer.value);
      return;
    }
    // Who was erased is found no more; the proof of it is.
    const proof = await hub.call('erasureProof', { params: { memberId: id } });
    if (proof.ok) onErased();
    else setTrouble(answer.trouble);
  };
  return (
    <>
      <Lead kicker={`${t('sections.members')} · ${id}`} headline={t('member.ask')} deck={t('member.lead')} />
      <form className="np-form" noValidate onSubmit={(event) => void submit(event)}>
        {trouble ? <TroubleNotice trouble={trouble} /> : null}
        <ReasonField value={reason} onChange={setReason} isTried={isTried} />
        <Button type="submit" look="primary">
          {t('member.askGo')}
        </Button>
      </form>
      <a href={hrefOf({ page: 'members' })}>{t('member.back')}</a>
    </>
  );
}

interface DetailProps {
  readonly member: MemberView;
  readonly reason: string;
  readonly onChanged: (change: Partial<MemberView>) => void;
  readonly onErased: () => void;
}

function Detail({ member, reason, onChanged, onErased }: DetailProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useStoreNames();
  const tierName = useTierNames();
  const [moved, setMoved] = useState(0);
  const { tierUntil, home, channel, joinedAt, number, profile } = member;
  const tier = tierName(member.tier);
  const joined = t('member.joined', {
    when: format.fullDay(joinedAt.slice(0, 10)),
    where: home === 'hq' ? t('member.hq') : names(home),
    channel: t(`member.channels.${channel}`, { defaultValue: channel }),
  });
  return (
    <>
      <section className="np-front">
        <Lead
          kicker={`${t('sections.members')} · ${member.memberId}`}
          headline={profile?.name ?? t('member.number', { number })}
          deck={
            <>
              <p>{joined}</p>
              <p className="np-sure">
                <strong>{t('member.tier')}</strong>
                {tierUntil === null
                  ? tier
                  : t('member.tierLine', { tier, until: format.fullDay(tierUntil.slice(0, 10)) })}
              </p>
            </>
          }
        />
        <div className="np-figure">
          <p className="np-figure-name">{t('member.available')}</p>
          <p className="np-points">{format.number(member.points.available)}</p>
          <dl className="np-facts">
            <dt>{t('member.pending')}</dt>
            <dd>{format.number(member.points.pending)}</dd>
            <dt>{t('member.owed')}</dt>
            <dd>{format.number(member.points.owed)}</dd>
          </dl>
        </div>
      </section>
      <div className="np-columns">
        <Column title={t('member.points')} wide>
          <PointsColumn key={moved} id={member.memberId} reason={reason} />
          <Adjust
            id={member.memberId}
            onMoved={(points) => {
              setMoved((before) => before + 1);
              onChanged({ points: { ...member.points, available: member.points.available + points } });
            }}
          />
        </Column>
        <div className="np-column">
          <Column title={t('member.profile')}>
            <Profile member={member} />
          </Column>
          <Column title={t('member.consents')}>
            <Consents member={member} reason={reason} onChanged={onChanged} />
          </Column>
          <Column title={t('member.labels')}>
            <Labels member={member} />
            <Tags member={member} reason={reason} onChanged={onChanged} />
          </Column>
          <Column title={t('hq.household')}>
            <Household member={member} reason={reason} onChanged={onChanged} />
          </Column>
        </div>
      </div>
      <div className="np-columns np-thirds">
        <Column title={t('member.holdings')}>
          <Holdings id={member.memberId} reason={reason} />
        </Column>
        <Column title={t('member.same')}>
          <SamePerson member={member} reason={reason} onChanged={onChanged} />
        </Column>
        <Column title={t('member.correct')}>
          <Correct member={member} reason={reason} onChanged={onChanged} />
        </Column>
      </div>
      <div className="np-columns">
        <Column title={t('member.looked')} wide>
          <Looked id={member.memberId} />
        </Column>
        <Column title={t('member.erase')}>
          <Erase id={member.memberId} reason={reason} onErased={onErased} />
        </Column>
      </div>
    </>
  );
}
