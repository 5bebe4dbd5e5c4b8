// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage } from 'node:async_hooks';

/** The call of an exporter that the current code belongs to, at once or through timers, promises and sockets. */
export interface ExporterWork {
  /** Whether it runs, or has ended so recently that what is logged is rather its own than the application's. */
  isRecent(): boolean;
}

// Whoever calls exporters and whoever bridges a logger may have copies of this package of their own.
const KEY: unique symbol = Symbol.for('@logferry/core exporter work');
const shared = globalThis as { [KEY]?: AsyncLocalStorage<ExporterWork> };

/**
 * Whose call of an exporter the current code belongs to; undefined: none. In contrast to `suppressTracing`, which says the
 * same, it takes no context manager. Set by @logferry/processor-batch, read by what bridges a logger that exporters use.
 */
export const exporterWork: AsyncLocalStorage<ExporterWork> = (shared[KEY] ??= new AsyncLocalStorage());
