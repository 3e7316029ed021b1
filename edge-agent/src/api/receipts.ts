import type { PrintRequest } from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import type { Tx } from '../journal/index.ts';
import type { Terminal } from '../lanes/till.ts';
import { findSales } from '../receipts/find.ts';
import type { Subject } from '../receipts/receipts.ts';
import { register } from './register.ts';
import { terminalOf } from './terminal.ts';

/** A long receipt on a slow serial line. */
const PRINT_TIMEOUT_MS = 30_000;

type Once = <T>(work: (tx: Tx) => T) => T;

/** Receipts to look at and to print. */
export function receiptRoutes(fastify: FastifyInstance, app: App): void {
  const { receipts, journal } = app;
  const print = printing(app);
  register(fastify, app, {
    findSales: ({ query }) => ({ sales: findSales(journal, query) }),
    saleReceipt: ({ params, query }) => receipts.sale(journal, params.saleId, query),
    returnReceipt: ({ params, query }) => receipts.return(journal, params.returnId, query),
    dayReport: ({ caller, params, query: { zNumber, ...ask } }) =>
      receipts.report(journal, terminalOf(caller), { ...params, zNumber }, ask),
    printSale: ({ caller, params, body, once }) => print(terminalOf(caller), { kind: 'sale', ...params }, body, once),
    printReturn: ({ caller, params, body, once }) =>
      print(terminalOf(caller), { kind: 'return', ...params }, body, once),
    printReport: ({ caller, params, body: { zNumber, ...body }, once }) =>
      print(terminalOf(caller), { kind: 'report', ...params, zNumber }, body, once),
  });
}

/**
 * Counts a print once for its key and, where asked, sends it to the lane's printer. A retry under the key is the same print: it goes to the printer again only if that has not
 * taken it. (Cut off between the printer's answer and the note of it, paper may come twice; never another number.) Throws NO_PRINTER with nothing counted, PRINTER_REFUSED.
 */
function printing({ receipts, journal, devices, printerOf }: App) {
  /** What is at a printer now, so that a retry that comes meanwhile waits for it. */
  const sending = new Map<string, Promise<void>>();
  const send = async (deviceId: string, bytes: string, note: () => void): Promise<void> => {
    // No paper of a sale, or with a number, that a power cut takes back.
    await journal.durable();
    const result = await devices.command({ type: 'print', deviceId, bytes, timeoutMs: PRINT_TIMEOUT_MS });
    if (!result.ok) throw new AgentError('PRINTER_REFUSED', { detail: `(${result.code})` });
    note();
  };
  return async (terminal: Terminal, subject: Subject, asked: z.output<typeof PrintRequest>, once: Once) => {
    const { printer, ...ask } = asked;
    const deviceId = printer ? printerOf(terminal.lane) : undefined;
    if (printer && deviceId === undefined) throw new AgentError('NO_PRINTER');
    const made = once((tx) => receipts.print(tx, terminal, subject, printer ? { ...ask, format: 'escpos' } : ask));
    if (deviceId === undefined || receipts.isPrinted(journal, terminal, subject, made.number))
      return deviceId === undefined ? made : { ...made, printed: true as const };
    const job = JSON.stringify([terminal.deviceId, subject, made.number]);
    const note = (): void => journal.write((tx) => receipts.notePrinted(tx, terminal, subject, made.number));
    const sent = sending.get(job) ?? send(deviceId, made.bytes ?? '', note).finally(() => sending.delete(job));
    sending.set(job, sent);
    await sent;
    return { ...made, printed: true as const };
  };
}
