import type { Locale } from '@tillside/agent-contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AgentError } from '../errors.ts';
import { maskPhone } from '../members/profile.ts';
import type { MessageOutbox, OutboxMessage } from '../messages/outbox.ts';

const REFRESH_SECONDS = 2;
/** The page loads nothing and runs nothing. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const LOOPBACK = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/u;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/u;

const WORDS = {
  'zh-CN': {
    title: '短信发件箱',
    lead: '这家店不发真短信，验证码显示在这里。仅本机可见，重启即清空。',
    none: '还没有消息。在自助机上填写手机号，验证码就会出现在这里。',
    other: 'English',
  },
  en: {
    title: 'Messages',
    lead: 'This store sends no real messages: codes are shown here, on this machine only, until it restarts.',
    none: 'No message yet. Enter a phone number at the kiosk, and its code appears here.',
    other: '中文',
  },
} as const satisfies Record<Locale, Record<string, string>>;

/** `/outbox/`: what would have gone to phones, for a demo and a desk. To this machine alone: a code is half of somebody's sign-in. */
export function outboxPage(server: FastifyInstance, outbox: MessageOutbox): void {
  const guarded = { schema: { hide: true }, onRequest: async (request: FastifyRequest) => checkLocal(request) };
  server.get('/outbox', guarded, async (_request, reply) => reply.redirect('/outbox/'));
  server.get<{ Querystring: { lang?: string } }>('/outbox/', guarded, async (request, reply) => {
    const asked = request.query.lang ?? request.headers['accept-language'] ?? '';
    return plain(reply)
      .type('text/html; charset=utf-8')
      .send(pageOf(outbox.list(), /^en\b/u.test(asked) ? 'en' : 'zh-CN'));
  });
  server.get('/outbox/messages.json', guarded, async (_request, reply) =>
    plain(reply).send({
      messages: outbox.list().map(({ phone, ...message }) => ({ ...message, phone: maskPhone(phone) })),
    }),
  );
}

/** By the address and by the name that was asked for: a page of elsewhere may have its own name lead here. Throws NOT_ALLOWED. */
function checkLocal({ ip, headers }: FastifyRequest): void {
  if (!LOOPBACK.test(ip) || !LOOPBACK_HOST.test(headers.host ?? '')) throw new AgentError('NOT_ALLOWED');
}

const plain = (reply: FastifyReply): FastifyReply =>
  reply
    .header('content-security-policy', POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
    .header('cache-control', 'no-store');

const escaped = (text: string): string => text.replace(/[&<>"']/gu, (char) => `&#${char.codePointAt(0)};`);

function pageOf(messages: readonly OutboxMessage[], locale: Locale): string {
  const words = WORDS[locale];
  const other = locale === 'en' ? 'zh-CN' : 'en';
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const list = messages.map(
    ({ at, phone, code, text }) =>
      `<li><p class="code">${escaped(code)}</p><p>${escaped(text)}</p><p class="to"><time datetime="${at}">${time.format(new Date(at))}</time> ${escaped(maskPhone(phone))}</p></li>`,
  );
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}"><title>${words.title}</title>
<style>
body { margin: 0; background: #fbf7f0; color: #1c1a17; font: 1.125rem/1.5 "Noto Sans SC", Inter, system-ui, sans-serif; }
main { max-width: 40rem; margin: 0 auto; padding: 2rem 1.5rem; }
h1 { font-size: 1.75rem; margin: 0; } p { margin: 0; } .lead, .to { color: #5e574d; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
a { color: inherit; } ol { list-style: none; padding: 0; } li { background: #fff; border: 1px solid #e6ded1; border-radius: 8px; padding: 1rem 1.25rem; margin-top: 1rem; }
.code { font-size: 2rem; font-weight: 700; letter-spacing: 0.15em; font-variant-numeric: tabular-nums; }
</style></head><body><main>
<header><h1>${words.title}</h1><a href="?lang=${other}" lang="${other}">${words.other}</a></header>
<p class="lead">${words.lead}</p>
${list.length === 0 ? `<p>${words.none}</p>` : `<ol>${list.join('\n')}</ol>`}
</main></body></html>`;
}
