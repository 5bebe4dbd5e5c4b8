// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { ReceiverStats } from './otlp-receiver.ts';

/** As the options of a receiver, with files instead of PEM text. It answers OK to everything and keeps no request. */
export interface OtlpReceiverProcessOptions {
  readonly port?: number;
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  readonly clientCaFile?: string;
  readonly maxMessageBytes?: number;
}

/** The counters of the receiver, and the processor time of its process since it began. */
export interface ReceiverProcessStats extends ReceiverStats {
  readonly cpuMicros: number;
}

/** What the process says over the IPC channel. */
export type ProcessMessage =
  | { readonly kind: 'ready'; readonly port: number; readonly endpoint: string }
  | { readonly kind: 'stats'; readonly stats: ReceiverProcessStats };

export interface OtlpReceiverProcess {
  readonly port: number;
  readonly endpoint: string;
  stats(): Promise<ReceiverProcessStats>;
  /** Ends the process and waits for its end. @param signal default: SIGTERM. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a receiver in a process of its own. */
export async function startOtlpReceiverProcess(options: OtlpReceiverProcessOptions = {}): Promise<OtlpReceiverProcess> {
  const child = fork(fileURLToPath(new URL('./otlp-receiver-process.ts', import.meta.url)), [JSON.stringify(options)], {
    // The parent's own flags, such as a profiler's, are not the receiver's.
    execArgv: [],
  });
  const ready = await nextMessage(child);
  if (ready.kind !== 'ready') throw new Error('the receiver process did not say that it is ready');
  return {
    port: ready.port,
    endpoint: ready.endpoint,
    async stats() {
      const answer = nextMessage(child);
      child.send('stats');
      const message = await answer;
      if (message.kind !== 'stats') throw new Error('the receiver process did not answer with its counters');
      return message.stats;
    },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<ProcessMessage> {
  return await new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => {
      child.off('message', onMessage);
      reject(new Error(`the receiver process ended with code ${code}`));
    };
    const onMessage = (message: unknown): void => {
      child.off('exit', onExit);
      resolve(message as ProcessMessage);
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}
