/** Members of the fake agent: one, who joins, looks and leaves. */
import { DEFAULT_CONSENT_TEXTS, type FoundMember, type RouteName } from '@tillside/agent-contract';
import { Refusal } from './refusal.ts';
import { consentsOf, homeOf, memberDataOf, statementOf, VISIT } from './store-data.ts';

const CARD = 'TM:2000000418';
const CLAIM_URL = 'https://members.example.com/m/#claim=c29tZS1vbmUtdGltZS13b3I';

export class FakeMembers {
  readonly signUps: unknown[] = [];
  /** What members and staff asked for beside it, by route. */
  readonly asked: { name: RouteName; body: Record<string, unknown> }[] = [];
  isPersonalised = true;
  isMarketing = false;
  texts = DEFAULT_CONSENT_TEXTS;
  /** Without HQ there is no page for a phone. */
  hasPhonePage = true;

  reset(): void {
    this.signUps.length = 0;
    this.asked.length = 0;
    this.isPersonalised = true;
    this.isMarketing = false;
    this.texts = DEFAULT_CONSENT_TEXTS;
    this.hasPhonePage = true;
  }

  /** Undefined: not about members. */
  handle(name: RouteName, body: Record<string, unknown>): unknown {
    switch (name) {
      case 'consentTexts':
        return this.texts;
      case 'signUp':
      case 'signUpByStaff':
        return this.#signUp(body);
      case 'signIn':
        return this.#home(String(body.code));
      case 'changeConsent':
      case 'changeMemberConsent':
        this.asked.push({ name, body });
        this.#consent(body.consent as { purpose: string; granted: boolean });
        return name === 'changeConsent' ? {} : this.#found();
      case 'correctOwnData':
      case 'forgetMember':
      case 'forgetMemberByStaff':
      case 'endVisit':
        this.asked.push({ name, body });
        return {};
      case 'ownData':
        return memberDataOf(this.isPersonalised);
      case 'memberData':
        this.asked.push({ name, body });
        return memberDataOf(this.isPersonalised);
      case 'invitePhone':
        this.asked.push({ name, body });
        if (!this.hasPhonePage) throw new Refusal('PHONE_PAGE_MISSING');
        return { claimUrl: CLAIM_URL, claimUntil: '2026-12-22T02:00:00Z' };
      case 'memberStatement':
        this.asked.push({ name, body });
        return statementOf();
      case 'ownStatement':
        return statementOf();
      case 'findMember':
        this.asked.push({ name, body });
        if (body.phone !== undefined && body.phone !== '13800138000') throw new Refusal('MEMBER_UNKNOWN');
        return this.#found();
      default:
        return undefined;
    }
  }

  #signUp(body: Record<string, unknown>): unknown {
    const consents = body.consents as { purpose: string; granted: boolean; textVersion: string }[];
    if (consents.some(({ textVersion }) => textVersion !== this.texts.version))
      throw new Refusal('CONSENT_TEXT_UNKNOWN');
    if (!consents.some((one) => one.purpose === 'membership' && one.granted)) throw new Refusal('CONSENT_NEEDED');
    if (body.phone === '13800138001') throw new Refusal('MEMBER_EXISTS');
    this.signUps.push(body);
    this.isPersonalised = consents.some((one) => one.purpose === 'personalisation' && one.granted);
    const claim = this.hasPhonePage ? { claimUrl: CLAIM_URL, claimUntil: '2026-12-22T02:00:00Z' } : {};
    return { memberId: 'm-1', code: CARD, tier: 'member', joinedAt: '2026-11-22T02:00:00Z', ...claim };
  }

  #home(code: string): unknown {
    const home = homeOf(CARD, 'm-1', this.isPersonalised);
    const consents = this.#consents();
    if (code === VISIT || /^TR:/.test(code)) {
      const { code: _card, ...without } = home;
      return { ...without, consents };
    }
    if (!/^(TM:)?20{6}\d+$/.test(code)) throw new Refusal('MEMBER_UNKNOWN');
    return { ...home, consents };
  }

  #consents() {
    return consentsOf(this.isPersonalised).map((one) =>
      one.purpose === 'marketing' ? { ...one, granted: this.isMarketing } : one,
    );
  }

  #consent({ purpose, granted }: { purpose: string; granted: boolean }): void {
    if (purpose === 'personalisation') this.isPersonalised = granted;
    if (purpose === 'marketing') this.isMarketing = granted;
  }

  #found(): FoundMember {
    return {
      memberId: 'm-1',
      maskedPhone: '+86****8000',
      joinedAt: '2025-03-08T02:00:00Z',
      tier: 'jade',
      pointsBalance: 1280,
      consents: this.#consents(),
      hasPhoneKey: true,
      isKeptHere: true,
    };
  }
}
