import { callAgent } from '@tillside/agent-contract';
import type { DemoStore } from '../store/demo-store.ts';

/** This one's message comes only after the sign-up. */
const LATE = 2;

/**
 * New members join at the kiosk and see their offers, over the same calls that its pages make: each proves their phone by the code that the outbox shows, one of them afterwards. Every
 * second one declines personalisation.
 */
export async function signUpAtKiosk(
  demo: DemoStore,
  count: number,
): Promise<{ signedUp: number; recommended: number; verified: number }> {
  const kiosk = await demo.pair('kiosk', 'entrance kiosk');
  const { version: textVersion } = await callAgent(kiosk, 'consentTexts', {});
  let recommended = 0;
  let verified = 0;
  for (let index = 0; index < count; index++) {
    const phone = `139${String(Date.now() % 10_000_000).padStart(7, '0')}${index}`;
    const locale = index % 2 === 0 ? 'zh-CN' : 'en';
    const { requestId } = await callAgent(kiosk, 'sendPhoneCode', { body: { phone, locale } });
    const code = await codeOf(demo.agentUrl, requestId);
    const isLate = index === LATE;
    const member = await callAgent(kiosk, 'signUp', {
      key: `${demo.runId}-join-${index}`,
      body: {
        phone,
        isOldEnough: true,
        locale,
        consents: [
          { purpose: 'membership', granted: true, textVersion },
          { purpose: 'personalisation', granted: index % 2 === 0, textVersion },
        ],
        phoneCode: { requestId, ...(isLate ? {} : { code }) },
      },
    });
    const first = await callAgent(kiosk, 'signIn', { body: { code: member.code } });
    if (first.isPhoneVerified !== !isLate) throw new Error('a phone is proven that was not, or the reverse');
    if (isLate) await callAgent(kiosk, 'verifyPhone', { body: { visit: first.visit, code } });
    const home = await callAgent(kiosk, 'signIn', { body: { code: first.visit } });
    if (home.memberId !== member.memberId || home.personalised !== (index % 2 === 0))
      throw new Error('the kiosk shows another member');
    if (home.isPhoneVerified === true) verified += 1;
    if (home.recommendations.items.length > 0) recommended += 1;
  }
  return { signedUp: count, recommended, verified };
}

interface Message {
  requestId: string;
  code: string;
}

/** What a shopper would read off their phone: here off the page of the agent's outbox, the newest first. */
async function messagesAt(agentUrl: string): Promise<Message[]> {
  const answer = await fetch(`${agentUrl}/outbox/messages.json`);
  return ((await answer.json()) as { messages: Message[] }).messages;
}

async function codeOf(agentUrl: string, requestId: string): Promise<string> {
  const message = (await messagesAt(agentUrl)).find((each) => each.requestId === requestId);
  if (message === undefined) throw new Error('no message came');
  return message.code;
}

/** Of the message that came last. */
export async function newestCode(agentUrl: string): Promise<string> {
  const [newest] = await messagesAt(agentUrl);
  if (newest === undefined) throw new Error('no message came');
  return newest.code;
}
