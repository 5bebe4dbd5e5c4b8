// SPDX-License-Identifier: Apache-2.0

/**
 * Records as a larger service logs them: many shapes in turn, nested values, text beyond ASCII, several scopes. What is
 * fast for one shape only is slow here.
 */
import type { BenchRecord } from '../records/records.ts';

/** As `Logger.emit` takes it, with the name of the logger. */
export interface ScopedRecord {
  readonly scope: string;
  readonly record: Pick<BenchRecord, 'severityNumber' | 'severityText'> & {
    readonly body: string;
    readonly attributes: Record<string, unknown>;
  };
}

type Shape = (sequence: number) => { readonly body: string; readonly attributes: Record<string, unknown> };

const CITIES = ['København', 'São Paulo', '東京', 'Zürich'];

const SHAPES: readonly Shape[] = [
  (n) => ({ body: `GET /orders/${n} 200`, attributes: { 'http.method': 'GET', 'http.status': 200, ms: n / 8 } }),
  (n) => ({ body: 'cache miss', attributes: { key: `order:${n}`, ttl: 60 } }),
  (n) => ({
    body: `order ${n} shipped to ${CITIES[n & 3]}`,
    attributes: { 'order.id': n, city: CITIES[n & 3], express: (n & 4) === 0, weight: n % 50, note: null },
  }),
  (n) => ({
    body: 'payment accepted',
    attributes: { amount: { value: n / 100, currency: 'EUR' }, tags: ['card', 'eu'], retry: 0, 'order.id': n },
  }),
  (n) => ({ body: `worker ${n & 7} is idle`, attributes: {} }),
  (n) => ({
    body: `query took ${n % 300} ms: select id, customer, created_at, state from orders where customer = $1 order by created_at desc`,
    attributes: { 'db.system': 'postgresql', 'db.rows': n % 1000, 'db.ms': (n % 300) + 0.25, 'db.pool': 'main' },
  }),
  (n) => ({
    body: 'request failed',
    attributes: {
      'exception.type': 'TimeoutError',
      'exception.message': `no answer from stock-${n & 3} in 2000 ms`,
      'exception.stacktrace': `TimeoutError: no answer\n${'    at reserve (file:///app/dist/stock/client.js:118:23)\n'.repeat(8)}`,
      'order.id': n,
    },
  }),
  (n) => ({
    body: `session ${n} started`,
    attributes: {
      user: `u-${n}`,
      agent: 'Mozilla/5.0 (X11; Linux x86_64)',
      ip: '203.0.113.7',
      roles: ['buyer'],
      new: false,
    },
  }),
];

const SCOPES = ['http', 'cache', 'orders', 'payments', 'worker', 'db', 'stock', 'session'];

export function makeMixedRecord(sequence: number): ScopedRecord {
  const shape = (sequence * 5 + (sequence >> 3)) & 7;
  return { scope: SCOPES[shape]!, record: { severityNumber: 9, severityText: 'INFO', ...SHAPES[shape]!(sequence) } };
}
