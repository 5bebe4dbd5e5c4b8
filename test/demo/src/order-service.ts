// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type Context, type Logger, ROOT_CONTEXT, SeverityNumber, trace } from '@opentelemetry/api';

/** A running order service, on loopback. */
export interface OrderService {
  readonly url: string;
  stop(): Promise<void>;
}

/** Every n-th order is refused by the payment provider, and every m-th query asks for an order that is not there. */
const PAYMENT_FAILURE_EVERY = 50;
const SLOW_ORDER_EVERY = 20;

/** An HTTP service that takes orders and logs each request, with its trace context and its errors, through the Logs API. */
export async function startOrderService(logger: Logger): Promise<OrderService> {
  const orders = new Map<number, { readonly item: string; readonly quantity: number }>();
  let lastOrder = 0;

  function placeOrder(
    context: Context,
    item: string,
    quantity: number,
  ): { readonly status: number; readonly body: object } {
    lastOrder += 1;
    const id = lastOrder;
    logger.emit({
      context,
      severityNumber: SeverityNumber.DEBUG,
      severityText: 'DEBUG',
      body: 'checking the stock',
      attributes: { 'order.id': id, 'order.item': item, 'order.quantity': quantity },
    });
    try {
      charge(id, quantity);
    } catch (error) {
      logger.emit({
        context,
        severityNumber: SeverityNumber.ERROR,
        severityText: 'ERROR',
        body: 'payment failed',
        attributes: { 'order.id': id, 'order.item': item },
        exception: error,
      });
      return { status: 502, body: { error: 'payment failed' } };
    }
    if (id % SLOW_ORDER_EVERY === 0) {
      logger.emit({
        context,
        severityNumber: SeverityNumber.WARN,
        severityText: 'WARN',
        body: 'the stock is low',
        attributes: { 'order.item': item, 'stock.left': id % 7 },
      });
    }
    orders.set(id, { item, quantity });
    return { status: 201, body: { id } };
  }

  function route(context: Context, method: string, url: URL): { readonly status: number; readonly body: object } {
    if (method === 'POST' && url.pathname === '/orders') {
      return placeOrder(
        context,
        url.searchParams.get('item') ?? 'unknown',
        Number(url.searchParams.get('quantity') ?? '1'),
      );
    }
    const order = /^\/orders\/(\d{1,9})$/.exec(url.pathname);
    if (method === 'GET' && order !== null) {
      const found = orders.get(Number(order[1]));
      return found === undefined ? { status: 404, body: { error: 'no such order' } } : { status: 200, body: found };
    }
    return { status: 404, body: { error: 'no such page' } };
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const startedAt = performance.now();
    const url = new URL(request.url ?? '/', 'http://localhost');
    const method = request.method ?? 'GET';
    const context = contextOf(request.headers.traceparent);
    const { status, body } = route(context, method, url);
    logger.emit({
      context,
      eventName: 'http.server.request',
      severityNumber: status >= 500 ? SeverityNumber.ERROR : status >= 400 ? SeverityNumber.WARN : SeverityNumber.INFO,
      severityText: status >= 500 ? 'ERROR' : status >= 400 ? 'WARN' : 'INFO',
      body: `${method} ${url.pathname} ${status}`,
      attributes: {
        'http.request.method': method,
        'url.path': url.pathname,
        'http.response.status_code': status,
        'http.server.request.duration': Math.round((performance.now() - startedAt) * 1000) / 1_000_000,
        'client.address': request.socket.remoteAddress ?? '',
      },
    });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    request.resume();
    handle(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => close(server) };
}

function charge(order: number, quantity: number): void {
  if (order % PAYMENT_FAILURE_EVERY !== 0) return;
  const cause = new Error('connection reset by the bank');
  throw new Error(`order ${order} over ${quantity} pieces could not be charged`, { cause });
}

/** The context of a W3C `traceparent` header; without one, the root. */
function contextOf(traceparent: string | string[] | undefined): Context {
  const parts =
    typeof traceparent === 'string' ? /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent) : null;
  const [, traceId, spanId, flags] = parts ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
