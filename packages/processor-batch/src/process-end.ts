// SPDX-License-Identifier: Apache-2.0
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

import type { Diagnostics } from '@logferry/core';

import { type EndingPipeline, finishAll, FLUSH_SIGNALS, type FlushEvent, type FlushSignal } from './flush-events.ts';
import { SignalFlush } from './signal-flush.ts';

/** Listens to the process for all pipelines: one listener an event, so that many don't bring about Node's leak warning. */
class ProcessEnd {
  readonly #signals = new SignalFlush();
  readonly #onBeforeExit = new Set<EndingPipeline>();
  readonly #onMonitor = new Set<EndingPipeline>();
  readonly #onExit = new Set<EndingPipeline>();
  /** Flushes that an uncaught exception began; when the process exits before they end, they end there. */
  readonly #afterException = new Map<EndingPipeline, number>();

  add(event: FlushEvent, pipeline: EndingPipeline): void {
    if (isSignal(event)) this.#signals.add(event, pipeline);
    else {
      this.#of(event).add(pipeline);
      this.#update();
    }
  }

  delete(event: FlushEvent, pipeline: EndingPipeline): void {
    if (isSignal(event)) this.#signals.delete(event, pipeline);
    else {
      this.#of(event).delete(pipeline);
      this.#update();
    }
  }

  #of(event: Exclude<FlushEvent, FlushSignal>): Set<EndingPipeline> {
    if (event === 'beforeExit') return this.#onBeforeExit;
    return event === 'exit' ? this.#onExit : this.#onMonitor;
  }

  #update(): void {
    toggle('beforeExit', this.#beforeExit, this.#onBeforeExit.size > 0);
    toggle('uncaughtExceptionMonitor', this.#exception, this.#onMonitor.size > 0);
    toggle('exit', this.#exit, this.#onExit.size > 0 || this.#afterException.size > 0);
  }

  readonly #beforeExit = (): void => {
    for (const pipeline of this.#onBeforeExit) {
      if (pipeline.isIdle) continue;
      void pipeline.flush('beforeExit').then((isDelivered) => {
        // Node says beforeExit again after each flush; a destination that is down must not keep the process for ever.
        if (!isDelivered) this.delete('beforeExit', pipeline);
      });
    }
  };

  // A listener of 'uncaughtException' may keep the process alive, or exit; without one the process exits at once.
  readonly #exception = (): void => {
    for (const pipeline of this.#onMonitor) {
      this.#afterException.set(pipeline, (this.#afterException.get(pipeline) ?? 0) + 1);
      void pipeline.flush('uncaughtExceptionMonitor').then(() => {
        const running = (this.#afterException.get(pipeline) ?? 1) - 1;
        if (running > 0) this.#afterException.set(pipeline, running);
        else this.#afterException.delete(pipeline);
        this.#update();
      });
    }
    this.#update();
  };

  readonly #exit = (): void => {
    finishAll(new Set([...this.#onExit, ...this.#afterException.keys()]), performance.now());
  };
}

function isSignal(event: FlushEvent): event is FlushSignal {
  return (FLUSH_SIGNALS as readonly FlushEvent[]).includes(event);
}

function toggle(event: 'beforeExit' | 'exit' | 'uncaughtExceptionMonitor', listener: () => void, isOn: boolean): void {
  if (!isOn) process.off(event, listener);
  else if (!process.listeners(event as 'exit').includes(listener)) process.on(event, listener);
}

// Shared by all copies of this package in the process; the number grows when what is shared changes.
const SHARED: unique symbol = Symbol.for('logferry.process-end.1');

function shared(): ProcessEnd {
  const holder = globalThis as { [SHARED]?: ProcessEnd };
  holder[SHARED] ??= new ProcessEnd();
  return holder[SHARED];
}

/** Flushes a pipeline on events of the process, until the function that comes back is called. */
export function flushOnProcessEvents(
  events: readonly FlushEvent[],
  pipeline: EndingPipeline,
  diagnostics: Diagnostics,
): () => void {
  const heard = isMainThread ? events : events.filter((event) => !isSignal(event));
  if (heard.length < events.length) {
    diagnostics.warn('worker-signals', 'a worker thread gets no signals: flushOn is ignored for them');
  }
  for (const event of heard) shared().add(event, pipeline);
  return () => {
    for (const event of heard) shared().delete(event, pipeline);
  };
}
