/** A phone beside the fake agent, and the messages that get to it. */
import type { FakeAgent } from './fake-agent.ts';
import { Refusal } from './refusal.ts';

export const CODE = '135790';
const RESEND_MS = 60_000;
const CODE_LIFE_MS = 300_000;
const TRIES = 5;

export class FakePhone {
  state: 'sent' | 'waiting' = 'sent';
  /** Numbers that have a member. */
  readonly members = new Set<string>();
  readonly asked: { phone: string; requestId: string }[] = [];
  isVerified = false;
  #tries = 0;

  /** The store sends codes from now on. */
  install(agent: FakeAgent): void {
    agent.sendsCodes = true;
    const send = (phone: string) => {
      this.#tries = 0;
      const requestId = `request-${this.asked.length + 1}`;
      this.asked.push({ phone, requestId });
      const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
      return { requestId, state: this.state, digits: 6, codeUntil: at(CODE_LIFE_MS), resendAt: at(RESEND_MS) };
    };
    const phoneOf = (requestId: unknown): string => {
      const found = this.asked.find((one) => one.requestId === requestId);
      if (found === undefined) throw new Refusal('PHONE_CODE_OVER');
      return found.phone;
    };
    Object.assign(agent.answers, {
      sendPhoneCode: ({ body }) => send(String(body.phone)),
      sendOwnCode: () => send('own'),
      signUp: ({ body }) => {
        const { requestId, code } = (body.phoneCode ?? {}) as { requestId?: string; code?: string };
        if (code !== undefined) this.#check(code);
        if (requestId !== undefined && phoneOf(requestId) !== body.phone) throw new Refusal('PHONE_CODE_OVER');
        if (this.members.has(String(body.phone))) throw new Refusal('MEMBER_EXISTS');
        this.isVerified = code !== undefined;
        return { ...(agent.members.handle('signUp', body) as object), isPhoneVerified: this.isVerified };
      },
      phoneSignIn: ({ body }) => {
        this.#check(String(body.code));
        if (!this.members.has(phoneOf(body.requestId))) throw new Refusal('MEMBER_UNKNOWN');
        this.isVerified = true;
        return this.#home(agent, 'TM:2000000418');
      },
      signIn: ({ body }) => this.#home(agent, String(body.code)),
      verifyPhone: ({ body }) => {
        this.#check(String(body.code));
        this.isVerified = true;
        return {};
      },
    } satisfies FakeAgent['answers']);
  }

  #check(code: string): void {
    this.#tries += 1;
    if (this.#tries > TRIES) throw new Refusal('PHONE_CODE_USED_UP');
    if (code !== CODE) throw new Refusal('PHONE_CODE_WRONG');
  }

  #home(agent: FakeAgent, code: string): unknown {
    const home = agent.members.handle('signIn', { code }) as object;
    return { ...home, isPhoneVerified: this.isVerified, maskedPhone: '+86****8000' };
  }
}
