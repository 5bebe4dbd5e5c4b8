// SPDX-License-Identifier: Apache-2.0
import type { WorkerSupport } from '@logferry/core';
import { RotatingFileLogRecordExporter } from '@logferry/exporter-file';
import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from '@logferry/exporter-otlp-grpc';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

type FileOptions = ConstructorParameters<typeof RotatingFileLogRecordExporter>[0];

/** Where `killWorkers` is heard. The environment goes to the worker with the construction of the exporter. */
const CHANNEL = 'LOGFERRY_TEST_KILL';

if (!isMainThread && process.env[CHANNEL] !== undefined) {
  const channel = new BroadcastChannel(process.env[CHANNEL]);
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a BroadcastChannel of Node keeps the thread with one
  channel.onmessage = () => process.exit(9);
  channel.unref();
}

/** Makes workers that are started from now on end, wherever they are, when the function that comes back is called. */
export function killSwitch(): { readonly kill: () => void; readonly close: () => void } {
  const name = `logferry-kill-${process.pid}-${Math.random()}`;
  process.env[CHANNEL] = name;
  const channel = new BroadcastChannel(name);
  channel.unref();
  return {
    kill: () => channel.postMessage('kill'),
    close() {
      delete process.env[CHANNEL];
      channel.close();
    },
  };
}

export class KillableGrpcExporter extends OtlpGrpcLogRecordExporter {
  static override readonly workerSupport: WorkerSupport<OtlpGrpcLogRecordExporterOptions> = {
    ...OtlpGrpcLogRecordExporter.workerSupport,
    moduleUrl: import.meta.url,
    exportName: 'KillableGrpcExporter',
  };
}

export class KillableFileExporter extends RotatingFileLogRecordExporter {
  static override readonly workerSupport: WorkerSupport<FileOptions> = {
    ...RotatingFileLogRecordExporter.workerSupport,
    moduleUrl: import.meta.url,
    exportName: 'KillableFileExporter',
  };
}
