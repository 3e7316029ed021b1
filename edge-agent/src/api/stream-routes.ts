import { ErrorBody, StreamEvent } from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import { authorise } from './register.ts';
import { MAX_STREAM_CLIENTS } from './stream.ts';

const KEEP_ALIVE_MS = 15_000;
/** A client that does not read is cut off here rather than filling our memory. */
const MAX_BUFFERED_BYTES = 256 * 1024;

/** `GET /v1/events`: server-sent events (WHATWG HTML, section 9.2) with ids, so that a reconnect hears what it missed. */
export function streamRoutes(fastify: FastifyInstance, app: App): void {
  fastify.get(
    '/v1/events',
    {
      schema: {
        tags: ['status'],
        operationId: 'events',
        summary: 'Server-sent events: scans, baskets of the lane, offers, labels, devices',
        description:
          'Each event has `id`, `event` (its type) and `data` (JSON). With `Last-Event-ID` a client hears what it missed; a comment line every 15 s keeps the connection open.',
        response: {
          200: {
            description: 'The stream; the schema is that of `data`',
            content: { 'text/event-stream': { schema: StreamEvent } },
          },
          default: ErrorBody.describe('Refused'),
        },
        security: [{ credential: [] }],
      },
    },
    (request, reply) => {
      const caller = authorise(app, 'paired', request);
      if (caller.kind === 'public') throw new AgentError('NOT_ALLOWED');
      if (app.stream.clientCount >= MAX_STREAM_CLIENTS) throw new AgentError('TOO_MANY_ATTEMPTS');
      const lastId = Number(request.headers['last-event-id']);
      const { raw } = reply.hijack();
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      raw.write(': tillside\n\n');
      const send = (text: string): void => {
        if (raw.writableLength > MAX_BUFFERED_BYTES) raw.destroy();
        else raw.write(text);
      };
      const leave = app.stream.join(
        { kind: caller.kind === 'admin' ? 'operator' : caller.kind, lane: caller.lane },
        Number.isSafeInteger(lastId) && lastId > 0 ? lastId : undefined,
        (id, event) => send(`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
      );
      const keepAlive = setInterval(() => send(': \n\n'), KEEP_ALIVE_MS);
      raw.on('close', () => {
        clearInterval(keepAlive);
        leave();
      });
    },
  );
}
