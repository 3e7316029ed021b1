import { readFileSync } from 'node:fs';
import { timeLimit } from '@tillside/link';
import { AgentError } from '../errors.ts';
import { type HttpMessages, MESSAGE_FIELDS } from './config.ts';
import type { Message, MessagePort, SendOutcome } from './port.ts';

/** Of an answer; what is longer is no answer of a message gateway. */
const MAX_ANSWER_BYTES = 64 * 1024;
const MAINLAND = '+86';
const HOLE = /\{\{(\w+)\}\}/gu;
/** Of these another try makes sense soon: the provider is busy or broken, not the message wrong. */
const BUSY = new Set([408, 425, 429]);

type Json = HttpMessages['body'][string];
type Values = Readonly<Record<string, string>>;

/** A provider's HTTP interface, by its configuration alone. Redirects are not followed: a code goes where it was said to go. Throws CONFIG_REFUSED. */
export function httpMessages(config: HttpMessages): MessagePort {
  const secrets = readSecrets(config.secretFiles);
  checkHoles(config, secrets);
  return {
    send: async (message, stopped) => {
      const values = { ...secrets, ...fieldsOf(message) };
      try {
        const response = await fetch(config.url, {
          method: config.method,
          headers: { ...contentType(config), ...headersOf(config, values) },
          body: bodyOf(config, values),
          redirect: 'manual',
          signal: timeLimit(config.timeoutMs, stopped),
        });
        return await judge(config, response);
      } catch (error) {
        return { outcome: 'away', why: whyOf(error) };
      }
    },
  };
}

/** By the name of the fault alone: a message of it may hold the address with what stands in it. */
function whyOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  return name === 'TimeoutError' ? 'timeout' : (cause?.code ?? name ?? 'error');
}

async function judge({ success }: HttpMessages, response: Response): Promise<SendOutcome> {
  const { status, ok } = response;
  const text = await shortText(response);
  if (!ok) return { outcome: status >= 500 || BUSY.has(status) ? 'away' : 'refused', why: `HTTP ${status}` };
  if (success === undefined) return { outcome: 'sent' };
  const found = valueAt(text, success.path);
  if (found === success.equals) return { outcome: 'sent' };
  const shown = typeof found === 'string' || typeof found === 'number' ? String(found).slice(0, 40) : 'nothing';
  return { outcome: 'refused', why: `${success.path} is ${shown}` };
}

async function shortText(response: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function valueAt(text: string | undefined, path: string): unknown {
  try {
    return path
      .split('.')
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

const fieldsOf = ({ phone, code, text, locale, minutes }: Message): Values => ({
  phone,
  phoneDigits: phone.slice(1),
  phoneLocal: phone.startsWith(MAINLAND) ? phone.slice(MAINLAND.length) : phone,
  code,
  text,
  locale,
  minutes: String(minutes),
});

const fill = (template: string, values: Values): string =>
  template.replace(HOLE, (whole, name: string) => values[name] ?? whole);

function fillJson(template: Json, values: Values): Json {
  if (typeof template === 'string') return fill(template, values);
  if (Array.isArray(template)) return template.map((each) => fillJson(each, values));
  if (template === null || typeof template !== 'object') return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fillJson(value, values)]));
}

const contentType = ({ bodyType }: HttpMessages): Values => ({
  'content-type': bodyType === 'json' ? 'application/json; charset=utf-8' : 'application/x-www-form-urlencoded',
});

/** Names in lower case, so that one of the configuration takes the place of ours. */
const headersOf = ({ headers }: HttpMessages, values: Values): Values =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), fill(value, values)]));

function bodyOf({ body, bodyType }: HttpMessages, values: Values): string {
  if (bodyType === 'json') return JSON.stringify(fillJson(body, values));
  // A value that is a structure is JSON inside the form, as gateways with templates want it.
  const text = (value: Json): string =>
    typeof value === 'string' ? fill(value, values) : JSON.stringify(fillJson(value, values));
  return new URLSearchParams(
    Object.entries(body).map(([key, value]): [string, string] => [key, text(value)]),
  ).toString();
}

function readSecrets(files: HttpMessages['secretFiles']): Values {
  return Object.fromEntries(
    Object.entries(files).map(([name, file]) => {
      try {
        return [name, readFileSync(file, 'utf8').trim()];
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        throw new AgentError('CONFIG_REFUSED', { detail: `messages.secretFiles.${name}: ${file} (${code})` });
      }
    }),
  );
}

/** A name that nobody fills in, and a body without the code, are found at the start and not by the first shopper. */
function checkHoles({ headers, body }: HttpMessages, secrets: Values): void {
  const names = (text: string): string[] => [...text.matchAll(HOLE)].map(([, name]) => name ?? '');
  const inBody = names(JSON.stringify(body));
  const known = new Set<string>([...MESSAGE_FIELDS, ...Object.keys(secrets)]);
  const wrong = [...inBody, ...names(JSON.stringify(headers))].find((name) => !known.has(name));
  if (wrong !== undefined)
    throw new AgentError('CONFIG_REFUSED', { detail: `messages: {{${wrong}}} is neither a field nor a secret` });
  if (!inBody.some((name) => name === 'code' || name === 'text') || !inBody.some((name) => name.startsWith('phone')))
    throw new AgentError('CONFIG_REFUSED', { detail: 'messages.body: needs a {{phone…}} and {{code}} or {{text}}' });
}
