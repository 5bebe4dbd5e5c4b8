// SPDX-License-Identifier: Apache-2.0
/**
 * A receiver in a process of its own, so that its work is not counted as the sender's. Run by `startOtlpReceiverProcess`
 * with its options as JSON in the first argument; it reports over the IPC channel and ends when that closes.
 */
import { readFileSync } from 'node:fs';

import { startOtlpReceiver } from './otlp-receiver.ts';
import type { OtlpReceiverProcessOptions, ProcessMessage } from './receiver-process.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as OtlpReceiverProcessOptions;
const receiver = await startOtlpReceiver({
  keepRequests: false,
  ...(options.port === undefined ? {} : { port: options.port }),
  ...(options.maxMessageBytes === undefined ? {} : { maxMessageBytes: options.maxMessageBytes }),
  ...(options.tls === undefined
    ? {}
    : { tls: { cert: readFileSync(options.tls.certFile, 'utf8'), key: readFileSync(options.tls.keyFile, 'utf8') } }),
  ...(options.clientCaFile === undefined ? {} : { clientCa: readFileSync(options.clientCaFile, 'utf8') }),
});

function report(message: ProcessMessage): void {
  process.send?.(message);
}

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  report({ kind: 'stats', stats: { ...receiver.stats(), cpuMicros: user + system } });
});
process.on('disconnect', () => process.exit(0));
report({ kind: 'ready', port: receiver.port, endpoint: receiver.endpoint });
