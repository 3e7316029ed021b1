import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { addDeviceMetrics } from './device-metrics.ts';

/** Prometheus metrics of the agent. Labels are routes, streams and device ids: never people, codes or addresses. */
export function createMetrics(
  read: {
    outbox(): { waiting: number; shed: number; aside: number };
    devicesOnline(): number;
    online(): boolean;
    decisionsMade(): number;
    poslogWaiting(): number;
  } & Parameters<typeof addDeviceMetrics>[1],
) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addDeviceMetrics(registry, read);
  const registers = [registry];
  new Gauge({
    name: 'tillside_outbox_waiting',
    help: 'Events that the hub has not acknowledged.',
    registers,
    collect() {
      this.set(read.outbox().waiting);
    },
  });
  new Gauge({
    name: 'tillside_outbox_shed',
    help: 'Waiting events that were given up for want of room.',
    registers,
    collect() {
      this.set(read.outbox().shed);
    },
  });
  new Gauge({
    name: 'tillside_outbox_aside',
    help: 'Events that the hub does not take.',
    registers,
    collect() {
      this.set(read.outbox().aside);
    },
  });
  new Gauge({
    name: 'tillside_devices_online',
    help: 'Devices that answer.',
    registers,
    collect() {
      this.set(read.devicesOnline());
    },
  });
  new Gauge({
    name: 'tillside_hub_online',
    help: '1 when the last exchange with the hub succeeded.',
    registers,
    collect() {
      this.set(read.online() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'tillside_poslog_quarantined',
    help: 'POSLog transactions that wait in quarantine.',
    registers,
    collect() {
      this.set(read.poslogWaiting());
    },
  });
  new Counter({
    name: 'tillside_decisions_made_total',
    help: 'Baskets decided since start; a basket that nothing changed for is not decided again.',
    registers,
    collect() {
      this.reset();
      this.inc(read.decisionsMade());
    },
  });
  return {
    registry,
    decisionMs: new Histogram({
      name: 'tillside_decision_ms',
      help: 'Milliseconds of a decision call inside the agent.',
      buckets: [0.5, 1, 2, 3, 5, 10, 25, 50, 100],
      registers,
    }),
    requestMs: new Histogram({
      name: 'tillside_request_ms',
      help: 'Milliseconds of a request by route.',
      labelNames: ['route', 'status'],
      buckets: [1, 3, 10, 30, 100, 300, 1000],
      registers,
    }),
    sales: new Counter({ name: 'tillside_sales_total', help: 'Sales completed since start.', registers }),
    poslog: new Counter({
      name: 'tillside_poslog_transactions_total',
      help: 'POSLog transactions seen to, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    scans: new Counter({ name: 'tillside_scans_total', help: 'Scans by kind.', labelNames: ['kind'], registers }),
    rejects: new Counter({
      name: 'tillside_device_rejects_total',
      help: 'Device bytes dropped, by device and code.',
      labelNames: ['device', 'code'],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
