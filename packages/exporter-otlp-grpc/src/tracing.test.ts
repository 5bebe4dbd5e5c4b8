// SPDX-License-Identifier: Apache-2.0
import { logBatch, startOtlpReceiver } from '@logferry-test/support';
import { type Context, context, type ContextManager, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, onTestFinished, test } from 'vitest';

import { OtlpGrpcLogRecordExporter } from './index.ts';

/** The key that instrumentations look at; `createContextKey` uses `Symbol.for`, so the description is the contract. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

class TestContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...values: A) => ReturnType<F>>(
    active: Context,
    work: F,
    thisArgument?: ThisParameterType<F>,
    ...values: A
  ): ReturnType<F> {
    return this.#storage.run(active, () => work.call(thisArgument as never, ...values));
  }

  bind<T>(_context: Context, target: T): T {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    return this;
  }
}

test('the connection of an exporter and its headers function are not traced', async () => {
  context.setGlobalContextManager(new TestContextManager());
  onTestFinished(() => context.disable());
  const receiver = await startOtlpReceiver();
  onTestFinished(() => receiver.close());

  const suppressed: unknown[] = [];
  const note = (): void => void suppressed.push(context.active().getValue(SUPPRESS_TRACING));
  subscribe('net.client.socket', note);
  onTestFinished(() => void unsubscribe('net.client.socket', note));
  const exporter = new OtlpGrpcLogRecordExporter({
    endpoint: receiver.endpoint,
    environment: {},
    headers: () => {
      note();
      return {};
    },
  });
  onTestFinished(() => exporter.shutdown());

  expect(await exporter.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
  expect(suppressed).toEqual([true, true]);
});
