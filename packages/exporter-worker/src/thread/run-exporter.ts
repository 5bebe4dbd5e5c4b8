// SPDX-License-Identifier: Apache-2.0
import type { EncodingLogRecordExporter, WorkerReadyExporter } from '@logferry/core';
import { diag, DiagLogLevel } from '@opentelemetry/api';

import { problemOf, shortReason } from '../problem.ts';
import type { DiagnosticLevel, ThreadSetup } from '../protocol.ts';
import { OptionProxies } from './option-proxies.ts';
import { ThreadSends } from './thread-sends.ts';
import type { ThreadPort } from './thread-port.ts';

/** Makes the exporter and does what the application says, until it says shutdown. */
export async function runExporter(setup: ThreadSetup, port: ThreadPort): Promise<void> {
  const proxies = new OptionProxies(port);
  let Exporter: WorkerReadyExporter<object>;
  let exporter: EncodingLogRecordExporter;
  try {
    Exporter = await exporterClass(setup);
    exporter = new Exporter(proxies.unpack(setup.options));
  } catch (error) {
    port.post({ kind: 'unusable', reason: startProblem(setup, error) });
    port.close();
    return;
  }
  // Only now: what the constructor has to say was said in the application's thread, when the options were checked.
  forwardDiagnostics(port);
  const sends = new ThreadSends(exporter, Exporter.workerSupport, setup.maxConcurrentSends, port);
  const answer = async (id: number, work: () => Promise<void> | undefined): Promise<void> => {
    try {
      await work();
      port.post({ kind: 'done', id, problem: undefined });
    } catch (error) {
      port.post({ kind: 'done', id, problem: problemOf(error) });
    }
  };
  port.listen((message) => {
    switch (message.kind) {
      case 'send':
        sends.add(message.id, message.parts, message.retryablesSeen);
        break;
      case 'abort':
        sends.abort(message.id);
        break;
      case 'flush':
        void answer(message.id, () => exporter.forceFlush?.());
        break;
      case 'shutdown':
        sends.startAll();
        void answer(message.id, async () => {
          try {
            await exporter.shutdown();
          } finally {
            await sends.settled();
          }
        }).then(() => port.close());
        break;
      case 'answer':
        proxies.answered(message.id, message.answer);
        break;
      default:
    }
  });
  port.post({ kind: 'ready' });
}

async function exporterClass({ moduleUrl, exportName }: ThreadSetup): Promise<WorkerReadyExporter<object>> {
  const module = (await import(moduleUrl)) as Readonly<Record<string, unknown>>;
  const Exporter = module[exportName];
  if (typeof Exporter !== 'function') throw new MissingExport();
  return Exporter as WorkerReadyExporter<object>;
}

class MissingExport extends Error {}

/** Of a foreign error only its name and code: its text may hold anything. */
function startProblem({ moduleUrl, exportName }: ThreadSetup, error: unknown): string {
  if (error instanceof MissingExport) {
    return `${moduleUrl} exports no ${exportName} (was it bundled? see the README of @logferry/exporter-worker)`;
  }
  return `${exportName} of ${moduleUrl}: ${shortReason(error)}`;
}

function forwardDiagnostics(port: ThreadPort): void {
  const forward =
    (level: DiagnosticLevel) =>
    (message: string): void =>
      port.post({ kind: 'diagnostic', level, message });
  const silent = (): void => {};
  diag.setLogger(
    { error: forward('error'), warn: forward('warn'), info: forward('info'), debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true },
  );
}
