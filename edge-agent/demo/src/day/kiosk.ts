import { callAgent } from '@tillside/agent-contract';
import type { DemoStore } from '../store/demo-store.ts';

/** New members join at the kiosk and see their offers, over the same calls that its pages make. Every second one declines personalisation. */
export async function signUpAtKiosk(
  demo: DemoStore,
  count: number,
): Promise<{ signedUp: number; recommended: number }> {
  const kiosk = await demo.pair('kiosk', 'entrance kiosk');
  const { version: textVersion } = await callAgent(kiosk, 'consentTexts', {});
  let recommended = 0;
  for (let index = 0; index < count; index++) {
    const phone = `139${String(Date.now() % 10_000_000).padStart(7, '0')}${index}`;
    const member = await callAgent(kiosk, 'signUp', {
      key: `${demo.runId}-join-${index}`,
      body: {
        phone,
        isOldEnough: true,
        locale: index % 2 === 0 ? 'zh-CN' : 'en',
        consents: [
          { purpose: 'membership', granted: true, textVersion },
          { purpose: 'personalisation', granted: index % 2 === 0, textVersion },
        ],
      },
    });
    const home = await callAgent(kiosk, 'signIn', { body: { code: member.code } });
    if (home.memberId !== member.memberId || home.personalised !== (index % 2 === 0))
      throw new Error('the kiosk shows another member');
    if (home.recommendations.items.length > 0) recommended += 1;
  }
  return { signedUp: count, recommended };
}
